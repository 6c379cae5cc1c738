// What the player does when something happens to the page around it.

function listenToThePage(player) {
  document.addEventListener("click", function (event) {
    if (!player.pointing || isOurs(event.target)) return;
    const place = caretAt(event.clientX, event.clientY);
    if (place && player.text && player.text.isRead(place.node, place.offset) && player.startAt(place)) event.preventDefault();
  }, true);
  document.addEventListener("selectionchange", function () {
    if (player.job) player.dock.render();
  });
  const forced = matchMedia("(forced-colors: active)");
  const relight = function () { player.readAlong.relight(); };
  if (forced.addEventListener) forced.addEventListener("change", relight);
  document.addEventListener("visibilitychange", function () { player.visibilityChanged(); });
  addEventListener("pagehide", function () {
    player.keepPlace();
    player.listens.left();
    player.leave();
  });
  ["pointerdown", "keydown"].forEach(function (name) {
    addEventListener(name, function () { player.kiosk.touched(); }, true);
  });
}

function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    return caret && { node: caret.offsetNode, offset: caret.offset };
  }
  const range = document.caretRangeFromPoint && document.caretRangeFromPoint(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}

