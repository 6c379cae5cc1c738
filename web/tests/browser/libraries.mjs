// Portals as they stand: pages in the likeness of real ones, with the libraries of their years and what those
// do to every page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, openPage, pageButton, press, untilSentence, untilState } from "../support/browser.mjs";

const require = createRequire(import.meta.url);
const file = (name) => readFileSync(require.resolve(name), "utf8");
const SCRIPT = '<script src="/langdu/read-aloud.js" defer></script>';
const TEXT = ["各乡镇人民政府、街道办事处，县直有关单位：", "为进一步做好高温天气防暑降温工作，现将有关事项通知如下。", "各单位要合理安排户外作业时间，备足饮用水和常用药品。"];
const paragraphs = (wrap) => TEXT.map(wrap).join("");

/** What Prototype 1.6 puts on every page, as its users came to know it. */
const PROTOTYPE = `
String.prototype.toJSON = function () { return '"' + this + '"'; };
Array.prototype.toJSON = function () { return "[" + this.map(function (one) { return JSON.stringify(one); }).join(",") + "]"; };
Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
Array.prototype.each = function (f) { for (var i = 0; i < this.length; i += 1) f(this[i], i); return this; };
Array.prototype.include = function (one) { return this.indexOf(one) >= 0; };
Array.from = function (list) { if (!list) return []; if (list.toArray) return list.toArray(); var all = [], i = list.length || 0; while (i--) all[i] = list[i]; return all; };
Function.prototype.bind = function () { var f = this, given = Array.from(arguments), self = given.shift(); return function () { return f.apply(self, given.concat(Array.from(arguments))); }; };
window.$ = function (id) { return document.getElementById(id); };
Object.prototype.extend = function (more) { for (var name in more) this[name] = more[name]; return this; };`;

const PAGES = {
  "a county's page of 2012, of tables, with jQuery 1.12": {
    files: { "jquery.js": () => file("jquery"), "site.js": () => "jQuery(function ($) { $('#zoom p').css('font-size', '14px'); $('body').on('click', 'a', function () { return true; }); $.noConflict(); });" },
    html: `<body><table width="960" align="center"><tr><td class="nav"><a href="/">首页</a></td></tr><tr><td><read-aloud></read-aloud><div id="zoom" class="TRS_Editor"><p align="center"><strong>关于做好防暑降温工作的通知</strong></p>${paragraphs((text) => `<p><font>　　${text}</font></p>`)}</div></td></tr></table></body>`,
    scripts: ["jquery.js", "site.js"],
  },
  "a department's page with a library that changes every array": {
    files: { "prototype.js": () => PROTOTYPE },
    html: `<body><div id="wrap"><read-aloud></read-aloud><div class="pages_content"><h1>关于做好防暑降温工作的通知</h1>${paragraphs((text) => `<p>${text}</p>`)}</div></div></body>`,
    scripts: ["prototype.js"],
  },
  "a city's page with Bootstrap 3": {
    files: { "jquery.js": () => file("jquery"), "bootstrap.js": () => file("bootstrap/dist/js/bootstrap.js"), "bootstrap.css": () => file("bootstrap/dist/css/bootstrap.css") },
    html: `<body><nav class="navbar navbar-default navbar-fixed-bottom"><div class="container"><a class="navbar-brand" href="/">某市</a></div></nav><div class="container"><div class="row"><div class="col-md-8"><read-aloud></read-aloud><article class="article-content"><h1>关于做好防暑降温工作的通知</h1>${paragraphs((text) => `<p class="lead">${text}</p>`)}</article></div></div></div></body>`,
    scripts: ["jquery.js", "bootstrap.js"], styles: ["bootstrap.css"],
  },
  "a phone's page whose root letter is a tenth of the window": {
    files: { "flexible.js": () => "document.documentElement.style.fontSize = innerWidth / 7.5 + 'px'; document.body.style.fontSize = '.28rem';", "m.css": () => "* { margin: 0; padding: 0; box-sizing: content-box } button { border: 0; background: none } p { font-size: .32rem }" },
    html: `<body><read-aloud></read-aloud><div class="article-content"><h1>关于做好防暑降温工作的通知</h1>${paragraphs((text) => `<p>${text}</p>`)}</div></body>`,
    scripts: ["flexible.js"], styles: ["m.css"],
  },
  "a page in mourning, with a toolbar that enlarges it": {
    files: { "grey.css": () => "html { filter: grayscale(100%) } body { zoom: 1.5 } .toolbar { position: fixed; bottom: 0; left: 0; right: 0; height: 120px; z-index: 2147483647; background: #333 }" },
    html: `<body><div class="toolbar">无障碍工具条</div><read-aloud></read-aloud><div class="article-content"><h1>关于做好防暑降温工作的通知</h1>${paragraphs((text) => `<p>${text}</p>`)}</div></body>`,
    scripts: [], styles: ["grey.css"],
  },
};

for (const [what, { files, html, scripts, styles }] of Object.entries(PAGES)) {
  test(`${what}: it is read, lit and remembered, and the page goes on working`, async (t) => {
    // Libraries of those years try what a browser can do with handlers in the page.
    all.state.policy = "default-src 'self' 'unsafe-inline'";
    t.after(() => { all.state.policy = ""; });
    for (const [name, text] of Object.entries(files)) all.state.pages[name] = text();
    all.state.pages["likeness.html"] = `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>防暑降温</title>
${(styles || []).map((name) => `<link rel="stylesheet" href="/${name}">`).join("")}${scripts.map((name) => `<script src="/${name}" defer></script>`).join("")}${SCRIPT}</head>${html}</html>`;
    const page = await openPage(t, all, "likeness.html", { viewport: { width: 390, height: 800 } });
    await pageButton(page).click();
    await untilSentence(page, 1);
    await page.waitForFunction(() => CSS.highlights.get("read-aloud-word").size > 0);
    const { px, bottom } = await dock(page).evaluate((host) => {
      const box = host.shadowRoot.querySelector(".dock");
      return { px: parseFloat(getComputedStyle(box).fontSize), bottom: box.getBoundingClientRect().bottom - innerHeight };
    });
    assert.ok(px >= 20 && px <= 26, `${px} px`);
    assert.ok(Math.abs(bottom) <= 1);
    await press(page, "更多");
    await press(page, "快一点");
    await press(page, "收起");
    await press(page, "大字");
    await dock(page).locator(".sentence.current").waitFor();
    await press(page, "返回");
    await press(page, "暂停");
    await untilState(page, "paused");
    const kept = JSON.parse(await page.evaluate(() => localStorage.getItem("read-aloud")));
    assert.equal(kept.rate, 1.25);
    assert.deepEqual(page.problems, []);
  });
}

test("an article that is handed over arrives whole past a library that quotes every list twice", async (t) => {
  all.state.pages["prototype.js"] = PROTOTYPE;
  all.state.pages["quoted.html"] = `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>防暑降温</title><script src="/prototype.js"></script>${SCRIPT}</head>
<body><read-aloud send="always"></read-aloud><div class="article-content"><h1>关于做好防暑降温工作的通知</h1>${paragraphs((text) => `<p>${text}</p>`)}</div></body></html>`;
  const page = await openPage(t, all, "quoted.html");
  await pageButton(page).click();
  await untilSentence(page, 0);
  assert.ok(await page.evaluate((text) => window.ReadAloud.player.reading.blocks.some((block) => block.text === text), TEXT[1]));
  assert.equal(await page.evaluate(() => JSON.stringify(["a"])), '"[\\"a\\"]"', "the page's library has its way again");
});
