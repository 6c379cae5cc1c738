// What stands on the sheet: who speaks, how loud, until when, and where it goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, status, untilSentence, untilState } from "../support/browser.mjs";

const open = async (t, address = "document.html", options = undefined) => {
  const page = await openPage(t, all, address, options);
  await pageButton(page).click();
  await untilSentence(page, 0);
  await press(page, "更多");
  return page;
};

test("another voice goes on with the sentence that is read, and reads what follows", async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.ReadAloud.player.goTo(3));
  await untilSentence(page, 3);
  const voices = dock(page).getByRole("group", { name: "声音" }).getByRole("button");
  await voices.first().waitFor();
  assert.ok((await voices.count()) >= 2);
  const before = await page.evaluate(() => window.ReadAloud.player.reading.voice);
  await voices.filter({ hasText: "男声" }).first().click();
  await page.waitForFunction((old) => window.ReadAloud.player.reading && window.ReadAloud.player.reading.voice !== old, before);
  await untilState(page, "playing");
  assert.equal((await playerIs(page)).index, 3);
  assert.match(await dock(page).getByRole("group", { name: "声音" }).getByRole("button", { pressed: true }).textContent(), /男声/);
});

test("a voice is heard before it is chosen, and the reading waits at its place", async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.ReadAloud.player.goTo(2));
  await untilSentence(page, 2);
  const before = await page.evaluate(() => window.ReadAloud.player.reading.voice);
  const group = dock(page).getByRole("group", { name: "声音" });
  await group.getByRole("button", { name: /^试听：男声/ }).first().click();
  const sample = () => page.evaluate(() => {
    const { audio } = window.ReadAloud.player.dock.sheet.voices;
    return { sounds: !audio.paused && audio.currentTime > 0, source: audio.src };
  });
  await page.waitForFunction(() => {
    const { audio } = window.ReadAloud.player.dock.sheet.voices;
    return audio && !audio.paused && audio.currentTime > 0;
  });
  const { state, index } = await playerIs(page);
  assert.deepEqual([state, index], ["paused", 2]);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.reading.voice), before);
  // One press ends it, and so does reading on.
  await group.getByRole("button", { name: /^停止：男声/ }).click();
  assert.equal((await sample()).sounds, false);
  await group.getByRole("button", { name: /^试听：/ }).last().click();
  await page.waitForFunction(() => !window.ReadAloud.player.dock.sheet.voices.audio.paused);
  await pageButton(page).click();
  await untilSentence(page, 2);
  assert.equal((await sample()).sounds, false);
  assert.equal(await group.getByRole("button", { name: /^停止：/ }).count(), 0);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.reading.voice), before);
  // Where it cannot be had, the listener is told, and can read on.
  await page.route("**/v1/readings?**voice=**", (route) => route.abort());
  await group.getByRole("button", { name: /^试听：男声/ }).last().click();
  await dock(page).getByText("这个声音暂时试听不了").waitFor();
  await pageButton(page).click();
  await untilState(page, "playing");
});

test("louder than loudest: 9 dB more, through a limiter, and back", async (t) => {
  const page = await open(t);
  const gain = () => page.evaluate(() => {
    const { boost } = window.ReadAloud.player.deck;
    return boost.gain ? boost.gain.gain.value : 1;
  });
  for (const wanted of [1.6, 2.2, 2.8]) {
    await press(page, "大声");
    assert.equal((await playerIs(page)).volume, wanted);
    assert.ok(Math.abs((await gain()) - wanted) < 0.01);
  }
  assert.ok(20 * Math.log10(2.8) < 9 && 20 * Math.log10(2.8) > 8.9);
  assert.equal(await dock(page).getByRole("button", { name: "大声" }).getAttribute("aria-disabled"), "true");
  for (const wanted of [2.2, 1.6, 1, 0.8]) {
    await press(page, "小声");
    assert.equal((await playerIs(page)).volume, wanted);
  }
  assert.equal(await gain(), 1);
  await page.waitForFunction(() => window.__sound.sounding().length === 1);
});

test("a timer ends the reading, and can be taken back", async (t) => {
  const page = await openPage(t, all, "document.html", {});
  await page.clock.install();
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "更多");
  const timer = dock(page).getByRole("group", { name: "定时关闭" });
  await timer.getByRole("button", { name: "15分钟" }).click();
  assert.deepEqual(await timer.getByRole("button", { pressed: true }).allTextContents(), ["15分钟"]);
  await timer.getByRole("button", { name: "不定时" }).click();
  await timer.getByRole("button", { name: "30分钟" }).click();
  // It stays on one sentence meanwhile, so that the document does not end first.
  await page.evaluate(() => { for (const audio of window.__sound.elements) audio.loop = true; });
  await page.clock.fastForward(16 * 60_000);
  assert.notEqual(await status(page), "定时已到，已经暂停");
  await page.clock.fastForward(15 * 60_000);
  assert.equal(await status(page), "定时已到，已经暂停");
  assert.equal((await playerIs(page)).state, "paused");
});

test("at the end of a document it can end, where others would follow", async (t) => {
  const page = await openPage(t, all, "list.html");
  await page.locator(".files li").first().getByRole("button").click();
  await untilState(page, "playing");
  await press(page, "更多");
  await dock(page).getByRole("button", { name: "读完本篇" }).click();
  await page.evaluate(() => window.ReadAloud.player.setRate(2));
  await untilState(page, "ended");
  assert.equal(await status(page), "已经读完");
  await page.waitForTimeout(2500);
  assert.equal((await playerIs(page)).state, "ended");
});

test("a phone goes on at the same sentence and speed, in large letters", async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.ReadAloud.player.goTo(3));
  await press(page, "快");
  await press(page, "发到手机继续听");
  const code = dock(page).getByRole("img", { name: "手机扫码继续收听的二维码" });
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".code").naturalWidth > 100);
  assert.match(await code.getAttribute("src"), /qr\.svg\?url=.*&sentence=4&rate=1\.25$/);
  const link = await page.evaluate(() => window.ReadAloud.player.dock.sheet.phone.link());
  const phone = await openPage(t, all, link, { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
  await phone.locator("read-aloud").getByRole("button").tap();
  await untilSentence(phone, 3);
  const now = await playerIs(phone);
  assert.deepEqual([now.index, now.rate], [3, 1.25]);
  await dock(phone).locator(".sentence.current").waitFor();
  assert.deepEqual(phone.problems, []);
});

test("what was handed over from a screen offers no code: no other device could read it", async (t) => {
  all.state.pages["mine.html"] = documentPage("我的通知", ["明天停水一天，请大家提前储水备用。"], '<read-aloud send="always"></read-aloud>');
  const page = await open(t, "mine.html");
  assert.equal(await dock(page).getByRole("button", { name: "发到手机继续听" }).isVisible(), false);
});
