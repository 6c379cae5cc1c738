// The controls in the dock, by press and by key.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, sentences, sound, status, untilSentence, untilState } from "../support/browser.mjs";

const open = async (t, address, options) => {
  const page = await openPage(t, all, address || "document.html", options);
  await pageButton(page).click();
  await untilState(page, "playing");
  return page;
};

test("pause and go on in the middle of a sentence", async (t) => {
  const page = await open(t);
  await untilSentence(page, 2);
  await page.waitForFunction(() => window.__sound.sounding()[0].currentTime > 1);
  await press(page, "暂停");
  assert.equal(await status(page), "已暂停");
  assert.equal((await page.evaluate(() => window.__sound.sounding().length)), 0);
  const at = await page.evaluate(() => window.ReadAloud.player.offsetMs());
  await press(page, "继续");
  await untilState(page, "playing");
  const later = await page.evaluate(() => window.ReadAloud.player.offsetMs());
  assert.ok(later >= at - 50 && later < at + 1500, `${at} → ${later}`);
  assert.equal((await playerIs(page)).index, 2);
});

test("what an element tells too late does not undo a press", async (t) => {
  const page = await open(t);
  await untilSentence(page, 1);
  const after = (name) => page.evaluate((late) => {
    const { player } = window.ReadAloud;
    player.deck.audio().dispatchEvent(new Event(late));
    return { state: player.state, index: player.index };
  }, name);
  assert.deepEqual(await after("ended"), { state: "playing", index: 1 });
  await press(page, "暂停");
  assert.deepEqual(await after("playing"), { state: "paused", index: 1 });
});

test("the button on the page follows what it reads", async (t) => {
  const page = await open(t);
  assert.equal(await pageButton(page).textContent(), "暂停");
  await pageButton(page).click();
  assert.equal((await playerIs(page)).state, "paused");
  assert.equal(await pageButton(page).textContent(), "继续");
  await press(page, "关闭");
  assert.equal(await pageButton(page).textContent(), "朗读");
  assert.equal(await dock(page).count(), 0);
});

test("sentence by sentence, and the same once more", async (t) => {
  const page = await open(t);
  await press(page, "下一句");
  await press(page, "下一句");
  await untilSentence(page, 2);
  await press(page, "上一句");
  await untilSentence(page, 1);
  assert.equal((await playerIs(page)).index, 1);
  await press(page, "更多");
  await page.waitForFunction(() => window.ReadAloud.player.offsetMs() > 500);
  await press(page, "重听本句");
  await page.waitForFunction(() => window.ReadAloud.player.offsetMs() < 400);
  assert.equal((await playerIs(page)).index, 1);
  const heard = await sentences(page);
  assert.deepEqual(heard.slice(-4).map((text) => text.slice(0, 4)), ["各县（市", "为保障困", "各县（市", "各县（市"]);
});

test("15 seconds on and back, over sentences", async (t) => {
  const page = await open(t);
  await press(page, "更多");
  await untilSentence(page, 1);
  const placeMs = () => page.evaluate(async () => {
    const { player } = window.ReadAloud;
    let ms = player.offsetMs();
    for (const { timing } of player.reading.utterances.slice(0, player.index)) {
      ms += (await (await fetch(`/langdu/${timing}`)).json()).duration_ms;
    }
    return ms;
  });
  const before = await placeMs();
  await press(page, "前进15秒");
  await untilState(page, "playing");
  const forward = (await placeMs()) - before;
  await press(page, "后退15秒");
  await untilState(page, "playing");
  const back = (await placeMs()) - before;
  t.diagnostic(`forward by ${(forward / 1000).toFixed(1)} s, then back to ${(back / 1000).toFixed(1)} s`);
  // What lies ahead is only estimated until it is timed.
  assert.ok(Math.abs(forward - 15000) < 4000);
  assert.ok(Math.abs(back) < 4000);
});

