// The document: pinyin over characters that have several pronunciations, numbers with how they are said, cuts
// and pauses as marks, doubtful places. A unit is what is said at once: a character, or a number with its unit;
// the editor moves from unit to unit and chooses a run of them.

import { byId, fill, make } from "./dom.js";
import { REASONS, toned } from "./texts.js";

/** The units of an utterance, in order: {block, start, end, text, said, pinyin, utterance}. */
function unitsOf(document, index) {
  const utterance = document.utterances[index];
  if (utterance.block === null) return [];
  const text = document.texts[utterance.block];
  const units = [];
  for (const syllable of utterance.syllables) {
    const last = units[units.length - 1];
    // What stands for the same characters, or goes into those before, is one unit.
    if (last && syllable.start < last.end) {
      last.end = Math.max(last.end, syllable.end);
      last.said += syllable.hanzi;
      last.pinyin.push(syllable.pinyin);
      continue;
    }
    units.push({
      block: utterance.block, start: syllable.start, end: syllable.end, utterance: index,
      said: syllable.hanzi, pinyin: [syllable.pinyin],
    });
  }
  for (const unit of units) unit.text = text.slice(unit.start, unit.end).join("");
  return units;
}

const isHanzi = (unit) => unit.pinyin.length === 1 && unit.end - unit.start === 1 && /\p{Script=Han}/u.test(unit.text);

export class Sheet {
  /** `events`: moved(), correct(), picked() with the hand, hear(), listen(), doubt(by). */
  constructor(events) {
    this.events = events;
    this.element = byId("sheet");
    this.document = null;
    this.units = [];
    this.from = -1;
    this.to = -1;
    this.allPinyin = false;
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("pointerdown", (event) => this.pointer(event));
    this.element.addEventListener("pointermove", (event) => this.drag(event));
    this.element.addEventListener("pointerup", (event) => this.picked(event));
    this.element.addEventListener("dblclick", () => this.events.correct());
    this.element.addEventListener("focus", () => { if (this.from < 0 && this.units.length) this.choose(0, 0); });
  }

  show(document) {
    document.texts = document.blocks.map((block) => [...block.text]);
    this.document = document;
    // The header of a table's column is said before each of its cells, and stands on the page once.
    const seen = new Set();
    this.units = document.utterances.flatMap((_, index) => unitsOf(document, index)).filter((unit) => {
      const place = `${unit.block} ${unit.start}`;
      return !seen.has(place) && seen.add(place);
    });
    this.units.sort((one, other) => one.block - other.block || one.start - other.start);
    this.doubtful = new Map();
    for (const doubt of document.doubts) {
      const at = this.unitAt(doubt.block, doubt.start);
      if (at >= 0) this.doubtful.set(at, doubt);
    }
    this.from = -1;
    this.to = -1;
    this.render();
    this.element.tabIndex = this.units.length ? 0 : -1;
  }

  /** The number of the unit at a place; -1 where nothing is said there. */
  unitAt(block, offset) {
    return this.units.findIndex((unit) => unit.block === block && unit.start <= offset && offset < unit.end);
  }

  render() {
    const { document } = this;
    if (!document) return;
    this.elements = [];
    const byBlock = new Map();
    this.units.forEach((unit, at) => {
      if (!byBlock.has(unit.block)) byBlock.set(unit.block, []);
      byBlock.get(unit.block).push(at);
    });
    const blocks = document.blocks.map((block, index) => {
      const line = make("p", { class: `block ${block.kind}` });
      this.fillBlock(line, index, byBlock.get(index) || []);
      return line;
    });
    fill(this.element, blocks);
    this.mark();
  }

  fillBlock(line, block, units) {
    const text = this.document.texts[block];
    let done = 0;
    let sentence = -1;
    let holder = line;
    const plain = (until) => {
      if (until > done) holder.append(text.slice(done, until).join(""));
      done = Math.max(done, until);
    };
    for (const at of units) {
      const unit = this.units[at];
      if (unit.utterance !== sentence) {
        // Marks at the end belong to the sentence before.
        if (sentence >= 0) {
          plain(unit.start);
          holder.append(this.cut(sentence));
        } else {
          plain(unit.start);
        }
        sentence = unit.utterance;
        holder = make("span", { class: "sentence", "data-utterance": sentence });
        line.append(holder);
      }
      plain(unit.start);
      const element = this.unit(at);
      this.elements[at] = element;
      holder.append(element);
      done = unit.end;
    }
    plain(text.length);
    if (sentence >= 0) holder.append(this.cut(sentence));
  }

  /** The mark of the pause behind an utterance: the longer, the wider. */
  cut(utterance) {
    const ms = this.document.utterances[utterance].pause_ms;
    const size = ms === 0 ? "none" : ms < 250 ? "short" : ms < 600 ? "middle" : "long";
    return make("span", { class: `cut ${size}`, title: ms ? `停 ${ms} 毫秒` : "在这里断开，不停", "aria-hidden": "true" });
  }

