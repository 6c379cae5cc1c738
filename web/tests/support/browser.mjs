// Chromium, and what a page tells of its sound.
import { chromium } from "playwright-core";
import { freePort, startService } from "./service.mjs";
import { startPortal } from "./portal.mjs";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** How long a test waits for what must come: met only where something hangs, on a busy machine too. */
const PATIENCE_MS = 300_000;

/** Service, portal and browser. */
export async function startAll() {
  const [port, otherPort] = [await freePort(), await freePort()];
  const state = { pages: {} };
  const service = await startService([port, otherPort], [`http://127.0.0.1:${port}`]);
  state.gateway = service.root;
  const portal = await startPortal(port, state);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
  return {
    service, portal, state, browser, otherPort,
    stop: async () => {
      await browser.close();
      await portal.stop();
      await service.stop();
    },
  };
}

/**
 * Watches the sound of a page as `window.__sound`: `log` has every event of the audio elements,
 * `plays` says of each call of play() whether it was inside a press, and `states`, `sentences`,
 * `words` are the player's own events with their times. `longestStallMs` is how long the page came to
 * nothing at all, at most: what a busy machine adds to every time that is measured here.
 * `stand(true)` makes the sound stand still until `stand(false)`: what a test looks at then does not change
 * under its eyes, however long a busy machine takes to look.
 */
function watchSound() {
  const sound = { elements: [], log: [], plays: [], words: [], states: [], sentences: [], blocks: [] };
  window.__sound = sound;
  const everyMs = 20;
  let last = performance.now();
  sound.longestStallMs = 0;
  setInterval(() => {
    const now = performance.now();
    sound.longestStallMs = Math.max(sound.longestStallMs, now - last - everyMs);
    last = now;
  }, everyMs);
  const Plain = window.Audio;
  window.Audio = function WatchedAudio(...given) {
    const audio = new Plain(...given);
    sound.elements.push(audio);
    for (const name of ["playing", "pause", "ended", "error"]) {
      audio.addEventListener(name, () => {
        sound.log.push({ name, at: performance.now(), src: audio.currentSrc, time: audio.currentTime });
      });
    }
    return audio;
  };
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function watchedPlay() {
    sound.plays.push({ element: sound.elements.indexOf(this), pressed: navigator.userActivation.isActive });
    return play.call(this);
  };
  const { get: rateOf, set: setRateOf } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "playbackRate");
  const wanted = new WeakMap();
  let stands = false;
  Object.defineProperty(HTMLMediaElement.prototype, "playbackRate", {
    configurable: true,
    get() { return stands && wanted.has(this) ? wanted.get(this) : rateOf.call(this); },
    set(rate) {
      wanted.set(this, rate);
      setRateOf.call(this, stands ? 0 : rate);
    },
  });
  sound.stand = (still) => {
    if (still === stands) return;
    for (const audio of sound.elements) {
      if (still) wanted.set(audio, rateOf.call(audio));
      setRateOf.call(audio, still ? 0 : wanted.get(audio) ?? 1);
    }
    stands = still;
  };
  sound.sounding = () => sound.elements.filter((audio) => !audio.paused && !audio.ended && audio.currentTime > 0);
  const keep = (list, event) => {
    const [audio] = sound.sounding();
    list.push({
      ...event.detail, at: performance.now(), time: audio ? audio.currentTime : -1, src: audio ? audio.currentSrc : "",
      heardAt: sound.context ? sound.context.currentTime : -1,
    });
  };
  addEventListener("read-aloud-word", (event) => keep(sound.words, event));
  addEventListener("read-aloud-state", (event) => keep(sound.states, event));
  addEventListener("read-aloud-sentence", (event) => keep(sound.sentences, event));
  addEventListener("click", (event) => { sound.pressedAt = event.timeStamp; }, true);

  /** Leads the sound through a recorder; the next press starts it. */
  sound.record = async () => {
    sound.context = new AudioContext({ sampleRate: 24000 });
    await sound.context.audioWorklet.addModule("/recorder.js");
    const recorder = new AudioWorkletNode(sound.context, "recorder");
    recorder.port.onmessage = (message) => sound.blocks.push(message.data);
    recorder.connect(sound.context.destination);
    for (const audio of sound.elements) sound.context.createMediaElementSource(audio).connect(recorder);
    addEventListener("click", () => sound.context.resume(), true);
  };
}

