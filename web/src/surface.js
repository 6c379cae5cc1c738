// Where the controls stand: outside the reach of the page's own layout.

/**
 * Puts an element of ours above the page. It hangs on the root and not on the body, since a filter or
 * a transformation of the body would carry it along, and it goes to the top layer where the browser
 * has one, above every z-index. What is raised last is uppermost.
 */
function raise(host) {
  if (!host.isConnected) document.documentElement.appendChild(host);
  if (typeof host.showPopover !== "function") return;
  host.setAttribute("popover", "manual");
  try {
    host.showPopover();
  } catch (_) { /* it is shown already */ }
}

/** Sets or removes an attribute without a value. `toggleAttribute` came to browsers late. */
function flag(element, name, on) {
  if (on) element.setAttribute(name, "");
  else element.removeAttribute(name);
}

/** True where the reader has asked the system for less motion. */
function wantsCalm() { return matchMedia("(prefers-reduced-motion: reduce)").matches; }
