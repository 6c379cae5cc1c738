// Rows and elements that a page's own scripts add after it was loaded.

const ARRIVAL_MS = 200;
/** So many buttons a list gets at most: a page that adds rows without end gets no more. */
const MOST_BUTTONS = 500;

/** Gives what arrives later its button, once the page has come to rest for a moment. */
function watchArrivals() {
  if (typeof MutationObserver !== "function") return;
  let pending = 0;
  const look = function () {
    pending = 0;
    Array.from(document.querySelectorAll("read-aloud[list]")).forEach(addListButtons);
    Array.from(document.querySelectorAll("[data-read-aloud]")).forEach(adopt);
  };
  const observer = new MutationObserver(function (changes) {
    const hasMore = changes.some(function (change) {
      return Array.from(change.addedNodes).some(function (node) { return node.nodeType === Node.ELEMENT_NODE && !isOurs(node); });
    });
    if (hasMore && !pending) pending = setTimeout(look, ARRIVAL_MS);
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
}
