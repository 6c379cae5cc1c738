// Pages whose own styles and scripts would spoil the controls, and ways to show a page that change it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, status, untilSentence, untilState } from "../support/browser.mjs";

const PARAGRAPHS = Array.from({ length: 24 }, (_, i) => (i % 6 ? `第${i}条，申请人应当如实填写申请表。` : `#第${i / 6 + 1}章`));

/** A document's page with a sheet of the page's own. */
const styled = (css, paragraphs = PARAGRAPHS) => {
  all.state.pages["hostile.css"] = css;
  all.state.pages["hostile.html"] = documentPage("办事指南", paragraphs)
    .replace("</head>", '<link rel="stylesheet" href="/hostile.css"></head>');
  return "hostile.html";
};

/** Where the controls are, and whether a press in their middle meets them. */
const controls = (page) => page.evaluate(() => {
  const host = document.querySelector("read-aloud-dock");
  const box = host.shadowRoot.querySelector(".dock");
  const main = host.shadowRoot.querySelector("button.main");
  const at = main.getBoundingClientRect();
  const hit = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
  const rect = box.getBoundingClientRect();
  const px = (element) => parseFloat(getComputedStyle(element).fontSize);
  return {
    bottom: rect.bottom - innerHeight, inside: rect.left >= 0 && rect.right <= innerWidth && rect.top >= 0,
    main: { width: at.width, height: at.height }, isHit: hit === host,
    px: [px(box), px(document.querySelector("read-aloud").shadowRoot.querySelector("button"))],
    look: ["filter", "opacity", "transform", "letterSpacing", "textTransform", "lineHeight"].map((name) => getComputedStyle(main)[name]),
  };
});

const SHEETS = {
  "12 px for everything": "* { font-size: 12px !important; line-height: 1 !important; letter-spacing: 4px !important; text-transform: uppercase !important }",
  "a root of 100 px": "html { font-size: 100px }",
  "a root of 10 px": "html { font-size: 62.5% } body { font-size: 1.4rem }",
  "buttons without anything": "button { all: unset !important; display: none !important } span, div, p { display: none; }\n#content, #content * { display: block }",
  "a day of mourning": "body { filter: grayscale(1) }",
  "the root in grey": "html { filter: grayscale(1) }",
  "a body that is moved": "body { transform: translateX(40px) scale(.8); will-change: transform }",
  "a root that is moved": "html { transform: rotate(0deg) translateY(-30px); perspective: 500px }",
  "a flood of layers": "body::before { content: ''; position: fixed; inset: 0; z-index: 2147483647; background: rgba(0, 0, 0, .01) } main { position: relative; z-index: 2147483647 }",
  "positions for everything": "* { position: relative !important; float: left !important; opacity: .5; max-width: 500px; margin: 3px !important }",
};

for (const [what, css] of Object.entries(SHEETS)) {
  test(`${what}: the controls stand where they stand, as large as they are`, async (t) => {
    const page = await openPage(t, all, styled(css), { viewport: { width: 1000, height: 800 } });
    await page.evaluate(() => document.querySelector("read-aloud").toggle());
    await untilState(page, "playing");
    const found = await controls(page);
    t.diagnostic(JSON.stringify(found));
    assert.ok(Math.abs(found.bottom) <= 1 && found.inside, "at the foot of the window");
    assert.ok(found.isHit, "a press meets it");
    assert.ok(found.main.width >= 80 && found.main.height >= 80);
    for (const px of found.px) assert.ok(px >= 20 && px <= 48, `${px} px`);
    assert.deepEqual(found.look.slice(0, 5), ["none", "1", "none", "normal", "none"]);
  });
}

test("a box of the page that scrolls on its own is scrolled along", async (t) => {
  const page = await openPage(t, all, styled("#content { height: 200px; overflow-y: auto } #content p { margin: 80px 0 }"), { viewport: { width: 1000, height: 800 } });
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.evaluate(() => window.ReadAloud.player.goTo(15));
  await page.waitForFunction(() => {
    const box = document.querySelector("#content").getBoundingClientRect();
    const [range] = CSS.highlights.get("read-aloud-sentence");
    const rect = range.getBoundingClientRect();
    return rect.top >= box.top - 1 && rect.bottom <= box.bottom + 1 && window.ReadAloud.player.index === 15;
  });
  assert.equal(await page.evaluate(() => window.ReadAloud.player.follower.following), true);
});

test("after a jump over a long way it goes on following", async (t) => {
  const page = await openPage(t, all, styled("#content p { margin: 1500px 0 }"), { viewport: { width: 1000, height: 800 } });
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.evaluate(() => window.ReadAloud.player.goTo(20));
  await page.waitForFunction(() => {
    const [range] = CSS.highlights.get("read-aloud-sentence");
    const rect = range.getBoundingClientRect();
    return window.ReadAloud.player.index >= 20 && rect.top > 0 && rect.bottom < innerHeight;
  });
  // Past the time within which scrolling once counted as the player's own.
  await page.waitForTimeout(1500);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.follower.following), true);
});

test("keys that move through the chapters read nothing; a press does", async (t) => {
  const page = await openPage(t, all, styled(""));
  await pageButton(page).click();
  await untilState(page, "playing");
  await press(page, "更多");
  const chapters = dock(page).getByRole("group", { name: "章节" }).getByRole("button");
  assert.deepEqual(await chapters.allTextContents(), ["第1章", "第2章", "第3章", "第4章"]);
  await press(page, "暂停");
  const { index } = await playerIs(page);
  await chapters.first().focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("Tab");
  assert.deepEqual([(await playerIs(page)).index, (await playerIs(page)).state], [index, "paused"]);
  await page.keyboard.press("Enter");
  await untilState(page, "playing");
  assert.equal(await page.evaluate(() => window.ReadAloud.player.utterance.text), "第4章");
  assert.equal(await chapters.nth(3).getAttribute("aria-current"), "true");
});

test("printed, the page is as it was", async (t) => {
  const page = await openPage(t, all, styled(""));
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.emulateMedia({ media: "print" });
  assert.equal(await dock(page).isVisible(), false);
  assert.equal(await page.locator("read-aloud").first().isVisible(), false);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).paddingBottom), "0px");
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector("h1"), "::highlight(read-aloud-sentence)").backgroundColor), /rgba\(0, 0, 0, 0\)|transparent/);
});

test("high contrast switched on while it reads frames the word at once", async (t) => {
  const page = await openPage(t, all, styled(""));
  await pageButton(page).click();
  await untilSentence(page, 0);
  await page.emulateMedia({ forcedColors: "active" });
  await page.waitForFunction(() => {
    const light = document.querySelector("read-aloud-light");
    const word = light && light.shadowRoot.querySelector(".word");
    return word && getComputedStyle(word).outlineStyle === "solid" && word.getBoundingClientRect().width > 5;
  });
  await page.emulateMedia({ forcedColors: "none" });
  await page.waitForFunction(() => !document.querySelector("read-aloud-light") && CSS.highlights.get("read-aloud-sentence").size > 0);
});

test("a page that throws its document away keeps the controls while there is sound", async (t) => {
  const page = await openPage(t, all, styled(""));
  await pageButton(page).click();
  await untilState(page, "playing");
  await page.evaluate(() => { document.body = document.createElement("body"); });
  assert.equal(await dock(page).count(), 1);
  await page.evaluate(() => { for (const child of [...document.documentElement.children]) child.remove(); });
  await dock(page).waitFor({ state: "attached" });
  await press(page, "暂停");
  assert.equal(await status(page), "已暂停");
});
