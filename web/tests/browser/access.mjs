// Seniors and access: what the player shows, measured in each way it may be shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { axe, cut, measure, sideways } from "../support/access.mjs";
import { dock, documentPage, openPage, pageButton, press, status, untilSentence, untilState } from "../support/browser.mjs";

const check = ({ texts, targets }, least) => {
  assert.ok(texts.length && targets.length);
  for (const { text, px, contrast } of texts) {
    assert.ok(px >= 18, `${text}: ${px} px`);
    assert.ok(contrast >= 7, `${text}: ${contrast.toFixed(2)}:1`);
  }
  for (const { name, width, height, contrast } of targets) {
    assert.ok(width >= least && height >= least, `${name}: ${width} × ${height} px`);
    assert.ok(contrast >= 3, `${name}: ${contrast.toFixed(2)}:1 to its surroundings`);
  }
};

const ways = [
  ["on a wide screen", { viewport: { width: 1280, height: 800 } }],
  ["on a phone of 320 px", { viewport: { width: 320, height: 640 } }],
  ["enlarged to 400 %", { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
  ["in the dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
  ["in high contrast", { viewport: { width: 1280, height: 800 }, forcedColors: "active" }],
];

for (const [way, options] of ways) {
  test(`${way}: large targets, large letters, strong contrast, nothing cut off, axe is clean`, async (t) => {
    const page = await openPage(t, all, "document.html", options);
    check(await measure(page), 60);
    assert.deepEqual(await axe(page), []);
    await pageButton(page).click();
    await untilState(page, "playing");
    check(await measure(page), 60);
    assert.deepEqual(await cut(page), []);
    await press(page, "更多");
    assert.deepEqual(await cut(page), []);
    const shown = await measure(page);
    check(shown, 60);
    t.diagnostic(`${shown.targets.length} targets, the smallest ${Math.min(...shown.targets.map((one) => Math.min(one.width, one.height)))} px; `
      + `${shown.texts.length} texts, the smallest ${Math.min(...shown.texts.map((one) => one.px))} px, `
      + `the weakest ${Math.min(...shown.texts.map((one) => one.contrast)).toFixed(1)}:1; the weakest part ${Math.min(...shown.targets.map((one) => one.contrast)).toFixed(1)}:1`);
    assert.ok(await sideways(page) <= 0, "no scrolling sideways");
    for (const { name, right } of shown.targets) assert.ok(right <= options.viewport.width, `${name} is inside the window`);
    assert.deepEqual(await axe(page), []);
    // Everything in the dock can be brought into sight.
    for (const name of ["重听本句", "大声", "快一点"]) {
      const control = dock(page).getByRole("button", { name });
      await control.scrollIntoViewIfNeeded();
      const box = await control.boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= options.viewport.height + 1, `${name} at ${box.y}`);
    }
    await press(page, "收起");
    const covered = await dock(page).evaluate((element) => element.offsetHeight);
    t.diagnostic(`the closed controls take ${covered} of ${options.viewport.height} px`);
    assert.ok(covered <= options.viewport.height * 0.5, "room is left for the text");
  });
}

test("a compact button is 44 px and its text still large", async (t) => {
  const page = await openPage(t, all, "list.html", { viewport: { width: 320, height: 640 } });
  check(await measure(page), 44);
  const { targets } = await measure(page);
  t.diagnostic(`compact: ${targets.map(({ width, height }) => `${width.toFixed(0)} × ${height.toFixed(0)}`).join(", ")} px`);
  for (const { height } of targets) assert.ok(height < 60);
  assert.ok(await sideways(page) <= 0);
  assert.deepEqual(await axe(page), []);
});

test("letters twice as large push nothing out of the window", async (t) => {
  const page = await openPage(t, all, "document.html", { viewport: { width: 640, height: 800 } });
  await page.evaluate(() => { document.documentElement.style.fontSize = "36px"; });
  await pageButton(page).click();
  await untilState(page, "playing");
  const { texts, targets } = await measure(page);
  assert.ok(Math.min(...texts.map((one) => one.px)) >= 32);
  for (const { name, right } of targets) assert.ok(right <= 640, name);
  assert.ok(await sideways(page) <= 0);
  assert.deepEqual(await cut(page), []);
});

test("trouble, too, is told in strong contrast", async (t) => {
  for (const colorScheme of ["light", "dark"]) {
    all.state.pages["refused.html"] = documentPage("目录", ["正文"], '<read-aloud src="missing.html"></read-aloud>');
    const page = await openPage(t, all, "refused.html", { colorScheme });
    await pageButton(page).click();
    await untilState(page, "error");
    check(await measure(page), 60);
    assert.deepEqual(await axe(page), []);
  }
});

test("what is lit stands out from the page and from the sentence around it", async (t) => {
  const ratio = (one, two) => {
    const light = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const [a, b] = [light(one), light(two)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  for (const [colorScheme, paper] of [["light", "#ffffff"], ["dark", "#15191a"]]) {
    const page = await openPage(t, all, "document.html", { colorScheme });
    await pageButton(page).click();
    await untilSentence(page, 0);
    const colours = await page.evaluate(() => {
      const hex = (colour) => `#${colour.match(/\d+/g).slice(0, 3).map((value) => Number(value).toString(16).padStart(2, "0")).join("")}`;
      const at = (name) => getComputedStyle(document.querySelector("h1"), `::highlight(${name})`);
      const [sentence, word] = [at("read-aloud-sentence"), at("read-aloud-word")];
      return {
        sentence: hex(sentence.backgroundColor), ink: hex(sentence.color), line: hex(sentence.textDecorationColor),
        word: hex(word.backgroundColor), wordInk: hex(word.color),
      };
    });
    const found = {
      text: ratio(colours.ink, colours.sentence), wordText: ratio(colours.wordInk, colours.word),
      line: ratio(colours.line, paper), word: ratio(colours.word, colours.sentence), wordOnPage: ratio(colours.word, paper),
    };
    t.diagnostic(`${colorScheme}: ${Object.entries(found).map(([name, value]) => `${name} ${value.toFixed(1)}:1`).join(", ")}`);
    assert.ok(found.text >= 7 && found.wordText >= 7);
    assert.ok(found.line >= 3 && found.word >= 3 && found.wordOnPage >= 3);
  }
});

test("a screen reader hears names and what happens, in Chinese", async (t) => {
  const page = await openPage(t, all, "document.html");
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "更多");
  const tree = await dock(page).getByRole("region", { name: "朗读" }).ariaSnapshot();
  for (const part of ['status: 正在朗读', 'button "上一句" [disabled]', 'button "暂停"', 'button "收起" [expanded]', 'group "语速"', 'group "音量"', 'group "章节"', 'slider "进度"', 'button "一、发放对象"', 'button "点哪读哪"', "语音由人工智能合成"]) {
    assert.ok(tree.includes(part), `${part} in\n${tree}`);
  }
  assert.doesNotMatch(tree.replace(/^\s*- |\/url: .*|(button|link|status|group|slider|listitem|list|paragraph|text|region|img|selected|disabled|expanded|pressed|current|true)/gm, ""), /[a-z]{3,}/i);
  assert.equal(await dock(page).getByRole("status").getAttribute("aria-live"), "polite");
  await press(page, "暂停");
  assert.equal(await status(page), "已暂停");
});

test("nothing needs hovering or dragging: every control works with single taps", async (t) => {
  const page = await openPage(t, all, "document.html", { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
  await pageButton(page).tap();
  await untilState(page, "playing");
  const tap = (name) => dock(page).getByRole("button", { name, exact: true }).tap();
  await tap("更多");
  await tap("快一点");
  await tap("小声");
  await tap("暂停");
  assert.deepEqual(await page.evaluate(() => {
    const { state, rate, volume } = window.ReadAloud.player;
    return { state, rate, volume };
  }), { state: "paused", rate: 1.25, volume: 0.8 });
  const draggable = await page.evaluate(() => document.querySelector("read-aloud-dock").shadowRoot.querySelectorAll("[draggable], input[type=range]").length);
  assert.equal(draggable, 0);
});

test("it says in words that the voice is synthetic, before and while it reads", async (t) => {
  const page = await openPage(t, all, "document.html");
  assert.ok(await page.locator("read-aloud").getByText("语音由人工智能合成").isVisible());
  await pageButton(page).click();
  await untilState(page, "playing");
  assert.ok(await dock(page).getByText("语音由人工智能合成").isVisible());
});
