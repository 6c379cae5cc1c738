// What is read is what the reader sees, also where the gateway cannot come to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, documentPage, openPage, pageButton, status, untilSentence, untilState } from "../support/browser.mjs";

const NOTICE = ["您申请的住房补贴已经通过审核，补贴将在本月底前发放到您登记的银行账户。", "如果您的账户有变动，请在三个工作日内到社区服务窗口办理变更手续。"];
const SHELL = '<script src="/langdu/read-aloud.js" defer></script>';
const page = (head, body) => `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>补贴审核结果</title>${head}</head><body>${body}</body></html>`;
const article = NOTICE.map((text) => `<p>${text}</p>`).join("");

/** Opens a page and keeps the bodies that the player hands over. */
async function open(t, name, options) {
  const opened = await openPage(t, all, name, options);
  opened.sent = [];
  opened.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/v1/readings")) opened.sent.push(request.postDataJSON());
  });
  return opened;
}

const texts = (opened) => opened.evaluate(() => window.ReadAloud.player.reading.utterances.map(({ text }) => text));
const isRead = async (opened) => {
  await untilState(opened, "playing");
  const read = (await texts(opened)).join("");
  for (const text of NOTICE) assert.ok(read.includes(text.slice(0, 10)), read);
};

/** A page behind a login: others get the form to sign in with. */
function behindLogin(attributes = "") {
  const form = page("", "<h1>统一身份认证平台</h1><p>请输入您的用户名和密码登录本系统，登录以后可以办理各项业务并查询进度。</p>");
  const inner = page(`${SHELL}<meta name="csrf-token" content="geheim-token"><meta name="ArticleTitle" content="补贴审核结果">`, `
<header><p>欢迎您，某某同志，您上次登录的时间是昨天上午九点整。</p></header><nav><a href="/list.html">我的办件</a></nav>
<read-aloud ${attributes}></read-aloud><div class="article-content"><h1>补贴审核结果</h1>${article}
<p data-read-aloud-skip>仅供本人查看的备注内容不要朗读出来，也不要离开浏览器。</p>
<p hidden>没有显示的内容也不要离开浏览器，因为没有人看见它。</p>
<form><label>手机号码 <input value="13800000000"></label><textarea>正在填写的内容不要离开浏览器</textarea><select><option>不发送的选项</option></select></form>
<p contenteditable>正在编辑的内容也不要离开浏览器，它还没有写完。</p>
<p>附件：<a href="/files/list.pdf?token=abc">名单</a><a href="/detail?token=abc">详情</a></p></div>`);
  all.state.pages["login.html"] = (asked) => (/session=1/.test(asked.headers.cookie || "") ? inner : form);
  return "login.html";
}

const loggedIn = async (t, name) => {
  const context = await all.browser.newContext();
  t.after(() => context.close());
  await context.addCookies([{ name: "session", value: "1", url: all.portal.root }]);
  return open(t, name, { inContext: context });
};

test("behind a login the notice is read, not the form to sign in with", async (t) => {
  const opened = await loggedIn(t, behindLogin());
  await pageButton(opened).click();
  await isRead(opened);
  assert.equal((await texts(opened)).join("").includes("统一身份认证"), false);
  await opened.waitForFunction(() => CSS.highlights.get("read-aloud-sentence").size > 0);
});

test("what leaves the browser is what is seen of the article, and nothing that was typed", async (t) => {
  const opened = await loggedIn(t, behindLogin());
  await pageButton(opened).click();
  await isRead(opened);
  assert.equal(opened.sent.length, 1);
  const [{ html, base_url: base, ...rest }] = opened.sent;
  assert.deepEqual([base, rest], [`${all.portal.root}login.html`, {}]);
  for (const text of [...NOTICE, "补贴审核结果", "名单", `href="${all.portal.root}files/list.pdf"`]) assert.ok(html.includes(text), text);
  for (const text of ["欢迎您", "13800000000", "正在填写", "正在编辑", "不发送", "仅供本人", "没有显示", "token", "csrf", "我的办件", "<script"]) {
    assert.equal(html.includes(text), false, `${text} in ${html}`);
  }
});

