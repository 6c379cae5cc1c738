// A list of documents: a button for each, one voice, and a programme that plays on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, hurry, openPage, playerIs, status, untilState } from "../support/browser.mjs";

const row = (page, number) => page.locator(".files li").nth(number).getByRole("button");
const title = (page) => dock(page).locator(".dock .title").textContent();
const untilTitle = (page, wanted) => page.waitForFunction((text) => {
  const open = document.querySelector("read-aloud-dock");
  return open && open.shadowRoot.querySelector(".title").textContent === text && window.ReadAloud.player.state === "playing";
}, wanted);

test("every row of a list has a button that reads its document", async (t) => {
  const page = await openPage(t, all, "list.html");
  assert.deepEqual(await page.locator(".files").getByRole("button").evaluateAll((buttons) => buttons.map((one) => one.ariaLabel)),
    ["朗读：第一份通知", "朗读：第二份通知", "朗读：第三份通知"]);
  await row(page, 1).click();
  await untilTitle(page, "第二份通知");
  assert.match(await row(page, 1).getAttribute("aria-label"), /^暂停：第二份通知$/);
  assert.match(await row(page, 0).getAttribute("aria-label"), /^朗读：第一份通知$/);
  assert.equal(await page.evaluate(() => location.pathname), "/list.html");
  assert.equal(await dock(page).locator(".caption").textContent(), "第二份通知", "what is not on the page is shown in the controls");
});

test("it plays on through the list like a radio programme, and says what comes next", async (t) => {
  const page = await openPage(t, all, "list.html");
  await hurry(page);
  await row(page, 1).click();
  await untilState(page, "ended");
  assert.equal(await status(page), "已经读完。下一篇：第三份通知");
  await untilTitle(page, "第三份通知");
  const between = page.requested.filter((address) => address.includes("/v1/readings?"));
  assert.equal(between.length, 2, "the next document was asked for once, ahead");
  await untilState(page, "ended");
  await page.waitForTimeout(2500);
  assert.equal((await playerIs(page)).state, "ended", "the last one is the end");
  assert.equal(await status(page), "已经读完");
});

test("上一篇 and 下一篇 lead through the list, and end at its ends", async (t) => {
  const page = await openPage(t, all, "list.html");
  await row(page, 0).click();
  await untilTitle(page, "第一份通知");
  const earlier = dock(page).getByRole("button", { name: "上一篇" });
  const later = dock(page).getByRole("button", { name: "下一篇" });
  assert.equal(await earlier.getAttribute("aria-disabled"), "true");
  await later.click();
  await untilTitle(page, "第二份通知");
  await later.click();
  await untilTitle(page, "第三份通知");
  assert.equal(await later.getAttribute("aria-disabled"), "true");
  await earlier.click();
  await untilTitle(page, "第二份通知");
});

test("only one voice sounds on a page, and only one among its tabs", async (t) => {
  const context = await all.browser.newContext();
  t.after(() => context.close());
  const page = await openPage(t, all, "list.html", { inContext: context });
  await row(page, 0).click();
  await untilTitle(page, "第一份通知");
  await row(page, 2).click();
  await untilTitle(page, "第三份通知");
  assert.equal(await page.evaluate(() => window.__sound.elements.filter((audio) => !audio.paused).length), 1);
  assert.equal(await title(page), "第三份通知");

  const tab = await openPage(t, all, "document.html", { inContext: context });
  await tab.locator("read-aloud").getByRole("button").click();
  await untilState(tab, "playing");
  await untilState(page, "paused");
  assert.equal(await page.evaluate(() => window.__sound.sounding().length), 0);
});

test("rows that come later get a button when the list is named again", async (t) => {
  const page = await openPage(t, all, "list.html");
  await page.evaluate(() => {
    const item = document.createElement("li");
    item.innerHTML = '<a href="document.html">取暖补贴</a>';
    document.querySelector(".files").append(item);
    const list = document.querySelector("read-aloud[list]");
    list.setAttribute("list", list.getAttribute("list"));
  });
  assert.equal(await page.locator(".files").getByRole("button").count(), 4);
  await row(page, 2).click();
  await untilTitle(page, "第三份通知");
  assert.equal(await dock(page).getByRole("button", { name: "下一篇" }).getAttribute("aria-disabled"), "false");
});

test("a page's own document is followed by the links its queue selects", async (t) => {
  all.state.pages["queue.html"] = `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>停水通知</title>
<link rel="stylesheet" href="/portal.css"><script src="/langdu/read-aloud.js" defer></script></head><body>
<read-aloud queue=".related a"></read-aloud><div class="article-content"><h1>停水通知</h1><p>明天停水。</p></div>
<ul class="related"><li><a href="two.html">第二份通知</a></li></ul></body></html>`;
  const page = await openPage(t, all, "queue.html");
  await hurry(page);
  await page.locator("read-aloud").getByRole("button").click();
  await untilTitle(page, "停水通知");
  await untilTitle(page, "第二份通知");
  assert.equal(await page.evaluate(() => CSS.highlights.get("read-aloud-sentence").size), 0, "that text is not on this page");
});
