// Chromium 66, the oldest engine that the player promises to run in. It comes packed inside an npm package
// and is driven by its own protocol: Playwright no longer speaks to browsers of that age.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliDecompressSync } from "node:zlib";
import WebSocket from "ws";
import { freePort } from "./service.mjs";

const PATIENCE_MS = 300_000;

/** A page of the old engine: `visit`, `evaluate`, `until`, `picture` and `problems`. */
export async function openOldEngine(t) {
  const folder = mkdtempSync(join(tmpdir(), "langdu-old-engine-"));
  const packed = join(dirname(createRequire(import.meta.url).resolve("chrome-aws-lambda/package.json")), "bin/chromium.br");
  const program = join(folder, "chromium");
  writeFileSync(program, brotliDecompressSync(readFileSync(packed)), { mode: 0o755 });
  const port = await freePort();
  const child = spawn(program, [
    "--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--autoplay-policy=no-user-gesture-required",
    `--remote-debugging-port=${port}`, `--user-data-dir=${join(folder, "profile")}`, "--window-size=800,600", "about:blank",
  ], { stdio: "ignore" });
  const ended = new Promise((resolve) => { child.on("exit", resolve); });
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const socket = await connected(port, child);
  return page(socket);
}

async function connected(port, child) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the old engine ended at start with ${child.exitCode}`);
    try {
      const [target] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
      const socket = new WebSocket(target.webSocketDebuggerUrl, { perMessageDeflate: false });
      await new Promise((resolve, reject) => {
        socket.on("open", resolve);
        socket.on("error", reject);
      });
      return socket;
    } catch { /* not listening yet */ }
    await sleep(100);
  }
  throw new Error("the old engine does not answer");
}

async function page(socket) {
  const waiting = new Map();
  const problems = [];
  let last = 0;
  socket.on("message", (data) => {
    const told = JSON.parse(data);
    if (told.method === "Runtime.exceptionThrown") problems.push(told.params.exceptionDetails.exception?.description || told.params.exceptionDetails.text);
    const wait = waiting.get(told.id);
    if (!wait) return;
    waiting.delete(told.id);
    if (told.error) wait.reject(new Error(told.error.message));
    else wait.resolve(told.result);
  });
  const send = (method, params) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true, userGesture: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
    return result.value;
  };
  await send("Runtime.enable");
  await send("Page.enable");
  return {
    problems, evaluate,
    /** Goes to an address and waits until it is loaded. */
    visit: async (address) => {
      await send("Page.navigate", { url: address });
      const end = Date.now() + PATIENCE_MS;
      while (Date.now() < end) {
        if (await evaluate(`location.href === ${JSON.stringify(address)} && document.readyState === "complete"`)) return;
        await sleep(50);
      }
      throw new Error(`${address} was not loaded`);
    },
    until: async (expression) => {
      const end = Date.now() + PATIENCE_MS;
      while (Date.now() < end) {
        if (await evaluate(expression)) return;
        await sleep(50);
      }
      throw new Error(`never true: ${expression}`);
    },
    picture: async (path) => {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      writeFileSync(path, Buffer.from(data, "base64"));
    },
    size: (width, height) => send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false }),
    before: (source) => send("Page.addScriptToEvaluateOnNewDocument", { source }),
  };
}
