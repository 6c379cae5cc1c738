// 大字阅读: the document alone in large letters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { axe, cut, measure, sideways } from "../support/access.mjs";
import { dock, openPage, pageButton, playerIs, press, untilSentence, untilState } from "../support/browser.mjs";

const open = async (t, options) => {
  const page = await openPage(t, all, "document.html", options);
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "大字");
  return page;
};

const current = (page) => dock(page).locator(".sentence.current");
const letters = (page) => dock(page).locator(".text").evaluate((element) => parseFloat(getComputedStyle(element).fontSize));

test("it holds the whole text, marks sentence and word, and a press on a sentence reads it", async (t) => {
  const page = await open(t);
  const text = await dock(page).locator(".text").textContent();
  const read = await page.evaluate(() => window.ReadAloud.player.reading.blocks.map((block) => block.text).join(""));
  assert.equal(text, read);
  await dock(page).locator(".sentence", { hasText: "已经领取的不再重复发放。" }).click();
  await page.waitForFunction(() => window.ReadAloud.player.utterance.text === "已经领取的不再重复发放。" && window.ReadAloud.player.state === "playing");
  assert.equal(await current(page).textContent(), "已经领取的不再重复发放。");
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".sentence.current mark").textContent.length > 0);
});

test("a press between two lines of a sentence reads it, and one beside the text does nothing", async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 800 } });
  const long = dock(page).locator(".sentence", { hasText: "为保障困难群众温暖过冬" });
  await long.scrollIntoViewIfNeeded();
  const { x, y, left } = await long.evaluate((sentence) => {
    const [first, second] = sentence.getClientRects();
    return { x: second.left + 20, y: (first.bottom + second.top) / 2, left: second.left };
  });
  const before = (await playerIs(page)).index;
  await page.mouse.click(left - 12, y);
  assert.equal((await playerIs(page)).index, before);
  await page.mouse.click(x, y);
  assert.match(await page.evaluate(() => window.ReadAloud.player.utterance.text), /^为保障困难群众温暖过冬/);
});

test("over characters that few can read stands their pinyin, which is no text, and a press takes it away", async (t) => {
  const page = await openPage(t, all, "rare.html");
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "大字");
  const pinyin = () => dock(page).locator(".sentence .rare").evaluateAll((found) => found
    .map((one) => one.textContent + getComputedStyle(one, "::before").content.replace(/"/g, "")));
  assert.deepEqual([...new Set(await pinyin())].sort(), ["盱xū", "眙yí", "郫pí", "雉zhì", "堞dié"].sort());
  const text = await dock(page).locator(".text").textContent();
  assert.equal(text, await page.evaluate(() => window.ReadAloud.player.reading.blocks.map((block) => block.text).join("")));
  // The word that is heard may hold one of them.
  // The driver would press on the pinyin above, which is not there for a press.
  const box = await dock(page).locator(".sentence", { hasText: "盱眙县城管局" }).locator(".rare").first().boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction(() => {
    const sentence = document.querySelector("read-aloud-dock").shadowRoot.querySelector(".sentence.current");
    return sentence.querySelector("mark")?.textContent.length > 0 && sentence.querySelector(".rare") !== null;
  });
  assert.deepEqual(await axe(page), []);
  await press(page, "注音");
  assert.equal((await pinyin())[0], "盱none");
  await press(page, "返回");
  await press(page, "大字");
  assert.equal((await pinyin())[0], "盱none", "kept for the next time");
});

test("letters from 28 px on, day, night and high contrast, kept for the next time", async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 800 } });
  assert.equal(await letters(page), 28);
  for (const px of [32, 36, 40, 48]) {
    await press(page, "字大");
    assert.equal(await letters(page), px);
  }
  await dock(page).getByRole("button", { name: "颜色：白天" }).click();
  await dock(page).getByRole("button", { name: "颜色：夜间" }).click();
  await dock(page).getByRole("button", { name: "颜色：高对比" }).waitFor();
  await press(page, "返回");
  await press(page, "大字");
  assert.equal(await letters(page), 48);
  assert.equal(await dock(page).locator(".reader").getAttribute("data-shade"), "contrast");
});

