// Bringing style sheets into the page and into the trees of our elements. The sheets themselves stand in
// web/src/styles; the build makes each a text, named after its file: COMMON_CSS, DOCK_CSS and so on.

/**
 * Adds style sheets made by script, which a strict content security policy allows, and returns the function
 * that replaces their rules. In a browser that cannot make them they come as an element with the script's
 * own nonce, and where the policy forbids that too, as the gateway's file `read-aloud-{name}.css`.
 */
function addStyles(root, css, name) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = Array.from(root.adoptedStyleSheets).concat(sheet);
    return sheet.replaceSync.bind(sheet);
  } catch (_) { /* an older browser */ }
  const place = root === document ? document.head : root;
  const style = document.createElement("style");
  if (NONCE) style.setAttribute("nonce", NONCE);
  style.textContent = css;
  place.appendChild(style);
  // The sheet of an element in a tree that stands in no document yet is not made before it does.
  if (name) setTimeout(function () { if (!style.sheet) linkStyles(place, name); }, 0);
  return function (other) { style.textContent = other; };
}

function linkStyles(place, name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = HOME.href + "read-aloud-" + name + ".css";
  place.appendChild(link);
}
