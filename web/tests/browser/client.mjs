// The client for TypeScript (clients/typescript) in a browser: a portal's own script under its strict policy.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";
import { all } from "../support/shared.mjs";
import { openPage } from "../support/browser.mjs";

const SOURCES = new URL("../../../clients/typescript/src/", import.meta.url);

const SCRIPT = `import { Client, LangduError } from "./index.js";
const client = new Client(new URL("/langdu/", location.href).href);
const heard = [];
const told = [];
for await (const sentence of client.read({ text: "母婴室在二楼。请沿右侧扶梯上行。" }, { format: "wav", onProgress: (progress) => told.push(progress) })) {
  const address = URL.createObjectURL(new Blob([sentence.audio], { type: "audio/wav" }));
  const audio = new Audio(address);
  await new Promise((ready, fail) => { audio.onloadedmetadata = ready; audio.onerror = fail; });
  heard.push({ text: sentence.text, ms: audio.duration * 1000, saidMs: sentence.durationMs, syllables: sentence.syllables.length });
}
const refusal = await client.reading({ url: "http://example.org/" }).catch((error) => error);
window.done = { heard, told, refused: refusal instanceof LangduError && refusal.reason };`;

test("a portal's script reads sentences with the client, and a browser plays them", async (t) => {
  for (const name of readdirSync(SOURCES)) {
    const options = { compilerOptions: { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ES2020 } };
    all.state.pages[`client/${name.replace(".ts", ".js")}`] = ts.transpileModule(readFileSync(new URL(name, SOURCES), "utf8"), options).outputText;
  }
  all.state.pages["client/portal.js"] = SCRIPT;
  all.state.pages["client.html"] = '<!DOCTYPE html><html lang="zh-CN"><title>楼层</title><script type="module" src="/client/portal.js"></script>';
  all.state.policy = "default-src 'self'; media-src blob:";
  t.after(() => { all.state.policy = ""; });
  const page = await openPage(t, all, "client.html");
  await page.waitForFunction(() => window.done);
  const { heard, told, refused } = await page.evaluate(() => window.done);
  assert.deepEqual(heard.map((sentence) => sentence.text), ["母婴室在二楼。", "请沿右侧扶梯上行。"]);
  for (const sentence of heard) {
    assert.ok(Math.abs(sentence.ms - sentence.saidMs) < 30, JSON.stringify(sentence));
    assert.ok(sentence.syllables > 5);
  }
  assert.equal(told.at(-1).done, 2);
  assert.equal(refused, "host-not-allowed");
  // What the browser itself says of the refusal.
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("403")), []);
  assert.deepEqual(page.requested.filter((address) => !address.startsWith(all.portal.root) && !address.startsWith("blob:")), []);
});
