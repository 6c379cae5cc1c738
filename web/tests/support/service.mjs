// The real langdu service for a test run: free ports, its own empty clip store, the real voice.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

// Below the ports that the system gives to whoever does not ask for a certain one, and apart from those of the
// service's own tests (`crates/harness`): nobody takes a port before it is listened on.
const [FIRST_PORT, PORTS] = [12_000, 8_000];
let tried = process.pid * 97;

/** A port that nobody listens on, another one each time. */
export async function freePort() {
  for (;;) {
    const port = FIRST_PORT + tried % PORTS;
    tried += 1;
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/**
 * langdu, allowed to read pages from `portalPorts` of this machine, and told that the pages of
 * `origins` may call it from there. It can be stopped and started again.
 */
export async function startService(portalPorts, origins) {
  const folder = mkdtempSync(join(tmpdir(), "langdu-browser-"));
  const [http, grpc, admin] = await Promise.all([freePort(), freePort(), freePort()]);
  const config = join(folder, "langdu.toml");
  writeFileSync(config, [
    "[fetch]",
    'allowed_hosts = ["127.0.0.1", "localhost"]',
    'private_hosts = ["127.0.0.1", "localhost"]',
    `ports = [${[http, ...portalPorts].join(", ")}]`,
    "[gateway]",
    `allowed_origins = ${JSON.stringify(origins)}`,
    "[clips]",
    `path = "${join(folder, "clips")}"`,
    // Under its name this machine is a portal whose documents are heard when they are approved.
    "[[pages.sites]]",
    'hosts = ["localhost"]',
    "approval = true",
  ].join("\n"));
  const langdu = process.env.LANGDU || join(PROJECT, "target/debug/langdu");
  const given = [
    "serve", "--config", config, "--demo", join(PROJECT, "web/demo"),
    "--http", `127.0.0.1:${http}`, "--grpc", `127.0.0.1:${grpc}`, "--admin", `127.0.0.1:${admin}`,
  ];
  let child = null;
  let ended = null;

  const start = async () => {
    child = spawn(langdu, given, { cwd: PROJECT, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr.on("data", (bytes) => { log = (log + bytes).slice(-8000); });
    ended = new Promise((resolve) => { child.on("exit", resolve); });
    for (let tries = 0; tries < 3000; tries += 1) {
      if (child.exitCode !== null) throw new Error(`langdu ended at start:\n${log}`);
      try {
        if ((await fetch(`http://127.0.0.1:${admin}/readyz`)).ok) return;
      } catch { /* not listening yet */ }
      await sleep(100);
    }
    throw new Error(`langdu was not ready within 5 min:\n${log}`);
  };
  const halt = async () => {
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), 60_000);
    await ended;
    clearTimeout(hard);
  };
  const stop = async () => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    root: `http://127.0.0.1:${http}/`, port: http, start, halt, stop,
    /** The operators' listener, and the token that the first start wrote. */
    desk: `http://127.0.0.1:${admin}/`,
    token: () => readFileSync(join(folder, "clips/ledger/operator.token"), "utf8").trim(),
  };
}
