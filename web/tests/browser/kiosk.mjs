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
  await untilState(page, "idle");
  const { log } = await sound(page);
  assert.equal(log.filter((event) => event.name === "ended").length, 3, "every sentence was heard");
  assert.deepEqual(await playerIs(page), { state: "idle", index: 0, rate: 1, volume: 1 });
});

test("touches keep it from going back", async (t) => {
  const page = await openPage(t, all, kiosk('idle="10"'));
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "暂停");
  for (let i = 0; i < 4; i += 1) {
    await page.waitForTimeout(3500);
    await page.mouse.click(5, 5);
  }
  assert.equal((await playerIs(page)).state, "paused");
});

test("it offers no link and no download, and shows what is read in letters for two metres", async (t) => {
  const page = await openPage(t, all, "kiosk.html", { viewport: { width: 1080, height: 1200 } });
  await pageButton(page).click();
  await untilSentence(page, 1);
  await press(page, "更多");
  assert.equal(await dock(page).locator("a").filter({ visible: true }).count(), 0);
  assert.equal(await dock(page).getByText("下载录音").isVisible(), false);
  await press(page, "收起");
  await page.waitForFunction(() => {
    const words = document.querySelector("read-aloud-dock").shadowRoot.querySelector(".sentence.current mark");
    return words && words.textContent.length > 0;
  });
  const sentence = dock(page).locator(".sentence.current");
  assert.match(await sentence.textContent(), /^(今天下午三点开会。|请大家准时参加。)$/);
  assert.ok(await sentence.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)) >= 56);
  for (const button of await dock(page).getByRole("button").filter({ visible: true }).all()) {
    const { width, height } = await button.boundingBox();
    assert.ok(width >= 80 && height >= 80, `${await button.textContent()}: ${width} × ${height} px`);
  }
});

test("a press anywhere on a row of its list reads that row, and leads nowhere", async (t) => {
  all.state.pages["hall.html"] = documentPage("服务大厅", [], `<read-aloud list=".files li" kiosk></read-aloud>
<ul class="files"><li>窗口：<a href="one.html">第一份通知</a></li><li>窗口：<a href="two.html">第二份通知</a></li></ul>`);
  const page = await openPage(t, all, "hall.html");
  await page.locator(".files li").nth(1).click({ position: { x: 10, y: 10 } });
  await untilState(page, "playing");
  assert.equal(await dock(page).locator(".dock .title").textContent(), "第二份通知");
  await press(page, "返回");
  await press(page, "关闭");
  await page.getByRole("link", { name: "第一份通知" }).click();
  await untilState(page, "playing");
  assert.match(page.url(), /hall\.html$/);
  assert.equal(await dock(page).locator(".dock .title").textContent(), "第一份通知");
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
  assert.equal(await dock(page).locator(".dock .title").textContent(), "第二份通知");
});
