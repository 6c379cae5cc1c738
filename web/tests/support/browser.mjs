// Chromium, and what a page tells of its sound.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { freePort, PROJECT, startService } from "./service.mjs";
import { startPortal } from "./portal.mjs";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Service, portal and browser for one test file. */
export async function startAll() {
  const port = await freePort();
  const state = {};
  const service = await startService([port]);
  state.gateway = service.root;
  const portal = await startPortal(port, state);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
  return {
    service, portal, state, browser,
    stop: async () => {
      await browser.close();
      await portal.stop();
      await service.stop();
    },
  };
}

/**
 * Watches every audio element: `__sound.log` has {name, at, src, time} for each event, and
 * `__sound.plays` says of each call of play() whether it was inside a press.
 */
function watchSound() {
  const sound = { elements: [], log: [], plays: [], words: [] };
  window.__sound = sound;
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
  sound.current = () => sound.elements.find((audio) => !audio.paused && !audio.ended && audio.currentTime > 0);
  addEventListener("read-aloud-word", (event) => {
    const audio = sound.current();
    sound.words.push({ ...event.detail, at: performance.now(), time: audio ? audio.currentTime : -1 });
  });
  sound.states = [];
  addEventListener("read-aloud-state", (event) => sound.states.push({ ...event.detail, at: performance.now() }));
  sound.sentences = [];
  addEventListener("read-aloud-sentence", (event) => sound.sentences.push({ ...event.detail, at: performance.now() }));
}

/** A page in a context of its own, with an empty storage unless one is given. */
export async function openPage(all, address, options) {
  const context = (options && options.inContext) || await all.browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(watchSound);
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

export const dock = (page) => page.locator("read-aloud-dock");
export const press = (page, name) => dock(page).getByRole("button", { name, exact: true }).click();
export const status = (page) => dock(page).locator(".status").textContent();

/** Waits until the reader is in a state. */
export async function untilState(page, state, timeout) {
  await page.waitForFunction((wanted) => window.ReadAloud.player.state === wanted, state, { timeout: timeout || 30000 });
}

/** Waits until the sentence of this number sounds. */
export async function untilSentence(page, index, timeout) {
  await page.waitForFunction(
    (wanted) => window.ReadAloud.player.state === "playing" && window.ReadAloud.player.index === wanted && window.__sound.current(),
    index, { timeout: timeout || 30000 });
}

export const playerIndex = (page) => page.evaluate(() => window.ReadAloud.player.index);
export const lit = (page, name) => page.evaluate(
  (wanted) => [...CSS.highlights.get(wanted)].map((range) => range.toString()).join(""), name);

/** Keeps a picture for the documentation, when one is asked for. */
export async function picture(page, name) {
  if (!process.env.LANGDU_PICTURES) return;
  const folder = join(PROJECT, "docs/pictures");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
