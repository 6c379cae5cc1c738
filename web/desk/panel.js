// Correcting in place: what is done with the run that is chosen, where it holds, and what that touches.

import { post, put, remove } from "./api.js";
import { byId, fill, make, tell, tellProblem } from "./dom.js";
import * as sound from "./sound.js";
import { CHANGES, NUMBERS, PAUSES, SCOPES, effectOf, scopeOf, toned } from "./texts.js";

const SYLLABLE = /^[a-zü:]+[1-5]$/;

// The marks of the four tones, as they are written over vowels.
const TONES = ["\u0304", "\u0301", "\u030c", "\u0300"];

/** Pinyin as people write it with tones as digits: chóng is chong2. What has no mark stays as it is. */
function numbered(pinyin) {
  return pinyin.trim().split(/\s+/).map((syllable) => {
    const letters = syllable.normalize("NFD");
    const tone = TONES.findIndex((mark) => letters.includes(mark));
    if (tone < 0) return syllable;
    return letters.replace(TONES[tone], "").replace("u\u0308", "v").normalize("NFC") + (tone + 1);
  }).join(" ");
}

const words = new Intl.Segmenter("zh", { granularity: "word" });

/** The word of a text that holds a character; null where that is one by itself. */
function wordAround(text, at) {
  const before = text.slice(0, at).join("").length;
  const found = words.segment(text.join("")).containing(before);
  if (!found || !/^\p{Script=Han}{2,}$/u.test(found.segment)) return null;
  const start = [...text.join("").slice(0, found.index)].length;
  return { start, end: start + [...found.segment].length, text: found.segment };
}

export class Panel {
  /** `desk`: document, sheet, source() as the document was opened, changed(correction), close(). */
  constructor(desk) {
    this.desk = desk;
    this.element = byId("panel");
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get isOpen() { return !this.element.hidden; }

  /** Opens for what is chosen, or for a correction that is there; with `isQuiet` the keyboard stays where it is. */
  open(choice, correction, isQuiet) {
    this.choice = choice;
    this.isAltered = false;
    this.existing = correction || null;
    const { document } = this.desk;
    const hasNumber = /[0-9０-９]/.test(choice.text);
    this.change = correction?.change || (hasNumber ? "number" : /^\p{Script=Han}+$/u.test(choice.text) ? "pronounce" : "say");
    this.value = correction?.value || this.startValue();
    this.scope = correction?.scope || this.startScope();
    this.note = correction?.note || "";
    this.element.hidden = false;
    this.render();
    if (!isQuiet) this.element.querySelector("[data-first]")?.focus();
    this.look();
  }

  /** Another place is chosen while it is open: it goes along, unless something is altered already. */
  follow(choice) {
    const isSame = choice.block === this.choice.block && choice.start === this.choice.start && choice.end === this.choice.end;
    if (isSame || this.existing || this.isAltered) return;
    this.open(choice, null, true);
  }

  /** Of a character that has several pronunciations only this place, unless the editor says otherwise. */
  startScope() {
    const { document } = this.desk;
    const isPolyphone = [...this.word].length === 1 && document.pronunciations[this.word];
    if (isPolyphone && this.canScope("here")) return "here";
    return document.portal ? "portal" : "everywhere";
  }

  close() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.looking?.abort();
    this.desk.close();
  }

  startValue() {
    const { choice } = this;
    if (this.change === "pronounce") return choice.units.map((unit) => unit.pinyin[0]).join(" ");
    if (this.change === "number") return /^\d{4}$/.test(choice.text) ? "year" : "account";
    if (this.change === "pause") return "longer";
    return "";
  }

  get word() { return this.existing ? this.existing.word : this.choice.text; }

  /** As the service takes it; null while something is missing. */
  decision() {
    const { document } = this.desk;
    const { choice } = this;
    const value = this.change === "pronounce" ? numbered(this.value) : this.value.trim();
    if (this.change === "pronounce") {
      const syllables = value.split(/\s+/);
      if (syllables.length !== [...this.word].length || !syllables.every((one) => SYLLABLE.test(one))) return null;
    }
    if (this.change === "say" && !value) return null;
    const decision = { scope: this.scope, word: this.word, change: this.change, value, note: this.note };
    if (["skip", "name"].includes(this.change)) decision.value = "";
    if (this.scope === "portal") decision.portal = this.existing?.portal || document.portal;
    if (this.scope === "document" || this.scope === "here") decision.url = this.existing?.url || document.url;
    if (this.scope === "here") {
      if (this.existing?.anchor) decision.anchor = this.existing.anchor;
      else decision.at = { reading: document.reading, block: choice.block, start: choice.start, end: choice.end };
    }
    return decision;
  }

  // -- what is shown

