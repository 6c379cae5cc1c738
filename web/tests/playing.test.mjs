// The player on a portal's page, with the real service and voice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lit, openPage, startAll, untilSentence } from "./support/browser.mjs";

let all;
before(async () => { all = await startAll(); });
after(() => all.stop());

test("a press reads sentence after sentence, lit in a page that stays as it is", async () => {
  const page = await openPage(all, "document.html");
  const text = () => page.locator("#content").innerHTML();
  const untouched = await text();
  await page.getByRole("button", { name: "朗读" }).click();
  await untilSentence(page, 2);
  assert.equal(await lit(page, "read-aloud-sentence"), "为保障困难群众温暖过冬，现就取暖补贴发放工作通知如下。");
  assert.equal(await text(), untouched);
  const { log, plays } = await page.evaluate(() => window.__sound);
  assert.deepEqual(plays.slice(0, 2), [{ element: 0, pressed: true }, { element: 1, pressed: true }]);
  assert.ok(page.requested.every((address) => address.startsWith(all.portal.root)));
  assert.ok(log.some((event) => event.name === "ended"));
});

test("clips that are made already follow each other without a gap that is heard", async (t) => {
  const page = await openPage(all, "document.html");
  await page.getByRole("button", { name: "朗读" }).click();
  await untilSentence(page, 1);
  const { log } = await page.evaluate(() => window.__sound);
  const ended = log.findIndex((event) => event.name === "ended");
  const gapMs = log[ended + 1].at - log[ended].at;
  t.diagnostic(`gap between sentences: ${gapMs.toFixed(0)} ms`);
  assert.ok(gapMs < 150);
});
