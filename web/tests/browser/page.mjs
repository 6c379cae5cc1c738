// The page's own text: lit without being changed, scrolled along, pressed to start there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, hurry, lit, openPage, pageButton, playerIs, press, status, untilSentence, untilState } from "../support/browser.mjs";

const open = async (t, address, options) => {
  const page = await openPage(t, all, address, options);
  await pageButton(page).click();
  await untilSentence(page, 0);
  return page;
};

/** Selects a text of the page as a reader would. */
const select = (page, text) => page.evaluate((wanted) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(wanted);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + wanted.length);
  }
}, text);

/** The middle of a text of the page, in the window. */
const middleOf = (page, text) => page.evaluate((wanted) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(wanted);
    if (at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center" });
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + wanted.length);
    const rect = range.getBoundingClientRect();
    return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  }
  throw new Error("not on the page");
}, text);

test("on request, a press on the text starts there, and only then", async (t) => {
  const page = await open(t, "document.html");
  const there = await middleOf(page, "补贴发放情况");
  await page.mouse.click(there.x, there.y);
  assert.ok((await playerIs(page)).index < 3, "a press on the text is the page's own until it is asked for");
  await press(page, "更多");
  await press(page, "点哪读哪");
  assert.equal(await dock(page).getByRole("button", { name: "点哪读哪" }).getAttribute("aria-pressed"), "true");
  await press(page, "收起");
  const now = await middleOf(page, "补贴发放情况");
  await page.mouse.click(now.x, now.y);
  await page.waitForFunction(() => window.ReadAloud.player.utterance.text.startsWith("补贴发放情况"));
  const link = await middleOf(page, "首页");
  await page.mouse.click(link.x, link.y);
  await page.waitForURL("**/list.html");
});

test("a selection is read from its beginning", async (t) => {
  const page = await open(t, "document.html");
  assert.equal(await dock(page).getByRole("button", { name: "从选中处读" }).isVisible(), false);
  await select(page, "已经领取");
  await press(page, "从选中处读");
  await page.waitForFunction(() => window.ReadAloud.player.utterance.text === "已经领取的不再重复发放。");
});

test("text selected before the first press is where it starts", async (t) => {
  const page = await openPage(t, all, "document.html");
  await select(page, "二、发放时间");
  await pageButton(page).click();
  await untilState(page, "playing");
  assert.equal(await page.evaluate(() => window.ReadAloud.player.utterance.text), "二、发放时间");
});

const long = () => documentPage("长文件", Array.from({ length: 14 }, (_, i) => `第${i + 1}条很长的规定在这里。</p><div class="spacer"></div><p>`));

test("it scrolls along, stops when the reader scrolls, and offers to come back", async (t) => {
  all.state.pages["long.html"] = long();
  const page = await open(t, "long.html", { viewport: { width: 800, height: 600 } });
  await hurry(page);
  const isInSight = () => {
    const [range] = CSS.highlights.get("read-aloud-sentence");
    const { top, bottom } = range.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight - document.querySelector("read-aloud-dock").offsetHeight;
  };
  const inSight = () => page.evaluate(isInSight);
  for (const index of [1, 2, 3]) {
    await press(page, "下一句");
    await untilSentence(page, index);
  }
  await page.waitForFunction(() => scrollY > 600);
  await page.waitForFunction(isInSight);
  const comeBack = dock(page).getByRole("button", { name: "回到正在读的地方" });
  assert.equal(await comeBack.isVisible(), false);

  await page.mouse.move(400, 100);
  await page.mouse.wheel(0, -3000);
  await comeBack.waitFor({ state: "visible" });
  await page.waitForTimeout(500);
  const { index } = await playerIs(page);
  await page.waitForFunction((now) => window.ReadAloud.player.index > now, index);
  await page.waitForTimeout(800);
  assert.equal(await inSight(), false, "the reader's scrolling is left alone");
  await comeBack.click();
  await page.waitForFunction(isInSight);
  await comeBack.waitFor({ state: "hidden" });
});