  render() {
    const kinds = Object.entries(CHANGES).filter(([kind]) => this.fits(kind));
    fill(this.element,
      make("h2", {}, this.existing ? "修改更正 " : "更正 ", make("b", {}, this.word), this.wider()),
      this.choose("怎么改", "change", kinds, this.change, (kind) => {
        this.isAltered = true;
        this.change = kind;
        this.value = this.startValue();
        this.render();
        // The fields are others now; whoever moves through the kinds by arrows goes on from there.
        this.element.querySelector("[data-first]").focus();
        this.look();
      }),
      this.fields(),
      this.choose("改哪里", "scope", Object.entries(SCOPES).filter(([scope]) => this.canScope(scope)), this.scope, (scope) => {
        this.isAltered = true;
        this.scope = scope;
        this.look();
      }),
      make("label", { class: "field" }, "备注",
        make("input", { value: this.note, maxlength: 200, placeholder: "可不填", oninput: (event) => { this.note = event.target.value; } })),
      make("p", { id: "alone", class: "trouble", role: "status", hidden: true }),
      make("p", { id: "touched", class: "hint", role: "status" }),
      make("div", { class: "bar foot" },
        make("button", { type: "button", onclick: () => this.hearBefore() }, "听原来的"),
        make("button", { type: "button", onclick: () => this.hearAfter() }, "听改后的"),
        make("button", { type: "button", class: "main", id: "save", onclick: () => this.save() }, "保存"),
        this.existing && make("button", { type: "button", onclick: () => this.drop() }, "删除"),
        make("button", { type: "button", class: "quiet", onclick: () => this.close() }, "取消")),
    );
  }

  /** For one character of a word: the word instead, by one press. */
  wider() {
    const { choice } = this;
    if (this.existing || [...this.word].length !== 1) return null;
    const around = wordAround(this.desk.document.texts[choice.block], choice.start);
    if (!around) return null;
    return make("button", {
      type: "button", class: "wider", onclick: () => {
        this.isAltered = false;
        this.desk.sheet.chooseRange(choice.block, around.start, around.end);
        this.open(this.desk.sheet.choice, null);
      },
    }, `改成“${around.text}”`);
  }

  fits(kind) {
    if (kind === "number") return /[0-9０-９]/.test(this.word);
    if (kind === "pronounce" || kind === "name") return /^\p{Script=Han}+$/u.test(this.word);
    return true;
  }

  canScope(scope) {
    const { document } = this.desk;
    if (this.existing && this.existing.scope === scope) return true;
    if (scope === "portal") return Boolean(document.portal);
    if (scope === "document" || scope === "here") return Boolean(document.url);
    return true;
  }

  /** A row of buttons of which one is chosen: radio buttons, so that arrows move through them. */
  choose(label, name, entries, chosen, pick) {
    return make("fieldset", {}, make("legend", {}, label), make("div", { class: "choices" }, entries.map(([value, words]) => {
      const [title, example] = Array.isArray(words) ? words : [words, ""];
      return make("label", { class: "choice" },
        make("input", { type: "radio", name, value, checked: value === chosen, "data-first": name === "change" && value === chosen, onchange: () => pick(value) }),
        make("span", {}, title, example && make("small", {}, example)));
    })));
  }

  fields() {
    if (this.change === "pronounce") return this.pinyinFields();
    if (this.change === "number") {
      return this.choose("读成", "value", this.numberKinds(), this.value, (kind) => { this.isAltered = true; this.value = kind; this.look(); });
    }
    if (this.change === "pause") {
      return this.choose("这个词后面", "value", Object.entries(PAUSES), this.value, (pause) => { this.isAltered = true; this.value = pause; this.look(); });
    }
    if (this.change === "say") {
      return make("label", { class: "field" }, "改说成",
        make("input", { value: this.value, maxlength: 200, oninput: (event) => { this.isAltered = true; this.value = event.target.value; this.lookSoon(); } }));
    }
    return make("p", { class: "hint" }, this.change === "skip" ? "这几个字不读出来。" : "姓氏按姓的读法读（单 shàn、任 rén）。");
  }

  /** The kinds of number that this one has the form of, each with how it would be said; every kind where it is not known. */
  numberKinds() {
    const said = this.desk.document.numbers[this.word];
    const kinds = Object.entries(NUMBERS);
    if (!said) return kinds;
    return kinds.filter(([kind]) => kind in said || kind === this.value).map(([kind, [title, example]]) => [kind, [title, said[kind] || example]]);
  }

