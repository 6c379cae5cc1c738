// The player keeps to what its oldest browsers know: Chrome and WebView 66, Safari 12, Firefox 63. Older ones,
// without custom elements, get a link. What cannot be told from the text is tried in Chromium 66 itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { joined, parts, sheet } from "./support/player.mjs";
import { all } from "./support/shared.mjs";
import { documentPage } from "./support/browser.mjs";
import { openOldEngine } from "./support/old-engine.mjs";

/** What came to one of those browsers later, and is asked for by name in the source. */
const LATER = [
  "toggleAttribute", "replaceChildren", "replaceWith(", ".at(", ".flat(", ".flatMap(", "fromEntries", "matchAll", "replaceAll",
  "allSettled", "queueMicrotask", "globalThis", "structuredClone", "scrollIntoView", "scrollTo({", ".animate(", "inert",
  "IntersectionObserver", "import(", "padStart(-", "Object.hasOwn", "findLast", "toSorted", "requestIdleCallback",
  "classList.replace", ".finally(", "TextEncoder", "closest(\":", "crypto.randomUUID", "catch {", "??", "?.(",
];

/** What may be used behind a question whether it is there, and how the question is written. */
const GUARDED = {
  checkVisibility: "element.checkVisibility", showPopover: "typeof host.showPopover", MutationObserver: "typeof MutationObserver",
  ResizeObserver: "typeof ResizeObserver", BroadcastChannel: "typeof BroadcastChannel", AbortController: "typeof AbortController",
  Segmenter: "Intl.Segmenter", caretPositionFromPoint: "document.caretPositionFromPoint", MediaMetadata: "typeof MediaMetadata",
  "new CSSStyleSheet": "try {\nconst sheet = new CSSStyleSheet", scrollBy: "\"scrollBehavior\" in", sendBeacon: "navigator.sendBeacon",
};

test("nothing is asked for that its oldest browsers lack", () => {
  const source = joined();
  assert.deepEqual(LATER.filter((name) => source.includes(name)), []);
  for (const [name, guard] of Object.entries(GUARDED)) {
    if (source.includes(name)) assert.ok(source.includes(guard), `${name} without ${guard}`);
  }
});

/** Each rule of a sheet as {selector, declarations}, those inside @media too. */
function rules(css) {
  const found = [];
  for (const [, selector, body] of css.replace(/\/\*[^]*?\*\//g, "").matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    found.push({ selector: selector.trim(), declarations: body.split(";").map((one) => one.trim()).filter(Boolean) });
  }
  return found;
}

test("no style needs what old browsers lack: a value they know comes first", () => {
  const sheets = parts().filter((name) => name.endsWith(".css")).map((name) => readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8"));
  const all = sheets.flatMap(rules);
  assert.ok(all.length > 60);
  for (const { selector, declarations } of all) {
    const names = declarations.map((one) => one.split(":")[0].trim());
    declarations.forEach((one, number) => {
      const value = one.slice(one.indexOf(":") + 1);
      assert.doesNotMatch(one, /^(gap|row-gap|column-gap|inset|aspect-ratio)\b/, `${selector}: ${one}`);
      if (/\b(min|max|clamp)\(/.test(value)) assert.equal(names.indexOf(names[number]), number - 1, `${selector}: ${one} has no plain value before it`);
    });
    // An unknown selector takes its whole list along.
    if (/:(is|where|has|focus-visible)\b/.test(selector)) assert.doesNotMatch(selector, /,/, selector);
  }
});

test("the sheets that are files of their own are those that the player holds", async () => {
  for (const name of ["button", "dock", "light"]) {
    const answer = await fetch(`${all.service.root}read-aloud-${name}.css`);
    assert.equal(answer.headers.get("content-type"), "text/css; charset=utf-8");
    assert.equal(await answer.text(), sheet(name));
  }
});

const PARAGRAPHS = ["年满七十周岁的老年人，可以就近申请。", "#二、办理时间", "工作日上午九点到下午五点。", "节假日不办理。"];

test("in Chromium 66, under a strict policy, it reads, lights the text and looks as it should", async (t) => {
  all.state.pages["old.html"] = documentPage("办事指南", PARAGRAPHS);
  const page = await openOldEngine(t);
  await page.size(1000, 800);
  await page.visit(`${all.portal.root}old.html`);
  await page.until(`!!document.querySelector("read-aloud").shadowRoot`);
  await page.evaluate(`document.querySelector("read-aloud").shadowRoot.querySelector("button").click()`);
  await page.until(`["playing", "error"].includes(window.ReadAloud.player.state) || window.ReadAloud.player.reading`);
  await page.until(`!!document.querySelector("read-aloud-light").shadowRoot.querySelector(".sentence")`);
  const shown = await page.evaluate(`(() => {
    const box = (element) => { const { top, bottom, width, height } = element.getBoundingClientRect(); return { top, bottom, width, height }; };
    const root = document.querySelector("read-aloud-dock").shadowRoot;
    const style = getComputedStyle(root.querySelector(".dock"));
    return { dock: box(root.querySelector(".dock")), main: box(root.querySelector("button.main")), px: parseFloat(style.fontSize), display: style.display, paces: [...root.querySelectorAll(".speeds button")].map((one) => one.textContent) };
  })()`);
  t.diagnostic(JSON.stringify(shown));
  assert.ok(Math.abs(shown.dock.bottom - 800) <= 1 && shown.dock.top > 400);
  assert.ok(shown.main.width >= 80 && shown.main.height >= 80);
  assert.deepEqual([shown.px, shown.display, shown.paces], [20, "flex", ["慢", "正常", "快"]]);
  // Every control once, and the reading view.
  await page.evaluate(`for (const button of document.querySelector("read-aloud-dock").shadowRoot.querySelectorAll(".dock button")) if (!/关闭/.test(button.textContent)) button.click()`);
  await page.until(`!!document.querySelector("read-aloud-dock").shadowRoot.querySelector(".sentence.current")`);
  await page.evaluate(`window.ReadAloud.player.close()`);
  assert.deepEqual(page.problems, []);
});

test("where there are no custom elements, a plain link to the listening page stands in", async (t) => {
  all.state.pages["older.html"] = documentPage("办事指南", PARAGRAPHS, '<read-aloud></read-aloud><read-aloud src="two.html" label="听第二份"></read-aloud>');
  const page = await openOldEngine(t);
  await page.before("delete window.customElements; Object.defineProperty(window, 'customElements', { value: undefined });");
  await page.visit(`${all.portal.root}older.html`);
  await page.until(`document.querySelectorAll("read-aloud a").length === 2`);
  const links = await page.evaluate(`[...document.querySelectorAll("read-aloud a")].map((link) => [link.textContent, link.href])`);
  const listen = (name) => `${all.portal.root}langdu/listen?url=${encodeURIComponent(all.portal.root + name)}`;
  assert.deepEqual(links, [["收听本文", listen("older.html")], ["听第二份", listen("two.html")]]);
  assert.deepEqual(page.problems, []);
  assert.equal((await fetch(links[0][1])).status, 200);
});
