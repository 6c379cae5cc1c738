// The end of what needs no browser. In Node, for the tests, nothing after this is run, nor where the
// player is already loaded.

const functions = {
  squeeze, squeezedOffset, locateBlocks, onPage, spanOnPage, utteranceAt, syllableAt, wordAround,
  wordsOf, durations, skipped, remainingText, clockText, paceOf, placeInLink, placeMark, findPlace, cueStarts, sectionsOf,
  withoutHash, Memory, TEXT, VERSION,
};
if (typeof module === "object" && module.exports) module.exports = functions;
if (typeof document === "undefined") return;
if (typeof customElements !== "undefined" && customElements.get("read-aloud")) return;

const SCRIPT = document.currentScript;
const HOME = new URL(".", (SCRIPT && SCRIPT.src) || location.href);
const NONCE = (SCRIPT && SCRIPT.nonce) || "";
