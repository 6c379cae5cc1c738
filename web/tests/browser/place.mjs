// Place and speed are found again, and nothing else is kept on the device.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, status, untilSentence, untilState } from "../support/browser.mjs";

const TEXT = ["各区：", "请做好防汛准备。", "排水管网要全面检查。", "值班电话要有人接听。", "特此通知。"];

const again = async (t, context, address) => {
  const page = await openPage(t, all, address, { inContext: context });
  await pageButton(page).click();
  await untilState(page, "playing");
  return page;
};

test("tomorrow it goes on where it stopped, as fast as it was", async (t) => {
  all.state.pages["flood.html"] = documentPage("防汛通知", TEXT);
  all.state.pages["other.html"] = documentPage("停水通知", ["明天停水。"]);
  const context = await all.browser.newContext();
  t.after(() => context.close());
  const page = await again(t, context, "flood.html");
  await press(page, "更多");
  await press(page, "快一点");
  for (let i = 0; i < 3; i += 1) await press(page, "下一句");
  await untilSentence(page, 3);
  await page.close();

  const other = await again(t, context, "other.html");
  assert.equal((await playerIs(other)).rate, 1.25, "a new document has the last speed");
  await press(other, "更多");
  await press(other, "慢一点");
  await other.close();

  const later = await again(t, context, "flood.html");
  // On a slow machine a sentence more has been heard before this is asked.
  const { index, ...rest } = await playerIs(later);
  assert.deepEqual(rest, { state: "playing", rate: 1.25, volume: 1 });
  assert.ok(index >= 3, `it began at ${index}`);
  assert.equal(await status(later), "从上次听到的地方继续");
  await press(later, "从头开始");
  await untilSentence(later, 0);
  assert.equal((await playerIs(later)).index, 0);
});

test("the place is found by what stands there, not by its number", async (t) => {
  all.state.pages["flood.html"] = documentPage("防汛通知", TEXT);
  const context = await all.browser.newContext();
  t.after(() => context.close());
  const page = await again(t, context, "flood.html");
  for (let i = 0; i < 3; i += 1) await press(page, "下一句");
  await untilSentence(page, 3);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.utterance.text), "排水管网要全面检查。");
  await page.close();

  all.state.pages["flood.html"] = documentPage("防汛通知", ["各区：", "近日有雨。", "明天有大雨。", ...TEXT.slice(1)]);
  const inserted = await again(t, context, "flood.html");
  assert.equal(await inserted.evaluate(() => window.ReadAloud.player.utterance.text), "排水管网要全面检查。");
  assert.equal((await playerIs(inserted)).index, 5);
  await inserted.close();

  all.state.pages["flood.html"] = documentPage("防汛通知", ["各区：", "近日有雨。", "明天有大雨。", "请做好防汛准备。", "下水道今天就要查完。", ...TEXT.slice(3)]);
  const rewritten = await again(t, context, "flood.html");
  assert.equal(await rewritten.evaluate(() => window.ReadAloud.player.utterance.text), "下水道今天就要查完。", "between its neighbours");
});

test("a document that was heard to its end begins anew", async (t) => {
  all.state.pages["other.html"] = documentPage("停水通知", ["明天停水。"]);
  const context = await all.browser.newContext();
  t.after(() => context.close());
  const page = await again(t, context, "other.html");
  await untilState(page, "ended");
  await page.close();
  const later = await again(t, context, "other.html");
  assert.equal((await playerIs(later)).index, 0);
});

test("only place and speed are kept, and no word of what was heard", async (t) => {
  const page = await openPage(t, all, "document.html");
  await pageButton(page).click();
  await untilSentence(page, 1);
  await press(page, "关闭");
  const kept = await page.evaluate(async () => ({
    local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  }));
  const cookies = await page.context().cookies();
  assert.deepEqual([kept.session, kept.cookies, kept.databases, kept.caches, cookies], [{}, "", 0, 0, []]);
  assert.deepEqual(Object.keys(kept.local), ["read-aloud"]);
  const { rate, places, ...rest } = JSON.parse(kept.local["read-aloud"]);
  assert.deepEqual(rest, {});
  assert.equal(rate, 1);
  const [place] = Object.values(places);
  assert.deepEqual(Object.keys(place).sort(), ["after", "before", "index", "rate", "self", "when"]);
  assert.doesNotMatch(kept.local["read-aloud"], /[一-鿿]|http/);
});

test("a browser that forbids storage still reads", async (t) => {
  const page = await openPage(t, all, "document.html", {
    prepare: () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("forbidden", "SecurityError"); } }),
  });
  await pageButton(page).click();
  await untilSentence(page, 0);
  await press(page, "下一句");
  await untilSentence(page, 1);
  await press(page, "关闭");
  await pageButton(page).click();
  await untilState(page, "playing");
  assert.ok((await playerIs(page)).index >= 1, "for this visit the place is known");
  assert.equal(await dock(page).count(), 1);
});