test("enlarged to 400 %, a sentence is shown whole or from its beginning", async (t) => {
  all.state.pages["large.html"] = documentPage("长文件", Array.from({ length: 6 },
    (_, i) => `第${i + 1}条，老年人可以就近申请居家养老服务补贴，按月领取。</p><div class="spacer"></div><p>`));
  const page = await open(t, "large.html", { viewport: { width: 320, height: 256 } });
  for (const index of [1, 2, 3]) {
    await press(page, "更多");
    await press(page, "下一句");
    await press(page, "收起");
    await untilSentence(page, index);
    await page.waitForFunction(() => {
      const { top, bottom } = [...CSS.highlights.get("read-aloud-sentence")][0].getBoundingClientRect();
      const height = innerHeight - document.querySelector("read-aloud-dock").offsetHeight;
      return top >= 0 && top < height / 2 && (bottom <= height || top <= 8.5);
    });
  }
});

test("for people who want no motion it jumps instead of gliding", async (t) => {
  all.state.pages["long.html"] = long();
  const page = await open(t, "long.html", { viewport: { width: 800, height: 600 }, reducedMotion: "reduce" });
  await page.evaluate(() => {
    window.__behaviours = [];
    const plain = window.scrollBy;
    window.scrollBy = (options) => { window.__behaviours.push(options.behavior); plain.call(window, options); };
  });
  await press(page, "下一句");
  await press(page, "下一句");
  await untilSentence(page, 2);
  assert.deepEqual(await page.evaluate(() => window.__behaviours), ["auto"]);
  const moving = await page.evaluate(() => [...document.querySelector("read-aloud-dock").shadowRoot.querySelectorAll("*")]
    .filter((element) => getComputedStyle(element).transitionDuration !== "0s" || getComputedStyle(element).animationName !== "none").length);
  assert.equal(moving, 0);
});

test("without the highlight interface, boxes are laid over the text, which stays as it is", async (t) => {
  const page = await openPage(t, all, "document.html", { prepare: () => { delete window.Highlight; } });
  const untouched = await page.locator("main").innerHTML();
  await pageButton(page).click();
  await untilSentence(page, 1);
  await press(page, "下一句");
  await untilSentence(page, 2);
  // The page may still be scrolling: what is compared is measured at one moment.
  await page.waitForFunction(() => {
    const light = document.querySelector("read-aloud-light").shadowRoot;
    const sentence = [...light.querySelectorAll(".sentence")];
    const words = [...light.querySelectorAll(".word")];
    const leaves = [...document.querySelectorAll("#content *")].filter((element) => element.textContent.includes("为保障困难群众"));
    const text = leaves[leaves.length - 1].getBoundingClientRect();
    return sentence.length >= 1 && words.length >= 1 && [...sentence, ...words].every((element) => {
      const box = element.getBoundingClientRect();
      return box.left >= text.left - 1 && box.right <= text.right + 1
        && box.top >= text.top - 8 && box.bottom <= text.bottom + 8
        && box.width > 5 && box.height > 5;
    });
  });
  const before = await page.evaluate(() => document.querySelector("read-aloud-light").shadowRoot.querySelector(".sentence").getBoundingClientRect().y);
  await page.mouse.move(300, 200);
  await page.evaluate(() => scrollBy(0, 40));
  await page.waitForFunction((y) => Math.abs(document.querySelector("read-aloud-light").shadowRoot.querySelector(".sentence").getBoundingClientRect().y - y) > 20, before);
  assert.equal(await page.locator("main").innerHTML(), untouched);
  assert.equal(await page.locator("read-aloud-light").getAttribute("aria-hidden"), "true");
});

test("a page whose text was changed meanwhile is lit where the text stands now", async (t) => {
  const page = await open(t, "document.html");
  await page.evaluate(() => {
    const content = document.querySelector("#content");
    content.innerHTML = `<p>新加的一段。</p>${content.innerHTML}`;
  });
  await press(page, "下一句");
  await untilSentence(page, 1);
  assert.equal(await lit(page, "read-aloud-sentence"), "各县（市、区）民政局：");
  assert.equal(await page.evaluate(() => [...CSS.highlights.get("read-aloud-sentence")][0].startContainer.isConnected), true);
});

test("the last lines of the page are not left under the controls", async (t) => {
  const page = await open(t, "document.html", { viewport: { width: 360, height: 640 } });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight + 1000));
  await page.waitForTimeout(300);
  const { bottom, top } = await page.evaluate(() => ({
    bottom: document.querySelector("footer").getBoundingClientRect().bottom,
    top: document.querySelector("read-aloud-dock").getBoundingClientRect().top,
  }));
  assert.ok(bottom <= top, `${bottom} ≤ ${top}`);
  assert.equal(await status(page), "正在朗读");
  await press(page, "关闭");
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).paddingBottom), "0px");
});
