// What goes wrong is told in plain words, and a press tries again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, hurry, makeClips, openPage, pageButton, playerIs, press, sound, status, untilSentence, untilState } from "../support/browser.mjs";

const meet = (t, meeting) => {
  all.state.meet = meeting;
  t.after(() => { all.state.meet = null; });
};

test("a service that is down is told, and read on from once it is back", async (t) => {
  const page = await openPage(t, all, "document.html");
  await all.service.halt();
  await pageButton(page).click();
  await untilState(page, "error");
  assert.equal(await status(page), "朗读服务出了问题，请稍后再试");
  assert.equal(await pageButton(page).textContent(), "重试");
  await press(page, "重试");
  await untilState(page, "error");
  await all.service.start();
  await press(page, "重试");
  await untilState(page, "playing");
  assert.equal(await status(page), "正在朗读");
});

test("a service that goes down while it reads leaves what is loaded playable, and the sentence where it stopped", async (t) => {
  all.state.pages["down.html"] = documentPage("停电通知", ["周六停电。", "周日来电。", "请关好电器。", "注意用火安全。", "电话打给供电所。", "谢谢您的配合。"]);
  const page = await openPage(t, all, "down.html");
  await hurry(page);
  await pageButton(page).click();
  await untilSentence(page, 0);
  await all.service.halt();
  await untilState(page, "error");
  const { index } = await playerIs(page);
  assert.ok(index >= 1, "what was loaded was read");
  assert.equal(await status(page), "朗读服务出了问题，请稍后再试");
  await all.service.start();
  await press(page, "重试");
  await untilState(page, "playing");
  assert.equal((await playerIs(page)).index, index);
});

test("no network is told as that", async (t) => {
  const page = await openPage(t, all, "document.html");
  await page.context().setOffline(true);
  await pageButton(page).click();
  await untilState(page, "error");
  assert.equal(await status(page), "连不上朗读服务，请检查网络后重试");
  await page.context().setOffline(false);
  await pageButton(page).click();
  await untilState(page, "playing");
});

const refusals = [
  ["a page of a host that is not allowed", "http://portal.example/notice.html", "本服务不能朗读这个网站的页面", 403],
  ["a page that is not there", "missing.html", "这个页面不存在，可能已经移走", 404],
  ["a page with nothing to read", "blank.html", "这个页面上没有可以朗读的文字", 422],
];

for (const [what, address, words, statusCode] of refusals) {
  test(`${what} is refused in plain words`, async (t) => {
    all.state.pages["blank.html"] = "<!DOCTYPE html><html><head><title></title></head><body></body></html>";
    all.state.pages["refused.html"] = documentPage("目录", ["正文"], `<read-aloud src="${address}"></read-aloud>`);
    const page = await openPage(t, all, "refused.html");
    const told = page.evaluate(() => new Promise((resolve) => {
      addEventListener("read-aloud-error", (event) => resolve(event.detail));
    }));
    await pageButton(page).click();
    await untilState(page, "error");
    assert.equal(await status(page), words);
    const { detail, ...rest } = await told;
    assert.deepEqual(rest, { message: words, status: statusCode });
    assert.ok(detail.length > 5, "why, for the portal's developer");
    assert.equal(await dock(page).getByRole("button", { name: "重试" }).isVisible(), true);
  });
}

test("one clip that fails once is tried again without a word", async (t) => {
  all.state.pages["once.html"] = documentPage("停课通知", ["明天停课一天。", "后天照常上课。"]);
  let failed = 0;
  meet(t, (path) => (/clips\/.*mp3/.test(path) && failed++ < 1 ? { status: 500 } : null));
  const page = await openPage(t, all, "once.html");
  await pageButton(page).click();
  await untilSentence(page, 0);
  assert.ok(failed >= 1);
  assert.deepEqual((await sound(page)).states.map((event) => event.state).filter((state) => state === "error"), []);
});

test("a clip that cannot be had is told, and the next sentence can still be heard", async (t) => {
  all.state.pages["lost.html"] = documentPage("开学通知", ["九月一日开学。", "请按时到校。"]);
  const page = await openPage(t, all, "lost.html");
  const reading = await makeClips(all, "lost.html");
  meet(t, (path) => (path === reading.utterances[1].audio.mp3 ? { status: 404 } : null));
  await hurry(page);
  await pageButton(page).click();
  await untilState(page, "error");
  assert.equal((await playerIs(page)).index, 1);
  assert.notEqual(await status(page), "");
  await press(page, "下一句");
  await untilSentence(page, 2);
  all.state.meet = null;
  await press(page, "上一句");
  await untilSentence(page, 1);
});

test("after a second of waiting it says that it is preparing", async (t) => {
  meet(t, (path) => (/readings|mp3/.test(path) ? { ms: 1300 } : null));
  const page = await openPage(t, all, "document.html");
  await pageButton(page).click();
  await untilState(page, "playing");
  const { states, pressedAt, longestStallMs } = await sound(page);
  assert.deepEqual(states.map((event) => event.message), ["正在开始…", "正在准备，请稍候…", ""]);
  const afterMs = states[1].at - pressedAt;
  t.diagnostic(`told after ${afterMs.toFixed(0)} ms`);
  assert.ok(afterMs > 900 && afterMs < 2000 + 2 * longestStallMs);
});

test("a gateway with too many listeners is asked again after the time it names", async (t) => {
  let refused = 0;
  meet(t, (path) => (path.startsWith("v1/readings?") && refused++ < 1 ? { status: 429, headers: { "Retry-After": "1" } } : null));
  const page = await openPage(t, all, "document.html");
  await pageButton(page).click();
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".status").textContent === "现在收听的人较多，稍后自动重试");
  await untilState(page, "playing");
  assert.equal(refused, 2);
});

test("while it waits for a full gateway it counts down, and a press calls it off", async (t) => {
  let asked = 0;
  meet(t, (path) => (path.startsWith("v1/readings?") ? (asked += 1, { status: 429, headers: { "Retry-After": "7" } }) : null));
  const page = await openPage(t, all, "document.html");
  await pageButton(page).click();
  const count = () => dock(page).locator(".count").textContent();
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".count").textContent === "（7秒）");
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".count").textContent === "（5秒）");
  assert.equal(await status(page), "现在收听的人较多，稍后自动重试", "what is read out stays as it is");
  await press(page, "取消");
  assert.equal((await playerIs(page)).state, "paused");
  assert.equal(await count(), "");
  const before = asked;
  await page.waitForTimeout(1200);
  assert.equal(asked, before);
});

test("a gateway that stays full is not asked for ever", async (t) => {
  let refused = 0;
  meet(t, (path) => (path.startsWith("v1/readings?") ? (refused += 1, { status: 429, headers: { "Retry-After": "0" } }) : null));
  const page = await openPage(t, all, "document.html");
  await page.clock.install();
  await pageButton(page).click();
  for (let i = 0; i < 10; i += 1) {
    await page.waitForTimeout(100);
    await page.clock.runFor(2500);
  }
  assert.equal((await playerIs(page)).state, "error");
  assert.equal(refused, 4);
});
