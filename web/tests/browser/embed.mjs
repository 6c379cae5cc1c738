// How a portal puts the player on its pages, and what its pages let happen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, playerIs, press, sound, untilSentence, untilState } from "../support/browser.mjs";
import { joined } from "../support/player.mjs";

const watchPolicy = () => {
  window.__violations = [];
  addEventListener("securitypolicyviolation", (event) => window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`));
};

/** Uses what the player has, so that what it asks for is asked for. */
const useAll = async (page) => {
  await pageButton(page).click();
  await untilSentence(page, 1);
  await press(page, "更多");
  await press(page, "快一点");
  await press(page, "前进15秒");
  await untilState(page, "playing");
  await Promise.all([page.waitForEvent("download"), dock(page).getByRole("link", { name: "下载录音" }).click()]);
};

for (const [way, prepare] of [["", undefined], [" with the overlay", () => { delete window.Highlight; }]]) {
  test(`under default-src 'self' everything works${way}, and nobody but the gateway is asked`, async (t) => {
    const page = await openPage(t, all, "document.html", { prepare });
    await page.evaluate(watchPolicy);
    await useAll(page);
    assert.deepEqual(await page.evaluate(() => window.__violations), []);
    assert.deepEqual(page.problems, []);
    const own = ["document.html", "portal.css", "favicon.ico"].map((name) => all.portal.root + name);
    const others = page.requested.filter((address) => !own.includes(address) && !address.startsWith(`${all.portal.root}langdu/`));
    assert.deepEqual(others, []);
    assert.ok(page.requested.filter((address) => address.includes("/langdu/v1/")).length > 5);
  });
}

test("a stricter policy than it needs is reported, so the test above can fail", async (t) => {
  all.state.policy = "default-src 'self'; media-src 'none'";
  t.after(() => { all.state.policy = ""; });
  const page = await openPage(t, all, "document.html");
  await page.evaluate(watchPolicy);
  await pageButton(page).click();
  await page.waitForFunction(() => window.__violations.some((line) => line.startsWith("media-src")));
  await untilState(page, "error");
  assert.equal(await pageButton(page).textContent(), "重试");
});

const withScript = (body) => `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>停水通知</title>
<script src="/langdu/read-aloud.js" defer></script></head><body>${body}</body></html>`;

test("data-read-aloud makes a button, a link and an article read", async (t) => {
  all.state.pages["adopt.html"] = withScript(`<button data-read-aloud id="b">听</button>
<a data-read-aloud href="one.html" id="a">听第一份</a>
<p class="toc">明天停水一天。</p>
<div class="article-content" data-read-aloud id="d"><h1>停水通知</h1><p>明天停水一天。请提前储水。</p></div>`);
  const page = await openPage(t, all, "adopt.html");
  await page.locator("#b").click();
  await untilSentence(page, 0);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.job.url), `${all.portal.root}adopt.html`);
  await press(page, "关闭");
  await page.locator("#a").click();
  await untilSentence(page, 0);
  assert.match(await page.evaluate(() => window.ReadAloud.player.job.url), /one\.html$/);
  assert.match(page.url(), /adopt\.html$/, "the link reads instead of leading away");
  await page.locator("#d").getByRole("button").click();
  await untilSentence(page, 0);
  await press(page, "下一句");
  await untilSentence(page, 1);
  assert.equal(await page.evaluate(() => [...CSS.highlights.get("read-aloud-sentence")][0].startContainer.parentElement.closest("#d") !== null), true, "lit in the article, not in what repeats it");
});

test("a voice and a label can be chosen, and the label changed", async (t) => {
  all.state.pages["voice.html"] = documentPage("停水通知", ["明天停水。"], '<read-aloud voice="zm_yunjian" label="听全文"></read-aloud>');
  const page = await openPage(t, all, "voice.html");
  assert.equal(await pageButton(page).textContent(), "听全文");
  await page.evaluate(() => document.querySelector("read-aloud").setAttribute("label", "念给我听"));
  assert.equal(await pageButton(page).textContent(), "念给我听");
  await pageButton(page).click();
  await untilSentence(page, 0);
  assert.equal(await page.evaluate(() => window.ReadAloud.player.reading.voice), "zm_yunjian");
});

test("a portal's own toolbar drives it and is told what happens", async (t) => {
  all.state.pages["toolbar.html"] = documentPage("停水通知", ["明天停水一天。", "请提前储水。"], `<button id="tool">适老化朗读</button><read-aloud></read-aloud>`);
  const page = await openPage(t, all, "toolbar.html");
  await page.evaluate(() => {
    const element = document.querySelector("read-aloud");
    document.querySelector("#tool").addEventListener("click", () => element.toggle());
    element.rate = 1.5;
    element.volume = 0.5;
  });
  await page.locator("#tool").click();
  await untilSentence(page, 0);
  assert.deepEqual(await playerIs(page), { state: "playing", index: 0, rate: 1.5, volume: 0.5 });
  const call = (name, ...given) => page.evaluate(([method, args]) => document.querySelector("read-aloud")[method](...args), [name, given]);
  const state = () => page.evaluate(() => document.querySelector("read-aloud").state);
  await call("next");
  await untilSentence(page, 1);
  await call("previous");
  // Fifteen seconds on is the end of the last sentence, which is over at once.
  assert.equal(await page.evaluate(() => {
    document.querySelector("read-aloud").skip(15);
    return window.ReadAloud.player.index;
  }), 2);
  await call("repeat");
  await call("pause");
  assert.equal(await state(), "paused");
  await call("play");
  await untilState(page, "ended");
  assert.equal(await state(), "ended");
  await call("stop");
  assert.equal(await state(), "idle");
  const { states, sentences, words } = await sound(page);
  const told = states.map((event) => event.state);
  assert.deepEqual([told[0], ...told.slice(-2)], ["preparing", "ended", "idle"]);
  assert.ok(told.includes("playing") && told.includes("paused"));
  assert.ok(sentences.length >= 4 && words.length > 4);
});

test("what the type declarations promise is there", async (t) => {
  const types = readFileSync(new URL("../../read-aloud.d.ts", import.meta.url), "utf8");
  const element = types.match(/interface ReadAloudElement[^{]*\{([^]*?)\n\}/)[1];
  const members = [...element.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map((match) => match[1]);
  assert.ok(members.length > 10);
  const page = await openPage(t, all, "document.html");
  const there = await page.evaluate((names) => {
    const prototype = customElements.get("read-aloud").prototype;
    const own = Object.getOwnPropertyNames(prototype);
    return { missing: names.filter((name) => !own.includes(name)), internal: own.filter((name) => !names.includes(name)) };
  }, members);
  assert.deepEqual(there.missing, []);
  assert.deepEqual(there.internal.sort(), ["attributeChangedCallback", "build", "connectedCallback", "constructor", "disconnectedCallback", "focus", "isMine", "job", "render"]);
  const told = [...joined().matchAll(/\.emit\("(\w+)"/g)].map((match) => `read-aloud-${match[1]}`);
  const declared = [...types.matchAll(/"(read-aloud-\w+)": CustomEvent/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(told)].sort(), declared.sort());
});

const fallback = () => {
  const address = `/langdu/listen?url=${encodeURIComponent(`${all.portal.root}fallback.html`)}`;
  all.state.pages["fallback.html"] = documentPage("停水通知", ["明天停水。"],
    `<read-aloud data-read-aloud-skip><a href="${address}">收听本文</a></read-aloud>`);
  return "fallback.html";
};

test("where the script does not come, a link leads to a page that reads without it", async (t) => {
  const context = await all.browser.newContext();
  t.after(() => context.close());
  await context.route("**/read-aloud.js", (route) => route.abort());
  const page = await context.newPage();
  await page.goto(all.portal.root + fallback());
  await page.getByRole("link", { name: "收听本文" }).click();
  await page.waitForURL("**/listen?url=*");
  assert.equal(await page.locator("audio").count(), 1);
});

test("the link is out of sight once the script is there, and is not read", async (t) => {
  const page = await openPage(t, all, fallback());
  assert.equal(await page.getByRole("link", { name: "收听本文" }).isVisible(), false);
  await pageButton(page).click();
  await untilState(page, "playing");
  assert.deepEqual(await page.evaluate(() => window.ReadAloud.player.reading.utterances.map(({ text }) => text)), ["停水通知", "明天停水。"]);
});

test("with JavaScript off the listening page shows the text and plays it", async (t) => {
  const context = await all.browser.newContext({ javaScriptEnabled: false });
  t.after(() => context.close());
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${all.portal.root}langdu/listen?url=${encodeURIComponent(`${all.portal.root}document.html`)}`);
  for (const text of ["关于做好冬季取暖补贴发放工作的通知", "一、发放对象", "接受群众监督", "语音由人工智能合成"]) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  const audio = page.locator("audio[controls]");
  const box = await audio.boundingBox();
  assert.ok(box.height >= 54 && box.width > 250);
  await page.mouse.click(box.x + 28, box.y + box.height / 2);
  for (let tries = 0; tries < 1200 && !asked.some((address) => /audio\/.*mp3/.test(address)); tries += 1) await page.waitForTimeout(100);
  const playing = () => audio.evaluate((element) => element.currentTime);
  for (let tries = 0; tries < 1200 && (await playing()) < 0.5; tries += 1) await page.waitForTimeout(100);
  assert.ok((await playing()) >= 0.5);
  assert.ok(asked.every((address) => address.startsWith(all.portal.root)));
});
