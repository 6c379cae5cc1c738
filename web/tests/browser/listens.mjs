// 收听统计: what the player tells of how far a document is heard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { documentPage, openPage, pageButton, untilSentence, untilState } from "../support/browser.mjs";

/** What the page has told so far: event, device and seconds of each message. */
const told = (page) => {
  const messages = [];
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (!address.pathname.endsWith("/listened")) return;
    const query = Object.fromEntries(address.searchParams);
    messages.push({ ...query, seconds: Number(query.seconds) });
  });
  return messages;
};

const events = (messages) => messages.map((message) => message.event);

test("what is heard to its end is begun, half heard and finished, once each time", async (t) => {
  all.state.pages["heard.html"] = documentPage("停水通知", ["明天停水一天。", "请提前储水。", "不便之处，敬请谅解。"], "<read-aloud></read-aloud>");
  const page = await openPage(t, all, "heard.html");
  const messages = told(page);
  const before = Date.now();
  await pageButton(page).click();
  await untilState(page, "ended");
  assert.deepEqual(events(messages).filter((event) => event !== "left"), ["started", "half", "finished"]);
  assert.ok(messages.every((message) => message.device === "desktop"));
  const seconds = messages.reduce((sum, message) => sum + message.seconds, 0);
  assert.ok(seconds >= 2 && seconds * 1000 <= Date.now() - before, `${seconds} s`);
  await page.evaluate(() => window.ReadAloud.player.resume());
  await untilState(page, "playing");
  assert.deepEqual(events(messages).filter((event) => event === "started").length, 2);
});

test("who jumps to the end has not heard it, and a pause is no listening", async (t) => {
  const page = await openPage(t, all, "document.html");
  const messages = told(page);
  await pageButton(page).click();
  await untilSentence(page, 0);
  await untilState(page, "playing");
  await page.evaluate(() => window.ReadAloud.player.pause());
  const paused = Date.now();
  await page.waitForTimeout(3000);
  const last = await page.evaluate(() => window.ReadAloud.player.reading.utterances.length - 1);
  await page.evaluate((index) => window.ReadAloud.player.goTo(index), last);
  await untilState(page, "ended");
  const heard = Date.now() - paused - 3000;
  assert.deepEqual(events(messages).filter((event) => event !== "left"), ["started"]);
  const seconds = messages.reduce((sum, message) => sum + message.seconds, 0);
  assert.ok(seconds * 1000 <= heard + 10_000, `${seconds} s told of ${heard} ms`);
});

test("of what this browser alone has handed over, nothing is told", async (t) => {
  all.state.pages["own.html"] = documentPage("我的通知", ["明天停水一天，请大家提前储水备用。"], '<read-aloud send="always"></read-aloud>');
  const page = await openPage(t, all, "own.html");
  const messages = told(page);
  await pageButton(page).click();
  await untilState(page, "ended");
  assert.deepEqual(messages, []);
});

test("a kiosk and a phone say what they are", async (t) => {
  all.state.pages["hall.html"] = documentPage("服务大厅", [], '<read-aloud src="one.html" kiosk></read-aloud>');
  const kiosk = await openPage(t, all, "hall.html");
  const messages = told(kiosk);
  await pageButton(kiosk).click();
  await untilState(kiosk, "playing");
  assert.deepEqual([messages[0].event, messages[0].device], ["started", "kiosk"]);
  const phone = await openPage(t, all, "document.html", { viewport: { width: 390, height: 800 }, screen: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
  const fromPhone = told(phone);
  await pageButton(phone).tap();
  await untilState(phone, "playing");
  assert.deepEqual([fromPhone[0].event, fromPhone[0].device], ["started", "phone"]);
});
