// The start: `data-read-aloud`, `window.ReadAloud`, and the element's definition.

/**
 * `data-read-aloud` on a button or link makes a press on it read (the link's page, or the page
 * its value names); on anything else it puts a button inside, for that part of the page.
 */
function adopt(element) {
  if (element.readAloud) return;
  element.readAloud = true;
  const pressable = /^(BUTTON|A)$/.test(element.tagName);
  if (!pressable) {
    const inner = document.createElement("read-aloud");
    if (element.dataset.readAloud) inner.setAttribute("src", element.dataset.readAloud);
    inner.scopeOf = function () { return element; };
    element.insertBefore(inner, element.firstChild);
    return;
  }
  element.addEventListener("click", function (event) {
    event.preventDefault();
    const url = element.dataset.readAloud || element.getAttribute("href") || location.href;
    player().press(jobOf(element, { url, title: "", owner: element }));
  });
}

function start() {
  addStyles(document, PAGE_CSS);
  customElements.define("read-aloud", ReadAloudElement);
  Array.from(document.querySelectorAll("[data-read-aloud]")).forEach(adopt);
  watchArrivals();
}

window.ReadAloud = { version: VERSION, get player() { return player(); }, adopt };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