  /** For each character its pronunciations as buttons, and one field to type them. */
  pinyinFields() {
    const characters = [...this.word];
    const field = make("input", {
      id: "typed", value: this.value, spellcheck: "false", autocomplete: "off", "aria-describedby": "typed-hint",
      oninput: (event) => { this.isAltered = true; this.value = event.target.value; this.shade(); this.lookSoon(); },
    });
    const rows = characters.map((character, at) => {
      const several = this.desk.document.pronunciations[character] || [];
      if (several.length < 2) return null;
      return make("div", { class: "candidates", role: "group", "aria-label": character },
        make("b", { "aria-hidden": "true" }, character),
        several.map((pinyin) => make("button", {
          type: "button", "data-at": at, "data-pinyin": pinyin,
          onclick: () => {
            const syllables = this.value.trim().split(/\s+/);
            this.isAltered = true;
            syllables[at] = pinyin;
            this.value = syllables.join(" ");
            field.value = this.value;
            this.shade();
            this.look();
          },
        }, toned(pinyin))));
    });
    queueMicrotask(() => this.shade());
    return make("div", {}, rows.filter(Boolean),
      make("label", { class: "field", for: "typed" }, "读音"), field,
      make("p", { class: "hint", id: "typed-hint" }, "每个字一个音节，标上声调，或者后面写 1–5：lǎo tíng、lao3 ting2"));
  }

  shade() {
    const syllables = numbered(this.value).split(" ");
    for (const button of this.element.querySelectorAll("[data-pinyin]")) {
      button.setAttribute("aria-pressed", String(syllables[Number(button.dataset.at)] === button.dataset.pinyin));
    }
  }

  // -- what it touches

  lookSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.look(), 400);
  }

  async look() {
    clearTimeout(this.soon);
    this.looking?.abort();
    this.looking = new AbortController();
    const { signal } = this.looking;
    const told = byId("touched");
    const decision = this.decision();
    byId("save").disabled = !decision;
    // A rule for one character is one for all the words that it stands in.
    const isAlone = this.change === "pronounce" && [...this.word].length === 1 && this.scope !== "here"
      && this.desk.document.pronunciations[this.word];
    byId("alone").hidden = !isAlone;
    byId("alone").textContent = isAlone ? `别的词里的“${this.word}”也会都这样读。只改一个词，请把整个词选上。` : "";
    if (!decision) {
      told.textContent = this.change === "pronounce" ? this.whatIsMissing() : "";
      return;
    }
    if (this.isAsItIs(decision)) {
      told.textContent = "现在就是这样读的：请选别的读音。";
      told.classList.remove("trouble");
      return;
    }
    told.textContent = "正在数会影响多少…";
    try {
      const touched = await post("v1/corrections/try", { id: this.existing?.id, decision }, signal);
      told.textContent = touched.documents
        ? `会影响 ${touched.documents} 份文件、${touched.clips} 段录音`
        : "已经听过的文件里没有要重做的";
      told.title = touched.pages.join("\n");
      told.classList.remove("trouble");
    } catch (error) {
      if (error.name === "AbortError") return;
      told.textContent = error.detail || error.message;
      told.classList.add("trouble");
    }
  }

  /** Whether a new decision is of the pronunciation that the place has already. */
  isAsItIs(decision) {
    return !this.existing && this.change === "pronounce" && decision.value === numbered(this.startValue());
  }

  whatIsMissing() {
    const syllables = numbered(this.value).split(" ").filter(Boolean);
    const toneless = syllables.find((one) => /^[a-zü:]+$/.test(one));
    if (toneless) return `“${toneless}”还缺声调，比如 ${toned(`${toneless}2`)} 或者 ${toneless}2`;
    return `${[...this.word].length} 个字要 ${[...this.word].length} 个音节，现在有 ${syllables.length} 个`;
  }

  // -- what is heard

  async hearBefore() {
    const { document } = this.desk;
    await sound.play(document.utterances, this.choice.utterance, this.choice.utterance);
  }

  /** The sentence as it would be read; nobody else hears that. */
  async hearAfter() {
    const decision = this.decision();
    if (!decision) return;
    try {
      const tried = await post("v1/documents", { ...this.desk.source(), try: decision, try_id: this.existing?.id });
      const { block, start } = this.choice;
      const holds = (one) => one.block === block && one.start <= start && start < one.end;
      let index = tried.utterances.findIndex(holds);
      // What is not read any more may be no sentence's.
      if (index < 0) index = tried.utterances.findLastIndex((one) => one.block !== null && (one.block < block || (one.block === block && one.start <= start)));
      if (index >= 0) await sound.play(tried.utterances, index, index);
    } catch (error) {
      tellProblem(error);
    }
  }

  // -- what is decided

  async save() {
    const decision = this.decision();
    if (!decision) return;
    await this.decide(() => (this.existing
      ? put(`v1/corrections/${this.existing.id}`, { revision: this.existing.revision, decision })
      : post("v1/corrections", decision)));
  }

  async drop() {
    await this.decide(() => remove(`v1/corrections/${this.existing.id}?revision=${this.existing.revision}`));
  }

  async decide(call) {
    try {
      const { correction, touched } = await call();
      const what = correction.deleted ? "已删除更正" : `已生效：${correction.word} ${effectOf(correction)}（${scopeOf(correction)}）`;
      this.element.hidden = true;
      await this.desk.changed(correction);
      // What is said to be in force is seen to be.
      tell(`${what}，${touched.clips} 段录音自动重做`);
    } catch (error) {
      tellProblem(error);
    }
  }
}
