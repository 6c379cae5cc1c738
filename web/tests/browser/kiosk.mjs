// A public terminal: nothing is remembered, nothing leads away, and it is found as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, sound, untilSentence, untilState } from "../support/browser.mjs";

const kiosk = (attributes) => {
  all.state.pages["terminal.html"] = documentPage("服务大厅", [], `<read-aloud src="one.html" kiosk ${attributes}></read-aloud>`);
  return "terminal.html";
};

test("left alone, it forgets place, speed and volume", async (t) => {
  const page = await openPage(t, all, kiosk('idle="8"'));
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "更多");
  await press(page, "快一点");
  await press(page, "小声");
  await press(page, "下一句");
  await untilSentence(page, 1);
  await press(page, "暂停");
  await page.waitForTimeout(1200);
  assert.equal((await playerIs(page)).state, "paused", "not before its time");
  await untilState(page, "idle");
  assert.equal(await dock(page).count(), 0);
  assert.deepEqual(await playerIs(page), { state: "idle", index: 0, rate: 1, volume: 1 });
  await pageButton(page).click();
  await untilState(page, "playing");
  assert.equal((await playerIs(page)).index, 0);
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
});

test("what plays when it is left is heard to its end, then it is as it was", async (t) => {
  const page = await openPage(t, all, kiosk('idle="1"'));
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "更多");
  await press(page, "快一点");
  await page.waitForTimeout(1200);
  assert.equal((await playerIs(page)).state, "playing");
  await untilState(page, "idle");
  const { log } = await sound(page);
  assert.equal(log.filter((event) => event.name === "ended").length, 3, "every sentence was heard");
  assert.deepEqual(await playerIs(page), { state: "idle", index: 0, rate: 1, volume: 1 });
});

test("touches keep it from going back", async (t) => {
  const page = await openPage(t, all, kiosk('idle="6"'));
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "暂停");
  for (let i = 0; i < 4; i += 1) {
    await page.waitForTimeout(2000);
    await page.mouse.click(5, 5);
  }
  assert.equal((await playerIs(page)).state, "paused");
});

test("it offers no link and no download, and shows what is read in large letters", async (t) => {
  const page = await openPage(t, all, "kiosk.html", { viewport: { width: 1080, height: 900 } });
  await pageButton(page).click();
  await untilSentence(page, 1);
  await press(page, "更多");
  assert.equal(await dock(page).locator("a").filter({ visible: true }).count(), 0);
  assert.equal(await dock(page).getByText("下载录音").isVisible(), false);
  await page.waitForFunction(() => {
    const words = document.querySelector("read-aloud-dock").shadowRoot.querySelector(".caption mark");
    return words && words.textContent.length > 0;
  });
  const caption = dock(page).locator(".caption");
  assert.match(await caption.textContent(), /^(今天下午三点开会。|请大家准时参加。)$/);
  assert.ok(await caption.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)) >= 32);
});

test("it begins again at the end, with the visitor's speed forgotten", async (t) => {
  const page = await openPage(t, all, kiosk('idle="2" loop'));
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.evaluate(() => window.ReadAloud.player.setRate(2));
  await untilState(page, "ended");
  await untilState(page, "playing");
  assert.deepEqual(await playerIs(page), { state: "playing", index: 0, rate: 1, volume: 1 });
});

test("a loop that meets a broken document goes on with the next one", async (t) => {
  all.state.pages["round.html"] = documentPage("服务大厅", [], `<read-aloud list=".files li" kiosk loop></read-aloud>
<ul class="files"><li><a href="missing.html">没有的通知</a></li><li><a href="two.html">第二份通知</a></li></ul>`);
  const page = await openPage(t, all, "round.html");
  await page.locator(".files li").first().getByRole("button").click();
  await untilState(page, "error");
  await untilState(page, "playing");
  assert.equal(await dock(page).locator(".title").textContent(), "第二份通知");
});
