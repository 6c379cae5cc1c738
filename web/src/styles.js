// The styles of the button, the dock, and what is lit.

/**
 * Adds a style sheet made by script, which a strict content security policy allows. Returns the
 * function that replaces its rules.
 */
function addStyles(root, css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = Array.from(root.adoptedStyleSheets).concat(sheet);
    return sheet.replaceSync.bind(sheet);
  } catch (_) { /* an older browser: as an element, with the script's own nonce */ }
  const style = document.createElement("style");
  if (NONCE) style.setAttribute("nonce", NONCE);
  style.textContent = css;
  (root === document ? document.head : root).appendChild(style);
  return function (other) { style.textContent = other; };
}

const PAGE_CSS = `
  ::highlight(read-aloud-sentence) {
    background-color: #ffe9a8; color: #1a1a1a;
    text-decoration: underline 3px #8a5a00; text-underline-offset: 3px;
  }
  ::highlight(read-aloud-word) { background-color: #7a2e00; color: #fff; }
  @media (prefers-color-scheme: dark) {
    ::highlight(read-aloud-sentence) { background-color: #4a3a00; color: #fff; text-decoration-color: #ffd257; }
    ::highlight(read-aloud-word) { background-color: #ffd257; color: #1a1a1a; }
  }`;

const COLOURS = `
  :host {
    --ra-main: var(--read-aloud-color, #0b4a37);
    --ra-on-main: var(--read-aloud-on-color, #ffffff);
    --ra-paper: #ffffff; --ra-ink: #1a1a1a; --ra-line: #6b6b6b; --ra-alarm: #8f1d14; --ra-focus: #b34700;
    --ra-word: #7a2e00; --ra-on-word: #ffffff;
    font-family: inherit; font-size: max(20px, 1rem); line-height: 1.5;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --ra-paper: #17191a; --ra-ink: #f5f5f0; --ra-line: #9a9a94; --ra-alarm: #ffb3a8; --ra-focus: #ffc069;
      --ra-word: #ffd257; --ra-on-word: #1a1a1a;
    }
  }
  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  button, select, a.button {
    display: inline-flex; align-items: center; justify-content: center; gap: 8px;
    min-height: 60px; min-width: 60px; padding: 6px 16px; margin: 0;
    border: 2px solid var(--ra-line); border-radius: 14px;
    background: var(--ra-paper); color: var(--ra-ink);
    font: inherit; line-height: 1.25; text-decoration: none; cursor: pointer;
    touch-action: manipulation;
  }
  button.main { background: var(--ra-main); border-color: var(--ra-main); color: var(--ra-on-main); font-weight: 700; }
  button[aria-pressed="true"] { background: var(--ra-ink); border-color: var(--ra-ink); color: var(--ra-paper); }
  button[aria-disabled="true"] { border-style: dashed; cursor: default; }
  button:hover, a.button:hover { text-decoration: underline; text-underline-offset: 4px; }
  :focus-visible { outline: 4px solid var(--ra-focus); outline-offset: 2px; }
  svg { width: 24px; height: 24px; flex: none; fill: currentColor; }
  @media (forced-colors: active) {
    button, select, a.button, button.main { border-color: ButtonText; }
    button[aria-pressed="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight; }
  }`;

const BUTTON_CSS = COLOURS + `
  :host { display: inline-block; }
  :host([hidden]) { display: none; }
  /* The page may be light or dark whatever the reader's system is: its own ink is the edge. */
  button.main { border-radius: 32px; padding: 8px 26px; font-size: 1.1em; color: inherit; border-color: currentColor; }
  button.main > * { color: var(--ra-on-main); }
  @media (forced-colors: active) { button.main > * { color: ButtonText; } }
  :host([compact]) button.main { min-height: 44px; min-width: 44px; padding: 4px 16px; font-size: max(18px, .9em); }
  .note { display: block; margin-top: 4px; font-size: max(18px, .9em); color: inherit; }
  :host([compact]) .note { display: none; }`;

const DOCK_CSS = COLOURS + `
  @media (prefers-color-scheme: dark) { button.main { border-color: var(--ra-line); } }
  :host { position: fixed; left: 0; right: 0; bottom: 0; z-index: 2147483000; }
  .dock {
    max-width: 1100px; max-height: 70vh; overflow-y: auto; margin: 0 auto; padding: 10px 14px;
    background: var(--ra-paper); color: var(--ra-ink);
    border: 2px solid var(--ra-line); border-bottom: 0; border-radius: 18px 18px 0 0;
    box-shadow: 0 -4px 20px rgba(0, 0, 0, .18);
  }
  .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: center; }
  .row, .caption { margin-top: 8px; }
  .head { margin-top: 0; }
  .head { justify-content: flex-start; }
  .words { flex: 1 1 0; min-width: 0; }
  .title { margin: 0; font-weight: 700; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .now { margin: 0; }
  .trouble { color: var(--ra-alarm); font-weight: 700; }
  .note { margin: 0; font-size: max(18px, .9em); }
  .caption { margin-bottom: 0; font-size: 1.2em; text-align: center; max-height: 4.5em; overflow-y: auto; }
  :host([kiosk]) .caption { font-size: 1.7em; }
  mark { background: var(--ra-word); color: var(--ra-on-word); border-radius: 4px; }
  .value { min-width: 3.2em; text-align: center; }
  #more { display: flex; flex-wrap: wrap; gap: 0 28px; justify-content: center; }
  .group-name { font-weight: 700; }
  select { max-width: 100%; padding-right: 8px; text-overflow: ellipsis; }
  .main-row button { flex: 1 1 90px; max-width: 260px; }
  @media (max-width: 480px) {
    .dock { padding: 8px; }
    .main-row button { padding: 6px; flex-direction: column; gap: 2px; font-size: 18px; flex-basis: 64px; white-space: nowrap; padding: 4px 2px; }
    .head button { flex-direction: column; gap: 2px; padding: 4px 2px; font-size: 18px; }
  }
  /* A window this low is a page enlarged four times: one row, and the rest under "more". */
  @media (max-height: 480px) {
    .dock { display: flex; flex-wrap: wrap; gap: 6px; padding: 6px; max-height: 100vh; border-radius: 0; }
    .head, .main-row { display: contents; }
    .words { flex-basis: 100%; }
    .title, .left, .dock:not(.expanded) .step { display: none; }
    .calm { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .main-row button { flex: 1 1 92px; flex-direction: row; }
    .head button { order: 1; flex-direction: row; padding: 4px 10px; }
    .caption, #more, .row { order: 2; width: 100%; margin-top: 0; }
    #more .row { margin-top: 6px; }
  }
  @media print { :host { display: none; } }`;

const OVERLAY_CSS = `
  :host { position: absolute; left: 0; top: 0; width: 0; height: 0; pointer-events: none; z-index: 2147482000; }
  div { position: fixed; border-radius: 3px; }
  .sentence { border-bottom: 3px solid #8a5a00; background: rgba(255, 204, 0, .28); }
  .word { background: rgba(122, 46, 0, .32); outline: 2px solid #7a2e00; }
  @media (prefers-color-scheme: dark) {
    .sentence { border-color: #b88400; }
    .word { outline-color: #e07b2e; }
  }
  @media (forced-colors: active) {
    div { forced-color-adjust: none; background: none; }
    .sentence { border-color: Highlight; }
    .word { outline: 3px solid Highlight; outline-offset: 1px; }
  }`;