test("speed from half to double, by steps, and no further", async (t) => {
  const page = await open(t);
  await press(page, "更多");
  const speed = dock(page).getByRole("group", { name: "语速" });
  const rates = [];
  for (const name of ["快一点", "慢一点"]) {
    const step = speed.getByRole("button", { name });
    while ((await step.getAttribute("aria-disabled")) === "false" && rates.length < 20) {
      await step.click();
      rates.push((await playerIs(page)).rate);
    }
  }
  assert.deepEqual(rates, [1.25, 1.5, 1.75, 2, 1.75, 1.5, 1.25, 1, 0.75, 0.5]);
  assert.equal(await speed.textContent(), "语速慢一点0.5倍快一点");
  assert.deepEqual(await page.evaluate(() => window.__sound.elements.slice(0, 2).map((audio) => [audio.playbackRate, audio.preservesPitch])), [[0.5, true], [0.5, true]]);
});

test("volume by steps", async (t) => {
  const page = await open(t);
  await press(page, "更多");
  await press(page, "小声");
  await press(page, "小声");
  assert.deepEqual(await page.evaluate(() => window.__sound.elements.slice(0, 2).map((audio) => audio.volume)), [0.6, 0.6]);
  await press(page, "大声");
  assert.equal(await dock(page).getByRole("group", { name: "音量" }).textContent(), "音量小声80%大声");
});

test("where the platform keeps the volume to itself there is no volume control", async (t) => {
  const page = await open(t, "document.html", {
    prepare: () => Object.defineProperty(HTMLMediaElement.prototype, "volume", { get() { return 1; }, set() {} }),
  });
  await press(page, "更多");
  assert.equal(await dock(page).getByRole("group", { name: "音量" }).isVisible(), false);
  assert.equal(await dock(page).getByRole("group", { name: "语速" }).isVisible(), true);
});

test("a jump to a section, and the time that is left", async (t) => {
  const page = await open(t);
  await press(page, "更多");
  const jumps = dock(page).getByRole("group", { name: "章节" }).getByRole("button");
  assert.deepEqual(await jumps.allTextContents(), ["一、发放对象", "二、发放时间"]);
  const left = () => dock(page).locator(".left").textContent();
  assert.equal(await left(), "还剩约1分钟");
  assert.match(await dock(page).locator(".elapsed").textContent(), /^0:0\d$/);
  assert.equal(await dock(page).locator(".tick").count(), 2);
  await jumps.nth(1).click();
  await page.waitForFunction(() => window.ReadAloud.player.utterance.text === "二、发放时间" && window.ReadAloud.player.state === "playing");
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".left").textContent.endsWith("还剩不到1分钟"));
  const told = await page.evaluate(async () => {
    const { player } = window.ReadAloud;
    let ms = -player.offsetMs();
    for (const { timing } of player.reading.utterances.slice(player.index)) ms += (await (await fetch(`/langdu/${timing}`)).json()).duration_ms;
    return { told: player.remainingMs(), exact: ms };
  });
  t.diagnostic(`left: ${(told.told / 1000).toFixed(1)} s told, ${(told.exact / 1000).toFixed(1)} s exact`);
  assert.ok(Math.abs(told.told / told.exact - 1) < 0.25);
});

test("at the end it says so, and begins anew on a press", async (t) => {
  all.state.pages["short.html"] = documentPage("停水通知", ["明天停水。"]);
  const page = await open(t, "short.html");
  await untilState(page, "ended");
  assert.equal(await status(page), "已经读完");
  assert.equal(await page.evaluate(() => CSS.highlights.get("read-aloud-sentence").size), 0);
  await press(page, "再听一遍");
  await untilSentence(page, 0);
  assert.equal((await playerIs(page)).index, 0);
});

test("the document comes as an MP3 with its name", async (t) => {
  all.state.pages["short.html"] = documentPage("停水通知", ["明天停水。"]);
  const page = await open(t, "short.html");
  await press(page, "更多");
  const [file] = await Promise.all([page.waitForEvent("download"), dock(page).getByRole("link", { name: "下载录音" }).click()]);
  assert.equal(file.suggestedFilename(), "停水通知.mp3");
  const bytes = readFileSync(await file.path());
  assert.equal(bytes.subarray(0, 3).toString(), "ID3");
  const seconds = await page.evaluate(async () => {
    const bytes = await (await fetch(document.querySelector("read-aloud-dock").shadowRoot.querySelector("a").href)).arrayBuffer();
    return (await new OfflineAudioContext(1, 1, 24000).decodeAudioData(bytes)).duration;
  });
  assert.ok(seconds > 1 && seconds < 8, `${seconds} s`);
});