test("a reading of what was handed over is stored nowhere on its way", async (t) => {
  const answer = await fetch(`${all.service.root}v1/readings`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ html: article }),
  });
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const public_ = await fetch(`${all.service.root}v1/readings?url=${encodeURIComponent(`${all.portal.root}document.html`)}`);
  assert.equal(public_.headers.get("cache-control"), "no-cache");
});

test("where the portal forbids it, nothing is handed over", async (t) => {
  const opened = await loggedIn(t, behindLogin('send="never"'));
  await pageButton(opened).click();
  await untilState(opened, "error");
  assert.equal(await status(opened), "朗读服务读不到这个页面上的文字");
  assert.equal(opened.sent.length, 0);
});

test("where the portal wants it always, the gateway fetches nothing", async (t) => {
  const opened = await loggedIn(t, behindLogin('send="always"'));
  await pageButton(opened).click();
  await isRead(opened);
  assert.deepEqual(opened.requested.filter((address) => address.includes("/v1/readings?")), []);
});

test("an ordinary page is read from its address alone", async (t) => {
  const opened = await open(t, "document.html");
  await pageButton(opened).click();
  await untilState(opened, "playing");
  assert.equal(opened.sent.length, 0);
});

test("a page that was withdrawn is not read from the screen", async (t) => {
  all.state.meet = (path) => (path.startsWith("v1/readings?") ? { status: 410 } : null);
  t.after(() => { all.state.meet = null; });
  const opened = await open(t, "document.html");
  await pageButton(opened).click();
  await untilState(opened, "error");
  assert.equal(opened.sent.length, 0);
});

test("a page that its scripts build is read, and lit", async (t) => {
  all.state.pages["app.js"] = `setTimeout(() => { document.querySelector("#app").innerHTML = ${JSON.stringify(`<div class="view"><h1>补贴审核结果</h1>${article}</div>`)}; }, 50);`;
  all.state.pages["app.html"] = page(`${SHELL}<script src="/app.js" defer></script>`, '<read-aloud></read-aloud><div id="app"></div>');
  const opened = await open(t, "app.html");
  await opened.getByText("住房补贴").waitFor();
  await pageButton(opened).click();
  await isRead(opened);
  await opened.waitForFunction(() => CSS.highlights.get("read-aloud-sentence").size > 0);
});

test("the head of an article is its own, and that of the site is not", async (t) => {
  all.state.pages["head.html"] = page(SHELL, `<header><h1>市民服务大厅</h1><p>您好，某某，您有三条没有读过的消息。</p></header><read-aloud send="always"></read-aloud>
<article><header><h1>补贴审核结果</h1></header>${article}<footer><p>市住房保障中心二〇二五年十月</p></footer></article><footer><p>版权所有，未经许可不得转载本站内容。</p></footer>`);
  const opened = await open(t, "head.html");
  await pageButton(opened).click();
  await isRead(opened);
  const [{ html }] = opened.sent;
  for (const text of ["<h1>补贴审核结果</h1>", "市住房保障中心"]) assert.ok(html.includes(text), text);
  for (const text of ["市民服务大厅", "您好", "版权所有"]) assert.equal(html.includes(text), false, text);
});

test("a frame of the page's own origin is read, lit and followed", async (t) => {
  all.state.pages["inner.html"] = page("", `<h1>补贴审核结果</h1>${article}`);
  all.state.pages["frame.html"] = page(`${SHELL}<link rel="stylesheet" href="/portal.css">`, '<read-aloud></read-aloud><div class="spacer"></div><iframe src="/inner.html" width="600" height="300"></iframe>');
  const opened = await open(t, "frame.html", { viewport: { width: 900, height: 700 } });
  await pageButton(opened).click();
  await isRead(opened);
  await opened.waitForFunction(() => {
    const light = document.querySelector("read-aloud-light");
    const box = light && light.shadowRoot.querySelector(".sentence");
    if (!box) return false;
    const lit = box.getBoundingClientRect();
    const frame = document.querySelector("iframe").getBoundingClientRect();
    return lit.width > 20 && lit.top >= frame.top && lit.bottom <= frame.bottom && lit.left >= frame.left;
  });
  await opened.waitForFunction(() => scrollY > 300);
});