for (const shade of ["白天", "夜间", "高对比"]) {
  test(`by ${shade} what is dimmed keeps its contrast, too`, async (t) => {
    const page = await open(t, { viewport: { width: 1280, height: 800 } });
    await press(page, shade);
    await untilSentence(page, 1);
    const { texts, targets } = await measure(page);
    for (const { text, px, contrast } of texts) {
      assert.ok(px >= 18, `${text}: ${px} px`);
      assert.ok(contrast >= 7, `${text}: ${contrast.toFixed(2)}:1`);
    }
    for (const { name, width, height } of targets) assert.ok(width >= 44 && height >= 44, `${name}: ${width} × ${height}`);
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await cut(page), []);
  });
}

for (const width of [320, 360, 640, 1920]) {
  test(`at ${width} px nothing sticks out and most of the window is text`, async (t) => {
    const page = await open(t, { viewport: { width, height: width < 500 ? 700 : 1000 } });
    assert.ok(await sideways(page) <= 0);
    const { view, right } = await dock(page).evaluate((host) => {
      const root = host.shadowRoot;
      const buttons = [...root.querySelectorAll("button")].filter((one) => one.checkVisibility());
      return { view: root.querySelector(".view").getBoundingClientRect().height, right: Math.max(...buttons.map((one) => one.getBoundingClientRect().right)) };
    });
    assert.ok(right <= width, `${right} of ${width} px`);
    assert.ok(view >= 0.5 * (width < 500 ? 700 : 1000), `${view} px of text`);
    assert.deepEqual(await cut(page), []);
  });
}

test("the sentence stays in sight, and the reader's own scrolling is left alone for a while", async (t) => {
  const page = await open(t, { viewport: { width: 390, height: 700 } });
  const inSight = () => {
    const root = document.querySelector("read-aloud-dock").shadowRoot;
    const view = root.querySelector(".view").getBoundingClientRect();
    const box = root.querySelector(".sentence.current").getBoundingClientRect();
    return box.top >= view.top - 1 && box.top < view.bottom;
  };
  const last = await page.evaluate(() => window.ReadAloud.player.reading.utterances.length - 1);
  await page.evaluate((index) => window.ReadAloud.player.goTo(index), last);
  await page.waitForFunction(inSight);
  // Until the gliding is over.
  await page.waitForTimeout(800);
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, -3000);
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".view").scrollTop === 0);
  await press(page, "上一句");
  await page.waitForTimeout(700);
  assert.equal(await page.evaluate(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector(".view").scrollTop), 0);
});

test("chapters lead to their place; Esc leaves the view, and the page is as it was", async (t) => {
  const page = await open(t, { viewport: { width: 1000, height: 800 } });
  await press(page, "章节");
  await dock(page).locator(".contents").getByRole("button", { name: "二、发放时间" }).click();
  await page.waitForFunction(() => window.ReadAloud.player.utterance.text === "二、发放时间");
  await page.keyboard.press("Escape");
  assert.equal(await dock(page).locator(".reader").isVisible(), false);
  assert.equal((await playerIs(page)).state !== "idle", true, "Esc has left the view and not the reading");
  await page.waitForFunction(() => [...CSS.highlights.get("read-aloud-sentence")].some((range) => range.toString() === "二、发放时间") || window.ReadAloud.player.utterance.text !== "二、发放时间");
});

test("a portal can have it open with the first press", async (t) => {
  const page = await openPage(t, all, "document.html");
  await page.evaluate(() => document.querySelector("read-aloud").setAttribute("reader", ""));
  await pageButton(page).click();
  await current(page).waitFor();
});