/**
 * Lets the sound go on while a test waits, and has it stand still from the moment that what was waited for is
 * so: within the page, since a busy machine may take longer to tell the test of it than a sentence lasts.
 */
function soundOnlyWhileWaiting(page) {
  const plain = { waitForFunction: page.waitForFunction.bind(page), waitForTimeout: page.waitForTimeout.bind(page) };
  const goOn = () => page.evaluate(() => window.__sound.stand(false));
  page.waitForFunction = async (isSo, given, options) => {
    await goOn();
    const look = new Function("given", `const met = (${isSo})(given); if (met) window.__sound.stand(true); return met;`);
    return plain.waitForFunction(look, given, options);
  };
  page.waitForTimeout = async (ms) => {
    await goOn();
    await plain.waitForTimeout(ms);
  };
}

/** A page in a context of its own, which ends with the test, or in the one given. */
export async function openPage(t, all, address, options) {
  const { inContext, prepare, ...rest } = options || {};
  const context = inContext || await all.browser.newContext(rest);
  if (!inContext) t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  soundOnlyWhileWaiting(page);
  await page.addInitScript(watchSound);
  if (prepare) await page.addInitScript(prepare);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(message.text());
  });
  page.requested = [];
  page.on("request", (request) => page.requested.push(request.url()));
  await page.goto(new URL(address, all.portal.root).href);
  return page;
}

/** A document's page with these paragraphs, `#` before a heading, and a button. */
export function documentPage(title, paragraphs, button) {
  const blocks = paragraphs.map((text) => (text.startsWith("#") ? `<h2>${text.slice(1)}</h2>` : `<p>${text}</p>`));
  return `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="stylesheet" href="/portal.css"><script src="/langdu/read-aloud.js" defer></script></head>
<body><main>${button || "<read-aloud></read-aloud>"}
<div class="article-content" id="content"><h1>${title}</h1>\n${blocks.join("\n")}</div></main></body></html>`;
}

/** Has the service make every clip of a page of the portal. */
export async function makeClips(all, address) {
  const reading = await (await fetch(`${all.service.root}v1/readings?url=${encodeURIComponent(all.portal.root + address)}`)).json();
  for (const { audio } of reading.utterances) await (await fetch(all.service.root + audio.mp3)).arrayBuffer();
  return reading;
}

export const dock = (page) => page.locator("read-aloud-dock");
export const pageButton = (page) => page.locator("read-aloud").first().getByRole("button");
export const press = (page, name) => dock(page).getByRole("button", { name, exact: true }).click();
export const status = (page) => dock(page).getByRole("status").textContent();
export const sound = (page) => page.evaluate(() => ({ ...window.__sound, elements: undefined, context: undefined, blocks: undefined }));
export const playerIs = (page) => page.evaluate(() => {
  const { state, index, rate, volume } = window.ReadAloud.player;
  return { state, index, rate, volume };
});

/** Reads twice as fast from here on: for tests that wait for the end of something. */
export const hurry = (page) => page.evaluate(() => { document.querySelector("read-aloud").rate = 2; });

/**
 * Measures times of the running browser until they are as they should be, three times at most: other
 * work of the machine spoils a measurement, and a fault of the player spoils each of them.
 */
export async function atBest(t, measure) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await measure();
    } catch (error) {
      if (tries === 3) throw error;
      t.diagnostic(`measured again: ${error.message}`);
    }
  }
}

/** Waits until the reader is in a state. */
export async function untilState(page, state, timeout) {
  await page.waitForFunction((wanted) => window.ReadAloud.player.state === wanted, state, { timeout });
}

/** Waits until the sentence of this number, or a later one, sounds. */
export async function untilSentence(page, index, timeout) {
  await page.waitForFunction((wanted) => {
    const { state, index: now } = window.ReadAloud.player;
    return state === "playing" && now >= wanted && window.__sound.sounding().length > 0;
  }, index, { timeout });
}

export const sentences = async (page) => (await sound(page)).sentences.map((event) => event.text);
export const lit = (page, name) => page.evaluate(
  (wanted) => [...(CSS.highlights.get(wanted) || [])].map((range) => range.toString()).join(""), name);