test("letters are orders only while the controls have the focus", async (t) => {
  const page = await open(t);
  await page.keyboard.press("k");
  assert.equal((await playerIs(page)).state, "playing");
  await dock(page).getByRole("button", { name: "暂停" }).focus();
  const index = async () => (await playerIs(page)).index;
  await page.keyboard.press("k");
  assert.equal((await playerIs(page)).state, "paused");
  await page.keyboard.press("ArrowRight");
  assert.equal(await index(), 1);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await index(), 0);
  await page.keyboard.press("+");
  assert.equal((await playerIs(page)).rate, 1.25);
  await page.keyboard.press("-");
  assert.equal((await playerIs(page)).rate, 1);
  await page.keyboard.press("l");
  assert.ok((await index()) > 1);
  await page.keyboard.press("j");
  assert.equal(await index(), 0);
  await page.keyboard.press("r");
  assert.equal(await index(), 0);
  await page.keyboard.press("Control+k");
  assert.notEqual((await playerIs(page)).state, "paused");
  await page.keyboard.press("Escape");
  assert.equal(await dock(page).count(), 0);
});

test("the keyboard reaches everything, and comes back to where it was", async (t) => {
  const page = await openPage(t, all, "document.html");
  const focused = () => page.evaluate(() => {
    const { activeElement } = document;
    const inner = activeElement.shadowRoot && activeElement.shadowRoot.activeElement;
    return inner ? inner.getAttribute("aria-label") || inner.textContent : activeElement.tagName;
  });
  await pageButton(page).focus();
  await page.keyboard.press("Enter");
  await untilState(page, "playing");
  assert.equal(await focused(), "暂停", "the controls have the focus after a press with a key");
  await dock(page).getByRole("button", { name: "更多" }).press("Enter");
  await dock(page).getByRole("group", { name: "声音" }).getByRole("button").first().waitFor();
  await dock(page).getByRole("button", { name: "关闭" }).focus();
  const reached = [];
  while (reached.length < 60 && await page.evaluate(() => document.activeElement.localName === "read-aloud-dock")) {
    reached.push(await focused());
    await page.keyboard.press("Tab");
  }
  const voices = (await dock(page).locator(".voice").allTextContents()).flatMap((both) => {
    const name = both.replace(/试听$/, "");
    return [name, `试听：${name}`];
  });
  assert.ok(voices.length >= 4);
  assert.deepEqual(reached, ["关闭", "进度", "上一句", "暂停", "下一句", "慢", "正常", "快", "收起",
    "重听本句", "后退15秒", "前进15秒", "点哪读哪", "下载录音", "慢一点", "快一点", "小声", "大声",
    "15分钟", "30分钟", "60分钟", "读完本篇", "不定时", "这句读错了", "发到手机继续听", ...voices, "一、发放对象", "二、发放时间"]);
  await dock(page).getByRole("button", { name: "下一句" }).focus();
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "朗读");
});

test("slow, usual and fast are one press each, and the steps between them are told", async (t) => {
  const page = await open(t);
  const pace = dock(page).getByRole("group", { name: "快慢" });
  const pressed = () => pace.getByRole("button", { pressed: true }).allTextContents();
  assert.deepEqual(await pressed(), ["正常"]);
  for (const [name, rate] of [["慢", 0.75], ["快", 1.25], ["正常", 1]]) {
    await pace.getByRole("button", { name, exact: true }).click();
    assert.deepEqual([await pressed(), (await playerIs(page)).rate], [[name], rate]);
  }
  await page.evaluate(() => window.ReadAloud.player.setRate(1.75));
  assert.deepEqual(await pressed(), ["快"]);
});

test("a press on the bar goes to the sentence at that place", async (t) => {
  const page = await open(t);
  const bar = dock(page).getByRole("slider", { name: "进度" });
  const box = await bar.boundingBox();
  await page.mouse.click(box.x + box.width * 0.99, box.y + box.height / 2);
  await page.waitForFunction(() => window.ReadAloud.player.index === window.ReadAloud.player.reading.utterances.length - 1);
  assert.match(await bar.getAttribute("aria-valuetext"), /^第(\d+)句，共\1句$/);
  await bar.focus();
  await page.keyboard.press("Home");
  assert.equal((await playerIs(page)).index, 0);
  await page.keyboard.press("ArrowRight");
  assert.equal((await playerIs(page)).index, 1);
});
