// The end of what needs no browser. In Node, for the tests, nothing after this is run; nor is it in
// a browser too old for custom elements, or where the player is already loaded.

const functions = {
  squeeze, squeezedOffset, locateBlocks, onPage, spanOnPage, utteranceAt, syllableAt, wordAround,
  wordsOf, durations, skipped, remainingText, placeMark, findPlace, cueStarts, sectionsOf,
  withoutHash, Memory, TEXT, VERSION,
};
if (typeof module === "object" && module.exports) module.exports = functions;
if (typeof document === "undefined" || typeof customElements === "undefined") return;
if (customElements.get("read-aloud")) return;

const SCRIPT = document.currentScript;
const HOME = new URL(".", (SCRIPT && SCRIPT.src) || location.href);
const NONCE = (SCRIPT && SCRIPT.nonce) || "";
