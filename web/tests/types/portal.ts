// What a portal's own script may write with the declarations, and what they must refuse: compiled
// by types.test.mjs, never run.
import type { ReadAloudAttributes, ReadAloudElement, ReadAloudState } from "../../read-aloud";

const element = document.querySelector("read-aloud");
const toolbar = document.querySelector<HTMLButtonElement>("#toolbar");

if (element && toolbar) {
  const player: ReadAloudElement = element;
  toolbar.addEventListener("click", () => player.toggle());
  player.rate = 1.25;
  player.volume = 0.8;
  player.skip(-15);
  player.setAttribute("src", "/zwgk/1.html");

  player.addEventListener("read-aloud-state", (event) => {
    const state: ReadAloudState = event.detail.state;
    toolbar.textContent = state === "playing" ? "暂停" : event.detail.message;
  });
  player.addEventListener("read-aloud-sentence", ({ detail }) => console.log(detail.index + 1, detail.text.length));
  player.addEventListener("read-aloud-word", ({ detail }) => console.log(detail.word?.start_utf16 ?? detail.syllable));
  document.addEventListener("read-aloud-error", (event) => console.log(event.detail.status, event.detail.detail));
  window.addEventListener("read-aloud-end", (event) => console.log(event.detail));

  // @ts-expect-error: what is read says its state, nobody sets it
  player.state = "playing";
  // @ts-expect-error: seconds are a number
  player.skip("15");
  // @ts-expect-error: no such state
  console.log(player.state === "stopped");
  // @ts-expect-error: no such method
  player.seek(3);
  // @ts-expect-error: a state has no index
  player.addEventListener("read-aloud-state", (event) => console.log(event.detail.index));
}

const made: ReadAloudElement = document.createElement("read-aloud");
window.ReadAloud.adopt(made);
console.log(window.ReadAloud.version.length);

const attributes: ReadAloudAttributes = { send: "never", reader: true, idle: 60, scope: "#content" };
console.log(attributes.send);
// @ts-expect-error: no such way
const wrong: ReadAloudAttributes = { send: "sometimes" };
console.log(wrong);
