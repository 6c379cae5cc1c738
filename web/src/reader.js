// 大字阅读: the document alone, in large letters, over the whole window above the controls.

const LETTER_PX = [28, 32, 36, 40, 48, 56, 64];
const FIRST_LETTERS = { phone: 0, desktop: 2, kiosk: 5 };
const SHADES = ["day", "night", "contrast"];
// After scrolling by hand the view stays where it is for so long, then it follows the reading again.
const LET_SCROLL_MS = 8000;

class Reader {
  constructor(player, dock) {
    this.player = player;
    this.dock = dock;
    this.isOpen = false;
    this.filled = null;
    this.lit = null;
    this.touchedAt = -LET_SCROLL_MS;
    this.build();
  }

  build() {
    this.text = make("div", { class: "text", lang: "zh-CN" });
    this.ruler = make("div", { class: "ruler", "aria-hidden": "true" });
    this.view = make("div", { class: "view", tabindex: "0", role: "document", "aria-label": TEXT.readerName }, [this.text]);
    this.smaller = button(TEXT.smaller, this.resize.bind(this, -1));
    this.larger = button(TEXT.larger, this.resize.bind(this, 1));
    this.shades = SHADES.map(function (shade) { return button(TEXT[shade], this.shade.bind(this, shade)); }, this);
    // Where there is no room for three buttons, one goes through the three.
    this.nextShade = button(TEXT.day, (function () {
      this.shade(SHADES[(SHADES.indexOf(this.shadeName) + 1) % SHADES.length]);
    }).bind(this), { style: "narrow" });
    this.rule = button(TEXT.ruler, this.toggleRuler.bind(this), { style: "wide" });
    this.pinyin = button(TEXT.pinyin, this.togglePinyin.bind(this), { style: "wide" });
    this.contents = button(TEXT.sections, this.toggleContents.bind(this));
    this.leave = button(TEXT.leaveReader, this.close.bind(this), { icon: "close" });
    this.sections = make("ul", { class: "list contents" });
    this.sections.hidden = true;
    this.element = make("div", { class: "reader letters", role: "region", "aria-label": TEXT.readerName }, [
      make("div", { class: "tools row" }, [
        this.leave, this.contents,
        make("div", { class: "joined" }, [this.smaller, this.larger]),
        make("div", { class: "joined wide" }, this.shades),
        this.nextShade, this.rule, this.pinyin,
      ]),
      this.sections,
      this.view,
      this.ruler,
    ]);
    this.element.hidden = true;
    this.text.addEventListener("click", this.pressed.bind(this));
    const touched = (function () { this.touchedAt = performance.now(); }).bind(this);
    this.view.addEventListener("wheel", touched, { passive: true });
    this.view.addEventListener("touchmove", touched, { passive: true });
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    if (this.isOpen) return;
    const job = this.player.job;
    const kept = job.kiosk ? {} : this.player.memory.reader();
    this.isOpen = true;
    this.setLetters(LETTER_PX.indexOf(kept.px) >= 0 ? LETTER_PX.indexOf(kept.px) : this.usualLetters(job));
    this.setPinyin(kept.pinyin !== false);
    this.setShade(kept.shade || (matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day"));
    this.element.hidden = false;
    this.dock.render();
    this.player.readAlong.relight();
    this.leave.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.element.hidden = true;
    this.filled = null;
    this.lit = null;
    this.text.textContent = "";
    if (!this.player.job) return;
    this.dock.render();
    this.player.readAlong.relight();
    this.player.follower.show(this.player.follower.range);
    this.dock.door.focus();
  }

  usualLetters(job) {
    if (job.kiosk) return FIRST_LETTERS.kiosk;
    return innerWidth < 600 ? FIRST_LETTERS.phone : FIRST_LETTERS.desktop;
  }

  resize(by) {
    this.setLetters(Math.max(0, Math.min(LETTER_PX.length - 1, this.letters + by)));
    this.keep();
    this.follow();
  }

  setLetters(number) {
    this.letters = number;
    this.text.style.fontSize = LETTER_PX[number] + "px";
    enable(this.smaller, number > 0);
    enable(this.larger, number < LETTER_PX.length - 1);
  }

  shade(name) {
    this.setShade(name);
    this.keep();
  }

  setShade(name) {
    this.shadeName = name;
    this.element.setAttribute("data-shade", name);
    this.nextShade.say(TEXT[name], "", TEXT.colours + "：" + TEXT[name]);
    this.shades.forEach(function (choice, number) { choose(choice, SHADES[number] === name); });
  }

  keep() {
    const own = { px: LETTER_PX[this.letters], shade: this.shadeName, pinyin: this.hasPinyin };
    if (!this.player.job.kiosk) this.player.memory.keepReader(own);
  }

  togglePinyin() {
    this.setPinyin(!this.hasPinyin);
    this.keep();
  }

  setPinyin(isShown) {
    this.hasPinyin = isShown;
    choose(this.pinyin, isShown);
    this.text.classList.toggle("with-pinyin", isShown);
  }

  toggleRuler() {
    this.hasRuler = !this.hasRuler;
    this.showRuler();
  }

  toggleContents() {
    this.sections.hidden = !this.sections.hidden;
    this.contents.setAttribute("aria-expanded", String(!this.sections.hidden));
  }

  /** The height of the controls below, in pixels. */
  leaveRoom(px) {
    this.element.style.bottom = px + "px";
    this.follow();
  }

  /** The sentence that a press means: letters fill only a part of their line's height, so the nearest line counts. */
  sentenceAt(event) {
    const under = event.target.closest ? event.target.closest("[data-index]") : null;
    if (under || !this.sentences) return under;
    const [x, y] = [event.clientX, event.clientY];
    let nearest = null;
    let least = Infinity;
    this.sentences.forEach(function (sentence) {
      Array.from(sentence.getClientRects()).forEach(function (line) {
        const away = Math.max(line.top - y, y - line.bottom);
        if (x < line.left || x > line.right || away > line.height / 2 || away >= least) return;
        nearest = sentence;
        least = away;
      });
    });
    return nearest;
  }

  pressed(event) {
    const sentence = this.sentenceAt(event);
    if (!sentence || !getSelection().isCollapsed) return;
    this.touchedAt = -LET_SCROLL_MS;
    this.player.deck.unlock();
    this.player.goTo(Number(sentence.getAttribute("data-index")));
  }

  render() {
    const player = this.player;
    if (!this.isOpen) return;
    if (this.filled !== player.reading) this.fill(player.reading);
    markSection(this.sections, player.index);
    this.rule.setAttribute("aria-pressed", String(Boolean(this.hasRuler)));
    const now = this.sentences ? this.sentences.get(player.index) : null;
    if (now === this.lit) return;
    if (this.lit) this.dim(this.lit);
    this.lit = now || null;
    if (!now) return;
    now.classList.add("current");
    now.setAttribute("aria-current", "true");
    this.follow();
  }

  dim(sentence) {
    sentence.classList.remove("current");
    sentence.removeAttribute("aria-current");
    this.mark(sentence, { from: 0, to: 0 });
  }

  mark(sentence, word) {
    const index = Number(sentence.getAttribute("data-index"));
    markWord(sentence, sentence.textContent, word, rareIn(this.filled.utterances[index]));
  }

  /** The document's blocks with a span for each sentence; what is not read stands between them. */
  fill(reading) {
    this.filled = reading;
    this.lit = null;
    this.sentences = new Map();
    this.text.textContent = "";
    this.contents.hidden = !fillSections(this.sections, this.player);
    if (!reading) return;
    const blocks = reading.blocks.map(function (block) {
      const element = make(elementFor(block), { class: "is-" + block.kind });
      if (block.recognised) {
        element.classList.add("recognised");
        element.title = TEXT.recognised + "（" + block.recognised + "%）";
      }
      return { block, at: 0, element };
    });
    let hasRare = false;
    reading.utterances.forEach(function (utterance, index) {
      const span = utterance.span;
      if (!span || !blocks[span.block]) return;
      const place = blocks[span.block];
      place.element.append(place.block.text.slice(place.at, span.start_utf16));
      const text = place.block.text.slice(span.start_utf16, span.end_utf16);
      const rare = rareIn(utterance);
      const sentence = make("span", { class: "sentence", "data-index": index });
      sentence.append.apply(sentence, withPinyin(text, 0, text.length, rare));
      place.element.appendChild(sentence);
      hasRare = hasRare || rare.length > 0;
      place.at = Math.max(place.at, span.end_utf16);
      this.sentences.set(index, sentence);
    }, this);
    blocks.forEach(function (place) {
      place.element.append(place.block.text.slice(place.at));
      this.text.appendChild(place.element);
    }, this);
    this.pinyin.hidden = !hasRare;
  }

  showWord() {
    if (!this.isOpen || !this.lit || !this.player.utterance) return;
    const span = this.player.utterance.span;
    const text = this.lit.textContent;
    if (span && text.length === span.end_utf16 - span.start_utf16) this.mark(this.lit, wordIn(this.player));
    this.showRuler();
  }

  /** Brings the sentence to the upper third, unless the reader has just scrolled. */
  follow() {
    if (!this.isOpen || !this.lit || performance.now() - this.touchedAt < LET_SCROLL_MS) return;
    const view = this.view.getBoundingClientRect();
    const box = this.lit.getBoundingClientRect();
    if (box.top < view.top + view.height * 0.1 || box.bottom > view.top + view.height * 0.8) {
      this.view.scrollTop += box.top - view.top - view.height * 0.25;
    }
    this.showRuler();
  }

  /** A line under the row that is read. */
  showRuler() {
    const mark = this.lit && (this.lit.querySelector("mark") || this.lit);
    this.ruler.hidden = !(this.hasRuler && mark);
    if (this.ruler.hidden) return;
    const rects = mark.getClientRects();
    if (!rects.length) return;
    this.ruler.style.top = (rects[0].bottom - this.element.getBoundingClientRect().top + 2) + "px";
  }
}

/** The characters of a sentence that few can read, as {from, to, pinyin} in its own text. */
function rareIn(utterance) {
  if (!utterance.span) return [];
  return (utterance.pinyin || []).map(function (one) {
    const place = utterance.syllables[one.syllable];
    const begin = utterance.span.start_utf16;
    return { from: place[0] - begin, to: place[1] - begin, pinyin: one.pinyin };
  });
}

function elementFor(block) {
  if (block.kind === "title") return "h1";
  return block.kind === "heading" ? "h2" : "p";
}
