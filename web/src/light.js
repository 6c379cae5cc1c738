// Lighting text in the page, in one of two ways.

/** Lights ranges through the CSS Custom Highlight API. */
class NativeLight {
  constructor() {
    this.lights = { sentence: new Highlight(), word: new Highlight() };
    this.lights.word.priority = 1;
    CSS.highlights.set("read-aloud-sentence", this.lights.sentence);
    CSS.highlights.set("read-aloud-word", this.lights.word);
  }

  show(kind, ranges) {
    const light = this.lights[kind];
    light.clear();
    ranges.forEach(function (range) { light.add(range); });
  }
}

/** Lights ranges by boxes above the page, where the browser has no highlights. */
class OverlayLight {
  constructor() {
    this.ranges = { sentence: [], word: [] };
    this.host = null;
    this.draw = this.draw.bind(this);
  }

  show(kind, ranges) {
    this.ranges[kind] = ranges;
    if (!this.host) {
      this.host = document.createElement("read-aloud-light");
      this.host.setAttribute("aria-hidden", "true");
      this.host.attachShadow({ mode: "open" });
      addStyles(this.host.shadowRoot, OVERLAY_CSS);
      document.body.appendChild(this.host);
      addEventListener("scroll", this.draw, { capture: true, passive: true });
      addEventListener("resize", this.draw, { passive: true });
    }
    this.draw();
  }

  draw() {
    const root = this.host.shadowRoot;
    Array.from(root.querySelectorAll("div")).forEach(function (box) { box.remove(); });
    Object.entries(this.ranges).forEach(function (entry) {
      entry[1].forEach(function (range) {
        Array.from(range.getClientRects()).forEach(function (rect) {
          const box = make("div", { class: entry[0] });
          box.style.left = rect.left + "px";
          box.style.top = rect.top + "px";
          box.style.width = rect.width + "px";
          box.style.height = rect.height + "px";
          root.appendChild(box);
        });
      });
    });
  }
}

const lights = {};

function lightFor(wanted) {
  const native = typeof Highlight === "function" && typeof CSS !== "undefined" && CSS.highlights;
  // In high contrast the system gives all highlights one colour: word and sentence look alike.
  const forced = matchMedia("(forced-colors: active)").matches;
  const kind = native && !forced && wanted !== "overlay" ? "native" : "overlay";
  lights[kind] = lights[kind] || (kind === "native" ? new NativeLight() : new OverlayLight());
  return lights[kind];
}
