// What is to be read: the attributes of an element, and the documents that follow it.

/** What a press on an element asks for. */
function jobOf(element, overrides) {
  const given = overrides || {};
  const attribute = function (name) { return element.getAttribute(name); };
  const idleS = Number(attribute("idle")) || 60;
  const gateway = attribute("gateway");
  return {
    owner: given.owner || element,
    url: withoutHash(given.url || attribute("src") || location.href, document.baseURI),
    title: given.title || attribute("data-title") || "",
    gateway: gateway ? new URL(gateway.replace(/\/*$/, "/"), document.baseURI).href : HOME.href,
    voice: attribute("voice") || "",
    highlight: attribute("highlight") || "",
    captions: element.hasAttribute("captions") || element.hasAttribute("kiosk"),
    kiosk: element.hasAttribute("kiosk"),
    loop: element.hasAttribute("loop"),
    send: attribute("send") || "auto",
    reader: element.hasAttribute("reader") || element.hasAttribute("kiosk"),
    idleMs: idleS * 1000,
    scope: given.scope || function () {
      const selector = attribute("scope");
      return (selector && document.querySelector(selector)) || document.body;
    },
    queue: given.queue || function () { return queueOf(element); },
  };
}

/** The documents that follow: this one, then the links that `queue` selects. */
function queueOf(element) {
  const selector = element.getAttribute("queue");
  if (!selector) return [];
  const queue = [];
  const first = jobOf(element, { queue: function () { return queue; } });
  queue.push(first);
  linksOf(selector).forEach(function (link) {
    const job = jobOf(element, { url: link.href, title: link.title, queue: function () { return queue; } });
    if (!queue.some(function (other) { return other.url === job.url; })) queue.push(job);
  });
  return queue;
}
