// What stands in for the player in a browser too old for it: a plain link to the listening page.

/** The page of a gateway that reads a document without any script. */
function listeningPage(gateway, url) {
  return gateway + "listen?url=" + encodeURIComponent(url);
}

/** Puts such a link into every `<read-aloud>` that holds none of the portal's own. */
function addLinks() {
  Array.from(document.querySelectorAll("read-aloud:not([list])")).forEach(function (element) {
    if (element.querySelector("a")) return;
    const page = new URL(element.getAttribute("src") || location.href, location.href);
    page.hash = "";
    const gateway = element.getAttribute("gateway");
    const link = document.createElement("a");
    link.href = listeningPage(gateway ? new URL(gateway.replace(/\/*$/, "/"), location.href).href : HOME.href, page.href);
    link.textContent = element.getAttribute("label") || TEXT.listen;
    element.appendChild(link);
  });
}

// Both came to each browser together, but a page may bring a stand-in for one of them.
if (typeof customElements === "undefined" || !Element.prototype.attachShadow) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", addLinks);
  else addLinks();
  return;
}
