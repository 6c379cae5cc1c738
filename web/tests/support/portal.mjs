// A portal as it would embed the player: its own pages with a strict content security policy,
// and the gateway proxied under a path of its own origin.
import { createServer, request } from "node:http";
import { readFileSync } from "node:fs";
import { joined, sheet } from "./player.mjs";

const PAGES = new URL("../pages/", import.meta.url);
const STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'";
const TYPES = { js: "text/javascript", css: "text/css", html: "text/html", pdf: "application/pdf" };

/** The gateway's place on the portal. */
export const PREFIX = "/langdu/";

/**
 * Starts a portal. `state` steers it while it runs: `gateway` (where the proxy leads), `policy`,
 * `pages` (texts that replace or add to those of the folder, or functions that give one for a request) and `meet`, which may answer for the
 * gateway: it gets the address asked for and gives {ms} to delay it, {until} to hold it until a promise is kept, or
 * {status, headers} to refuse.
 */
export async function startPortal(port, state) {
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url, `http://127.0.0.1:${port}`);
    if (!url.pathname.startsWith(PREFIX)) {
      page(state, url.pathname.slice(1), asked, answer);
      return;
    }
    const meeting = (state.meet && state.meet(asked.url.slice(PREFIX.length))) || {};
    if (meeting.status) refuse(answer, meeting.status, meeting.headers);
    else if (meeting.until) meeting.until.then(() => proxy(state, asked, answer));
    else setTimeout(() => proxy(state, asked, answer), meeting.ms || 0);
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

function page(state, name, asked, answer) {
  if (name === "favicon.ico") {
    answer.writeHead(204).end();
    return;
  }
  let body = state.pages[name];
  try {
    body = typeof body === "function" ? body(asked) : body ?? readFileSync(new URL(name, PAGES), "utf8");
  } catch {
    answer.writeHead(404).end();
    return;
  }
  answer.writeHead(200, {
    "Content-Type": `${TYPES[name.split(".").pop()]}; charset=utf-8`,
    "Content-Security-Policy": state.policy || STRICT,
  }).end(body);
}

/** What a proxy says of its own: no JSON, no words for people. */
function refuse(answer, status, headers) {
  answer.writeHead(status, { "Content-Type": "text/html", ...headers }).end(`<h1>${status}</h1>`);
}

function proxy(state, asked, answer) {
  const path = asked.url.slice(PREFIX.length);
  // While working on the player: its source files as they are now, without a build of the service.
  if (process.env.PLAYER_FROM_SOURCE && path === "read-aloud.js") {
    answer.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(joined());
    return;
  }
  const [, name] = path.match(/^read-aloud-(button|dock|light)\.css$/) || [];
  if (process.env.PLAYER_FROM_SOURCE && name) {
    answer.writeHead(200, { "Content-Type": "text/css; charset=utf-8" }).end(sheet(name));
    return;
  }
  const onward = request(new URL(path, state.gateway), {
    method: asked.method, headers: { ...asked.headers, host: new URL(state.gateway).host },
  }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  onward.on("error", () => {
    if (answer.headersSent) answer.destroy();
    else refuse(answer, 502);
  });
  answer.on("close", () => onward.destroy());
  asked.pipe(onward);
}
