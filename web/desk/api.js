// The service: calls with the editor's token, and what it tells as it happens.

const KEY = "langdu-desk-token";

/** An answer that is a problem, in words for the editor. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.title || "出了问题，请再试一次");
    this.status = status;
    this.detail = body.detail || "";
    this.kind = body.type || "";
  }
}

let token = sessionStorage.getItem(KEY) || "";

export const isSignedIn = () => token !== "";

/** Keeps the token for as long as the window is open. */
export function signIn(shown) {
  token = shown.trim();
  sessionStorage.setItem(KEY, token);
}

export function signOut() {
  token = "";
  sessionStorage.removeItem(KEY);
}

/** Addresses are relative to the page, so that a path prefix in front of the listener works. */
const address = (path) => new URL(`../${path}`, location.href);

async function send(method, path, body, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(address(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { title: "连不上服务，请检查网络" });
  }
  if (response.ok) return response;
  let problem = {};
  try {
    problem = await response.json();
  } catch { /* a proxy's own page */ }
  throw new Problem(response.status, problem);
}

export const get = async (path, signal) => (await send("GET", path, undefined, signal)).json();
export const post = async (path, body, signal) => (await send("POST", path, body, signal)).json();
export const put = async (path, body) => (await send("PUT", path, body)).json();
export const remove = async (path) => (await send("DELETE", path)).json();
export const text = async (path) => (await send("GET", path)).text();
export const blob = async (path, signal) => (await send("GET", path, undefined, signal)).blob();

/** Calls `told` with the name and the data of each event, and begins again where the connection ends. */
export async function listen(told, signal) {
  while (!signal.aborted) {
    try {
      const response = await send("GET", "v1/corrections/events", undefined, signal);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const parts = (rest + value).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const field = (name) => part.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          if (field("event")) told(field("event"), JSON.parse(field("data") || "{}"));
        }
      }
    } catch (error) {
      if (signal.aborted || error.status === 401 || error.status === 403) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    if (!signal.aborted) told("lagged", {});
  }
}