test("what stands in an open shadow tree is read and lit", async (t) => {
  all.state.pages["tree.js"] = `const root = document.querySelector("#host").attachShadow({ mode: "open" }); root.innerHTML = ${JSON.stringify(`<h1>补贴审核结果</h1>${article}`)};`;
  all.state.pages["tree.html"] = page(`${SHELL}<script src="/tree.js" defer></script>`, '<read-aloud></read-aloud><div id="host"></div>');
  const opened = await open(t, "tree.html");
  await pageButton(opened).click();
  await isRead(opened);
  await opened.waitForFunction(() => document.querySelector("read-aloud-light")?.shadowRoot.querySelector(".sentence"));
});

test("another route of the page is another document, and the controls stay with the sound", async (t) => {
  const other = "从下个月起，城乡居民可以在手机上查询自己的社会保险缴费记录和权益记录。";
  all.state.pages["routes.js"] = `const show = () => { document.querySelector("#app").innerHTML = location.hash === "#/two" ? "<h1>查询办法</h1><p>${other}</p>" : ${JSON.stringify(`<h1>补贴审核结果</h1>${article}`)}; };
addEventListener("hashchange", show); show();`;
  all.state.pages["routes.html"] = page(`${SHELL}<script src="/routes.js" defer></script>`, '<read-aloud></read-aloud><div id="app"></div>');
  const opened = await open(t, "routes.html");
  await opened.evaluate(() => { location.hash = "#/one"; });
  await pageButton(opened).click();
  await isRead(opened);
  assert.equal(await pageButton(opened).textContent(), "暂停");
  await opened.evaluate(() => { location.hash = "#/two"; });
  await opened.getByText(other).waitFor();
  await opened.waitForFunction(() => document.querySelector("read-aloud").shadowRoot.querySelector("button").textContent === "朗读");
  assert.equal(await dock(opened).count(), 1);
  assert.equal(await opened.evaluate(() => window.ReadAloud.player.state), "playing");
  await pageButton(opened).click();
  await opened.waitForFunction((text) => window.ReadAloud.player.reading?.utterances.some((one) => text.startsWith(one.text.slice(0, 8))), other);
  await untilSentence(opened, 0);
  await opened.waitForFunction(() => CSS.highlights.get("read-aloud-sentence").size > 0);
});

test("a list that arrives later gets its buttons, and so do rows that follow", async (t) => {
  const rows = (names) => names.map((name) => `<li><a href="${name}.html">${name}</a></li>`).join("");
  all.state.pages["later.html"] = page(SHELL, '<read-aloud list=".files li" compact></read-aloud><div id="here"></div>');
  const opened = await open(t, "later.html");
  await opened.evaluate((html) => { document.querySelector("#here").innerHTML = `<ul class="files">${html}</ul>`; }, rows(["one", "two"]));
  await opened.waitForFunction(() => document.querySelectorAll(".files read-aloud").length === 2);
  await opened.evaluate((html) => { document.querySelector(".files").insertAdjacentHTML("beforeend", html); }, rows(["three"]));
  await opened.waitForFunction(() => document.querySelectorAll(".files read-aloud").length === 3);
  await opened.locator(".files li").nth(2).getByRole("button").click();
  await untilSentence(opened, 0);
  assert.equal(await opened.evaluate(() => window.ReadAloud.player.job.queue().length), 3);
});

test("a button that its page moves elsewhere still shows what it does", async (t) => {
  all.state.pages["move.html"] = documentPage("停水通知", ["明天停水一天，请大家提前储水备用。"], '<div id="a"><read-aloud></read-aloud></div><div id="b"></div>');
  const opened = await open(t, "move.html");
  await pageButton(opened).click();
  await untilState(opened, "playing");
  await opened.evaluate(() => document.querySelector("#b").appendChild(document.querySelector("read-aloud")));
  await opened.evaluate(() => window.ReadAloud.player.close());
  assert.equal(await pageButton(opened).textContent(), "朗读");
});
