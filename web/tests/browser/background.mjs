// A locked phone: one file for the whole document, and the lock screen's buttons.
//
// A browser without a screen shows every page, so the page is told that it is hidden; what the
// player does then is its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { documentPage, hurry, makeClips, openPage, pageButton, playerIs, sound, untilSentence, untilState } from "../support/browser.mjs";

const hide = (page, hidden) => page.evaluate((wanted) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => wanted });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

/** Keeps what the player gives to the lock screen. */
const watchSession = () => {
  window.__session = { handlers: {}, positions: [] };
  const { setActionHandler, setPositionState } = MediaSession.prototype;
  MediaSession.prototype.setActionHandler = function keep(name, handler) {
    window.__session.handlers[name] = handler;
    return setActionHandler.call(this, name, handler);
  };
  MediaSession.prototype.setPositionState = function keep(position) {
    window.__session.positions.push(position);
    return setPositionState.call(this, position);
  };
};

test("hidden, it goes over to the one file at the next sentence, and the place goes along", async (t) => {
  all.state.pages["locked.html"] = documentPage("施工通知", ["人民路施工三天。", "车辆请绕行。", "行人注意安全。", "工期到周日。"]);
  await makeClips(all, "locked.html");
  const page = await openPage(t, all, "locked.html");
  await hurry(page);
  await pageButton(page).click();
  await untilSentence(page, 1);
  await hide(page, true);
  await untilSentence(page, 2);
  const source = () => page.evaluate(() => window.__sound.sounding()[0].currentSrc);
  assert.match(await source(), /\/v1\/audio\/[^/?]+\.mp3(\?|$)/);
  await untilSentence(page, 3);
  await page.waitForFunction(() => window.__sound.words.some((event) => event.index === 3));
  const { sentences, log, longestStallMs } = await sound(page);
  assert.deepEqual(sentences.map((event) => event.index), [0, 1, 2, 3]);
  assert.match(sentences[3].src, /\/v1\/audio\//);
  const files = log.filter((event) => event.name === "playing" && /\/v1\/audio\//.test(event.src)).map((event) => event.src);
  assert.equal(new Set(files).size, 1, "one file plays on");
  // The file's own sentence begins where its captions say.
  const vtt = await page.evaluate(async () => (await fetch(`/langdu/${window.ReadAloud.player.reading.audio.vtt}`)).text());
  const starts = [...vtt.matchAll(/^00:00:(\d\d\.\d{3}) -->/gm)].map((match) => Number(match[1]));
  const offMs = (sentences[3].time - starts[3]) * 1000;
  t.diagnostic(`the fourth sentence is told ${offMs.toFixed(0)} ms after its caption begins`);
  assert.ok(offMs >= 0 && offMs < 600 + 4 * longestStallMs, "hidden, only timeupdate tells");
  await hide(page, false);
  await untilState(page, "ended");
});

test("once every clip was heard the one file is used, seeking inside it", async (t) => {
  all.state.pages["whole.html"] = documentPage("放假通知", ["周五放假。", "周一上班。"]);
  const page = await openPage(t, all, "whole.html");
  await hurry(page);
  await pageButton(page).click();
  await untilState(page, "ended");
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.evaluate(() => document.querySelector("read-aloud").next());
  await untilSentence(page, 1);
  const at = await page.evaluate(() => ({ src: window.__sound.sounding()[0].currentSrc, time: window.__sound.sounding()[0].currentTime }));
  assert.match(at.src, /\/v1\/audio\//);
  assert.ok(at.time > 0.5, "the second sentence lies inside the file");
});

test("the lock screen has title, issuer and position, and its buttons work", async (t) => {
  const page = await openPage(t, all, "document.html", { prepare: watchSession });
  await pageButton(page).click();
  await untilState(page, "playing");
  const session = () => page.evaluate(() => {
    const { metadata, playbackState } = navigator.mediaSession;
    return { title: metadata.title, artist: metadata.artist, album: metadata.album, playbackState, positions: window.__session.positions };
  });
  const first = await session();
  assert.deepEqual([first.title, first.artist, first.album, first.playbackState],
    ["关于做好冬季取暖补贴发放工作的通知", "青禾市民政局", "语音由人工智能合成", "playing"]);
  const tell = (name, details) => page.evaluate(([action, given]) => window.__session.handlers[action]({ action, ...given }), [name, details]);
  const index = async () => (await playerIs(page)).index;
  await tell("nexttrack");
  await untilSentence(page, 1);
  const { duration, position, playbackRate } = (await session()).positions.pop();
  assert.ok(duration > 20 && duration < 90 && position > 1 && position < 10 && playbackRate === 1);
  await tell("previoustrack");
  assert.equal(await index(), 0);
  await tell("seekforward");
  assert.ok(await index() > 1);
  await tell("seekbackward");
  assert.equal(await index(), 0);
  await tell("seekto", { seekTime: duration - 1 });
  assert.ok(await index() > 5);
  await tell("pause");
  assert.equal((await session()).playbackState, "paused");
  await tell("play");
  await untilState(page, "playing");
  await tell("stop");
  assert.equal((await playerIs(page)).state, "idle");
});

test("in a list the lock screen's tracks are the documents", async (t) => {
  const page = await openPage(t, all, "list.html", { prepare: watchSession });
  await page.locator(".files li").first().getByRole("button").click();
  await untilState(page, "playing");
  await page.evaluate(() => window.__session.handlers.nexttrack({ action: "nexttrack" }));
  await page.waitForFunction(() => navigator.mediaSession.metadata.title === "第二份通知");
});
