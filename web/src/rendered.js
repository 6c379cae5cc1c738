// The article as its reader sees it, as HTML for a gateway that cannot fetch it. What leaves the page and
// what does not is promised in docs/security.md.

// What a reader has typed or may type is never sent, nor is what the page's own controls say.
const UNSENT = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|INPUT|TEXTAREA|SELECT|OPTION|DATALIST|OUTPUT|OBJECT|EMBED|SVG|CANVAS|VIDEO|AUDIO|READ-ALOUD|READ-ALOUD-DOCK|READ-ALOUD-LIGHT)$/i;
const AROUND = /^(NAV|ASIDE|MENU)$/;
const AROUND_ROLES = /^(navigation|banner|contentinfo|search|complementary)$/;
// What tells the gateway how a text is built. No `data-*`, no handlers, no addresses but those of files.
const SENT_ATTRIBUTES = ["id", "class", "colspan", "rowspan", "alt", "role", "lang", "start", "itemprop"];
const SENT_META = /^(articletitle|contenttitle|sitename|columnname|pubdate|publishdate|contentsource|source|og:title|og:site_name)$/i;
// By class names like these style sheets hide; what is sent was seen.
const HIDING = /hid|none|noshow|sr-only/;
const FILES = /\.(pdf|docx?|wps|ofd|xlsx?|et|odt|rtf|txt)$/i;
/** Longest page that is sent, in characters. */
const MAX_SENT = 1000000;
/** Shortest run of text that counts as prose, in characters. */
const PROSE_RUN = 10;
/** How many runs of an article are looked for in a reading. */
const SAMPLES = 80;
/** A reading that holds less of the article than this, or an article less of the reading, is of another text. */
const SAME_TEXT = 0.5;

/** True for what stands around an article. A head or foot inside one is its own. */
function standsAround(element) {
  if (AROUND.test(element.tagName) || AROUND_ROLES.test(element.getAttribute("role") || "")) return true;
  return /^(HEADER|FOOTER)$/.test(element.tagName) && !element.closest("article, main, [role=main]");
}

/** The article of a part of the page: the smallest element that holds nearly all of its prose. */
class Article {
  constructor(root) {
    this.root = root;
    this.known = new Map();
    this.prose = new Map();
    this.runs = [];
    this.runsOf = new Map();
    this.characters = this.weigh(root);
    this.element = this.find();
  }

  skips(node) {
    return UNSENT.test(node.tagName) || node.hasAttribute("data-read-aloud-skip") || node.isContentEditable;
  }

  /** The prose under a node, in characters. Links, controls and what stands around the page are none. */
  weigh(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = squeeze(node.data).text;
      const parent = node.parentElement || node.parentNode.host;
      if (text.length < PROSE_RUN || !isShown(parent, this.known)) return 0;
      this.runs.push(text);
      return text.length;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (this.skips(node) || standsAround(node) || /^(A|BUTTON|LABEL)$/.test(node.tagName)) return 0;
    }
    const first = this.runs.length;
    const all = sum(shownChildren(node).map(this.weigh, this));
    this.prose.set(node, all);
    this.runsOf.set(node, [first, this.runs.length]);
    return all;
  }

  find() {
    const path = [this.root];
    const enough = this.characters * 0.9;
    const holds = (function (child) { return (this.prose.get(child) || 0) >= enough; }).bind(this);
    for (let next = this.root; next && this.characters; next = shownChildren(next).find(holds)) {
      if (next !== this.root) path.push(next);
    }
    // The heading may stand above what holds the text.
    const headed = function (node) { return node.querySelector && node.querySelector("h1, h2, h3, [class*=title]"); };
    for (let up = 1; up <= 4 && path.length > up; up += 1) {
      if (headed(path[path.length - up])) return path[path.length - up];
    }
    return path[Math.max(0, path.length - 3)];
  }

  /** True where a reading is of this article, as far as some of its sentences tell. */
  isReadIn(reading) {
    const read = squeeze(reading.blocks.map(function (block) { return block.text; }).join("")).text;
    const seen = new PageText(this.root).text;
    const own = this.runsOf.get(this.element);
    const inReading = share(sampled(this.runs.slice(own[0], own[1])), read);
    if (inReading >= SAME_TEXT) return true;
    const sentences = reading.utterances.filter(function (utterance) { return !utterance.generated; });
    const texts = sampled(sentences).map(function (one) { return squeeze(one.text).text; });
    if (share(texts, seen) < SAME_TEXT) return false;
    // All of it stands here, and it is not only the beginning of what does.
    return isPart(reading) || read.length >= this.characters * SAME_TEXT;
  }

  /** The article as a page of its own; null where it is longer than what is sent. */
  html() {
    this.parts = ["<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>", escapeHtml(document.title), "</title>"];
    Array.from(document.querySelectorAll("meta[content]")).forEach(function (meta) {
      const name = meta.getAttribute("name") || meta.getAttribute("property") || "";
      if (SENT_META.test(name)) this.parts.push("<meta name=\"", escapeHtml(name), "\" content=\"", escapeHtml(meta.content), "\">");
    }, this);
    this.parts.push("</head><body>");
    this.length = 0;
    this.write(this.element);
    this.parts.push("</body></html>");
    const text = this.parts.join("");
    this.parts = [];
    return this.length > MAX_SENT ? null : text;
  }

  write(node) {
    if (this.length > MAX_SENT) return;
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement || node.parentNode.host;
      if (isShown(parent, this.known)) this.push(escapeHtml(node.data));
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || this.skips(node)) return;
    if (node !== this.element && standsAround(node)) return;
    if (node.tagName === "BUTTON" && !node.hasAttribute("aria-controls")) return;
    if (node !== this.element && !isShown(node, this.known) && getComputedStyle(node).visibility !== "hidden") return;
    const tag = /^(SLOT|I?FRAME|BODY)$/.test(node.tagName) || node.tagName.indexOf("-") > 0 ? "div" : node.localName;
    this.push("<" + tag);
    SENT_ATTRIBUTES.forEach(function (name) { this.attribute(name, node.getAttribute(name)); }, this);
    const align = getComputedStyle(node).textAlign;
    if (/center|right|end/.test(align)) this.attribute("align", align === "center" ? "center" : "right");
    if (node.tagName === "A" && FILES.test(node.pathname || "")) this.attribute("href", node.origin + node.pathname);
    this.push(">");
    if (/^(BR|HR|IMG|WBR)$/.test(node.tagName)) return;
    shownChildren(node).forEach(this.write, this);
    this.push("</" + tag + ">");
  }

  attribute(name, value) {
    if (!value) return;
    const kept = name === "class" ? value.split(/\s+/).filter(function (one) { return !HIDING.test(one); }).join(" ") : value;
    this.push(" " + name + "=\"" + escapeHtml(kept) + "\"");
  }

  push(text) {
    this.parts.push(text);
    this.length += text.length;
  }
}

/** Some of a list, evenly spread over it. */
function sampled(list) {
  const every = Math.max(1, Math.floor(list.length / SAMPLES));
  return list.filter(function (_, i) { return i % every === 0; });
}

/** How much of some texts stands in another, 0 to 1, by their lengths. */
function share(texts, whole) {
  let all = 0;
  let found = 0;
  texts.forEach(function (text) {
    all += text.length;
    if (whole.indexOf(text) >= 0) found += text.length;
  });
  return all ? found / all : 0;
}

function escapeHtml(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
