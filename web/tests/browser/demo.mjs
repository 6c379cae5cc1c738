// The demo portal: every page of it reads, fits, and is clean.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { axe, measure, sideways } from "../support/access.mjs";
import { dock, openPage, pageButton, press, untilSentence, untilState } from "../support/browser.mjs";
import { PROJECT } from "../support/service.mjs";

const documents = readdirSync(`${PROJECT}/web/demo/zhengce`).map((name) => `zhengce/${name}`);
const demo = (name) => `langdu/demo/${name}`;
const FIRST = demo("zhengce/yanglao-butie.html");

const fits = async (page) => {
  assert.ok(await sideways(page) <= 0, "no scrolling sideways");
  assert.deepEqual(await axe(page), []);
  for (const { text, px, contrast } of (await measure(page)).texts) assert.ok(px >= 18 && contrast >= 7, text);
};

test("the list of the demo portal reads its documents", async (t) => {
  const page = await openPage(t, all, demo("index.html"), { viewport: { width: 1280, height: 900 } });
  await fits(page);
  const buttons = page.locator("read-aloud:not([list])");
  assert.equal(await buttons.count(), documents.length);
  await buttons.nth(1).getByRole("button").click();
  await untilState(page, "playing");
  assert.equal(await page.locator("read-aloud-dock .title").textContent(), "青禾市民政局 青禾市财政局关于提高高龄津贴标准的通知");
  assert.deepEqual(page.problems, []);
});

for (const name of documents) {
  test(`${name} is read from its title to its end, each sentence lit in the page`, async (t) => {
    const page = await openPage(t, all, demo(name), { viewport: { width: 320, height: 640 } });
    await fits(page);
    await pageButton(page).click();
    await untilState(page, "playing");
    const { title, unlit, foreign } = await page.evaluate(() => {
      const { player } = window.ReadAloud;
      const { utterances } = player.reading;
      return {
        title: document.querySelector(".document h1").textContent.replace(/\s/g, "").startsWith(utterances[0].text.replace(/\s/g, "")),
        unlit: utterances.filter((utterance, i) => !utterance.generated && !player.text.stretches[i].length).map(({ text }) => text),
        foreign: utterances.filter(({ text }) => /返回|相关文件|主办|备案|朗读|字号|演示网站/.test(text)).map(({ text }) => text),
      };
    });
    assert.ok(title);
    assert.deepEqual(unlit, []);
    assert.deepEqual(foreign, [], "what frames the document is not read");
    await fits(page);
    assert.deepEqual(page.problems, []);
  });
}

const views = [
  ["desktop", { viewport: { width: 1280, height: 800 } }],
  ["phone", { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 }],
  ["dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
  ["high-contrast", { viewport: { width: 1280, height: 800 }, forcedColors: "active" }],
];

for (const [name, options] of views) {
  test(`${name}: a sentence and its word are lit above the controls`, async (t) => {
    const page = await openPage(t, all, FIRST, options);
    await pageButton(page).click();
    await untilState(page, "playing");
    await page.evaluate(() => {
      const { player } = window.ReadAloud;
      player.start(player.reading.utterances.findIndex(({ text }) => text.startsWith("《青禾市居家养老")), 0);
    });
    await page.waitForFunction(() => window.ReadAloud.player.syllable > 3);
    await page.waitForTimeout(1100);
    // In high contrast boxes are laid over the text, elsewhere the text itself is lit.
    const { sentence, word, top } = await page.evaluate(() => {
      const overlay = document.querySelector("read-aloud-light");
      const box = (kind) => (overlay ? overlay.shadowRoot.querySelector(`.${kind}`)
        : [...CSS.highlights.get(`read-aloud-${kind}`)][0]).getBoundingClientRect().toJSON();
      return { sentence: box("sentence"), word: box("word"), top: document.querySelector("read-aloud-dock").getBoundingClientRect().top };
    });
    assert.ok(sentence.top >= 0 && sentence.top < top);
    assert.ok(word.width > 10 && word.left >= sentence.left - 2);
    await press(page, "更多");
    assert.equal(await dock(page).getByRole("button", { name: "收起" }).isVisible(), true);
  });
}

test("the demo terminal plays the list, with nothing to press that leads away", async (t) => {
  const page = await openPage(t, all, demo("zhongduan.html"), { viewport: { width: 1080, height: 1000 } });
  await fits(page);
  const title = await page.getByRole("link").first().boundingBox();
  await page.mouse.click(title.x + 20, title.y + 20);
  await untilSentence(page, 0);
  assert.match(page.url(), /zhongduan/, "the row is read, and its link leads nowhere");
  await page.waitForFunction(() => document.querySelector("read-aloud-dock").shadowRoot.querySelector("mark").textContent);
  await fits(page);
});

test("the portal's own switch of letter sizes keeps its choice and breaks nothing", async (t) => {
  const page = await openPage(t, all, FIRST, { viewport: { width: 1280, height: 800 } });
  await page.getByRole("button", { name: "特大" }).click();
  await pageButton(page).click();
  await untilSentence(page, 0);
  assert.ok(await sideways(page) <= 0);
  await page.reload();
  assert.equal(await page.getByRole("button", { name: "特大" }).getAttribute("aria-pressed"), "true");
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "31px");
});
