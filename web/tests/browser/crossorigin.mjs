// A portal that calls the gateway on another origin, which the gateway was told of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, openPage, pageButton, press, status, untilSentence, untilState } from "../support/browser.mjs";
import { startPortal } from "../support/portal.mjs";

const policy = (gateway) => `default-src 'self'; script-src 'self' ${gateway}; connect-src ${gateway}; media-src ${gateway}`;

const embedded = (script) => `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>停水通知</title>
<link rel="stylesheet" href="/portal.css">${script}</head><body>
<read-aloud data-read-aloud-skip><a href="/listen">收听本文</a></read-aloud>
<div class="article-content"><h1>停水通知</h1><p>明天停水一天。请提前储水。</p></div></body></html>`;

const gateway = () => all.service.root.slice(0, -1);

const embed = (t, script) => {
  all.state.policy = policy(gateway());
  t.after(() => { all.state.policy = ""; });
  all.state.pages["cross.html"] = embedded(script);
  return "cross.html";
};

test("one entry each in script-src, connect-src and media-src is enough on another origin", async (t) => {
  const page = await openPage(t, all, embed(t, `<script src="${gateway()}/read-aloud.js" crossorigin="anonymous" defer></script>`));
  await pageButton(page).click();
  await untilSentence(page, 1);
  await page.waitForFunction(() => [...CSS.highlights.get("read-aloud-word")].join("").length > 0);
  await press(page, "更多");
  // What goes wrong there must not take the reader away from the page: it has a tab of its own.
  const [tab] = await Promise.all([page.waitForEvent("popup"), dock(page).getByRole("link", { name: "下载录音" }).click()]);
  const file = await tab.waitForEvent("download");
  assert.match(file.url(), new RegExp(`^${gateway()}/v1/audio/`));
  assert.equal(file.suggestedFilename(), "停水通知.mp3");
  await untilState(page, "ended");
  assert.deepEqual(page.problems, []);
  const asked = page.requested.filter((address) => !address.startsWith(all.portal.root));
  assert.ok(asked.length > 5);
  assert.deepEqual(asked.filter((address) => !address.startsWith(`${gateway()}/`)), []);
});

test("a pinned player has the bytes its integrity names, or does not run", async (t) => {
  const { script, integrity } = await (await fetch(`${gateway()}/v1/player.json`)).json();
  const pinned = (digest) => `<script src="${gateway()}/${script}" integrity="${digest}" crossorigin="anonymous" defer></script>`;
  const page = await openPage(t, all, embed(t, pinned(integrity)));
  await pageButton(page).click();
  await untilSentence(page, 0);
  await page.context().close();

  const other = integrity.replace(/-./, (start) => (start === "-A" ? "-B" : "-A"));
  const refused = await openPage(t, all, embed(t, pinned(other)));
  assert.equal(await refused.evaluate(() => Boolean(customElements.get("read-aloud"))), false);
  assert.ok(await refused.getByRole("link", { name: "收听本文" }).isVisible(), "the link stands in for it");
});

test("a portal the gateway was not told of is refused by it, in words", async (t) => {
  const state = { pages: {}, gateway: all.service.root, policy: policy(gateway()) };
  const stranger = await startPortal(all.otherPort, state);
  t.after(() => stranger.stop());
  state.pages["cross.html"] = embedded(`<script src="${gateway()}/read-aloud.js" defer></script>`);
  const page = await openPage(t, all, `${stranger.root}cross.html`);
  await pageButton(page).click();
  await untilState(page, "error");
  assert.equal(await status(page), "连不上朗读服务，请检查网络后重试");
});
