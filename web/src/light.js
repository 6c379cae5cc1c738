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
    this.draw = this.draw.bind(this);
    this.host = document.createElement("read-aloud-light");
    this.host.setAttribute("aria-hidden", "true");
    this.host.attachShadow({ mode: "open" });
    addStyles(this.host.shadowRoot, OVERLAY_CSS, "light");
    this.box = make("div", { class: "light" });
    this.host.shadowRoot.appendChild(this.box);
    this.watched = new WeakSet();
    this.watch(document);
    addEventListener("resize", this.draw, { passive: true });
  }

  show(kind, ranges) {
    this.ranges[kind] = ranges;
    const count = this.ranges.sentence.length + this.ranges.word.length;
    if (count && !this.host.isConnected) raise(this.host);
    else if (!count) this.host.remove();
    this.draw();
  }

  /** Boxes move with what they lie on: scrolling in a frame is told to its own window only. */
  watch(page) {
    if (this.watched.has(page) || !page.defaultView) return;
    this.watched.add(page);
    page.defaultView.addEventListener("scroll", this.draw, { capture: true, passive: true });
  }

  draw() {
    if (!this.host.isConnected) return;
    this.box.textContent = "";
    // What the controls cover is not lit through them.
    this.box.style.height = (innerHeight - coveredHeight()) + "px";
    Object.entries(this.ranges).forEach(function (entry) {
      entry[1].forEach(function (range) {
        const frame = frameOffset(range.startContainer.ownerDocument);
        this.watch(range.startContainer.ownerDocument);
        Array.from(range.getClientRects()).forEach(function (rect) {
          const box = make("div", { class: entry[0] });
          box.style.left = rect.left + frame.left + "px";
          box.style.top = rect.top + frame.top + "px";
          box.style.width = rect.width + "px";
          box.style.height = rect.height + "px";
          this.box.appendChild(box);
        }, this);
      }, this);
    }, this);
  }
}

/** Lights what stands in the page itself in the one way, and what stands in frames and shadow trees in the other. */
class SplitLight {
  constructor(native, overlay) {
    this.native = native;
    this.overlay = overlay;
  }

  show(kind, ranges) {
    const isPlain = function (range) { return range.startContainer.getRootNode() === document; };
    this.native.show(kind, ranges.filter(isPlain));
    this.overlay.show(kind, ranges.filter(function (range) { return !isPlain(range); }));
  }
}

const lights = {};

function lightFor(wanted) {
  const native = typeof Highlight === "function" && typeof CSS !== "undefined" && CSS.highlights;
  // In high contrast the system gives all highlights one colour: word and sentence look alike.
  const forced = matchMedia("(forced-colors: active)").matches;
  const kind = native && !forced && wanted !== "overlay" ? "split" : "overlay";
  lights.overlay = lights.overlay || new OverlayLight();
  if (kind === "split" && !lights.split) lights.split = new SplitLight(new NativeLight(), lights.overlay);
  return lights[kind];
}
