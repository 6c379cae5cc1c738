// The portal's own 字号 switch, as portals have one: it remembers the size on the device.
(function () {
  "use strict";

  var KEY = "qinghe-size";
  var root = document.documentElement;
  var buttons = document.querySelectorAll("[data-size-choice]");

  function choose(size) {
    root.dataset.size = size;
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.sizeChoice === size));
    });
  }

  var remembered = null;
  try { remembered = localStorage.getItem(KEY); } catch (_) { /* storage is closed: start anew */ }
  choose(remembered || "normal");

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      choose(button.dataset.sizeChoice);
      try { localStorage.setItem(KEY, button.dataset.sizeChoice); } catch (_) { /* as above */ }
    });
  });
})();
