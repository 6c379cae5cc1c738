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

  // A file is heard on the listening page, which is asked for it by its whole address.
  document.querySelectorAll("a[data-listen]").forEach(function (link) {
    var listen = new URL("../listen", document.baseURI);
    listen.searchParams.set("url", link.href);
    if (link.dataset.listen === "attachment") {
      listen.searchParams.set("follow_attachments", "true");
    }
    link.href = listen.href;
  });

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      choose(button.dataset.sizeChoice);
      try { localStorage.setItem(KEY, button.dataset.sizeChoice); } catch (_) { /* as above */ }
    });
  });
})();
