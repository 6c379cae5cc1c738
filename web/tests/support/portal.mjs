// A portal as it would embed the player: its own pages with a strict content security policy,
// and the gateway proxied under a path of its own origin.
import { createServer, request } from "node:http";
import { readFileSync } from "node:fs";

const PAGES = new URL("../pages/", import.meta.url);
const STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'";

/** The gateway's place on the portal. */
export const PREFIX = "/langdu/";

/**
 * Starts a portal. `state` steers it while it runs: `gateway` (where the proxy leads), `down`
 * (the proxy answers 502), `slowMs` (delays the proxy), `policy`, and `pages`, texts that replace
 * those of the folder.
 */
export async function startPortal(port, state) {
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url, `http://127.0.0.1:${port}`);
    if (url.pathname.startsWith(PREFIX)) {
      setTimeout(() => proxy(state, asked, answer), state.slowMs || 0);
      return;
    }
    page(state, url.pathname.slice(1), answer);
  });
  await new Promise((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  return {
    root: `http://127.0.0.1:${port}/`,
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

function page(state, name, answer) {
  let body = state.pages && state.pages[name];
  try {
    body = body ?? readFileSync(new URL(name, PAGES), "utf8");
  } catch {
    answer.writeHead(404).end();
    return;
  }
  const type = name.endsWith(".js") ? "text/javascript" : name.endsWith(".css") ? "text/css" : "text/html";
  answer.writeHead(200, {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Security-Policy": state.policy || STRICT,
  }).end(body);
}

function proxy(state, asked, answer) {
  if (state.down) {
    answer.writeHead(502, { "Content-Type": "text/html" }).end("<h1>502</h1>");
    return;
  }
  const onward = request(new URL(asked.url.slice(PREFIX.length), state.gateway), {
    method: asked.method, headers: { ...asked.headers, host: new URL(state.gateway).host },
  }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  asked.pipe(onward);
}