  unit(at) {
    const unit = this.units[at];
    const doubt = this.doubtful.get(at);
    const classes = ["unit"];
    let above = "";
    if (isHanzi(unit)) {
      const several = this.document.pronunciations[unit.text];
      if (several || this.allPinyin) above = toned(unit.pinyin[0]);
      if (several) classes.push(several[0] === unit.pinyin[0] ? "usual" : "unusual");
    } else if (unit.said !== unit.text) {
      above = unit.said;
      classes.push("number");
    }
    if (doubt) classes.push("doubt");
    const title = doubt ? `存疑：${REASONS[doubt.reason] || doubt.reason}` : null;
    if (!above) return make("span", { class: classes.join(" "), "data-unit": at, title }, unit.text);
    return make("ruby", { class: classes.join(" "), "data-unit": at, title }, unit.text, make("rt", {}, above));
  }

  setAllPinyin(on) {
    this.allPinyin = on;
    this.render();
  }

  // -- what is chosen

  get hasChoice() { return this.from >= 0; }

  /** The run that is chosen, in the order of the text: {block, start, end, text, units, utterance}. */
  get choice() {
    if (!this.hasChoice) return null;
    const [first, last] = [Math.min(this.from, this.to), Math.max(this.from, this.to)];
    const units = this.units.slice(first, last + 1).filter((unit) => unit.block === this.units[this.to].block);
    const { block, start } = units[0];
    const { end } = units[units.length - 1];
    return {
      block, start, end, units, utterance: this.units[this.to].utterance,
      text: this.document.texts[block].slice(start, end).join(""),
    };
  }

  choose(from, to) {
    this.from = from;
    this.to = to;
    this.mark();
    this.elements[to]?.scrollIntoView({ block: "nearest" });
    this.events.moved();
  }

  /** Chooses what stands at a place. False where nothing is said there. */
  chooseRange(block, start, end) {
    const from = this.unitAt(block, start);
    const to = this.unitAt(block, Math.max(start, end - 1));
    if (from < 0) return false;
    this.choose(from, to < 0 ? from : to);
    this.elements[from]?.scrollIntoView({ block: "center" });
    return true;
  }

  mark() {
    if (!this.elements) return;
    const [first, last] = [Math.min(this.from, this.to), Math.max(this.from, this.to)];
    this.elements.forEach((element, at) => element.classList.toggle("chosen", at >= first && at <= last && first >= 0));
  }

  /** Lights the sentence that is heard. */
  light(utterance) {
    for (const element of this.element.querySelectorAll(".sentence")) {
      const isHeard = Number(element.dataset.utterance) === utterance;
      element.classList.toggle("heard", isHeard);
      if (isHeard) element.scrollIntoView({ block: "nearest" });
    }
  }

  // -- the hand

  pointer(event) {
    const unit = event.target.closest("[data-unit]");
    if (!unit) return;
    const at = Number(unit.dataset.unit);
    this.choose(event.shiftKey && this.hasChoice ? this.from : at, at);
    this.element.focus({ preventScroll: true });
    event.preventDefault();
  }

  drag(event) {
    if (!(event.buttons & 1) || event.pointerType === "touch") return;
    const unit = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-unit]");
    if (unit && Number(unit.dataset.unit) !== this.to) this.choose(this.from, Number(unit.dataset.unit));
  }

  picked(event) {
    if (event.button === 0 && this.hasChoice && event.target.closest("[data-unit]")) this.events.picked();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.units.length) return;
    const step = (by) => {
      const to = Math.max(0, Math.min(this.units.length - 1, (this.to < 0 ? 0 : this.to + by)));
      this.choose(event.shiftKey ? Math.max(this.from, 0) : to, to);
    };
    const sentence = (by) => {
      const here = this.hasChoice ? this.units[this.to].utterance : -1;
      const ahead = by > 0
        ? this.units.findIndex((unit) => unit.utterance > here)
        : this.units.findIndex((unit) => unit.utterance === Math.max(0, ...this.units.map((other) => other.utterance).filter((other) => other < here)));
      if (ahead >= 0) this.choose(ahead, ahead);
    };
    const keys = {
      ArrowRight: () => step(1),
      ArrowLeft: () => step(-1),
      ArrowDown: () => sentence(1),
      ArrowUp: () => sentence(-1),
      Home: () => this.choose(0, 0),
      End: () => this.choose(this.units.length - 1, this.units.length - 1),
      Enter: () => this.events.correct(),
      " ": () => this.events.hear(),
      l: () => this.events.listen(),
      n: () => this.events.doubt(1),
      b: () => this.events.doubt(-1),
    };
    const done = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!done) return;
    event.preventDefault();
    done();
  }

  /** What a screen reader says of the place. */
  describe() {
    const choice = this.choice;
    if (!choice) return "";
    const doubt = choice.units.map((unit) => this.doubtful.get(this.units.indexOf(unit))).find(Boolean);
    const said = choice.units.map((unit) => (isHanzi(unit) ? toned(unit.pinyin[0]) : unit.said)).join(" ");
    return `${choice.text}：${said}${doubt ? `，存疑，${REASONS[doubt.reason] || ""}` : ""}`;
  }
}
