// Correcting in place: what is done with the run that is chosen, where it holds, and what that touches.

import { post, put, remove } from "./api.js";
import { byId, fill, make, tell, tellProblem } from "./dom.js";
import * as sound from "./sound.js";
import { CHANGES, NUMBERS, PAUSES, SCOPES, effectOf, scopeOf, toned } from "./texts.js";

const SYLLABLE = /^[a-zü:]+[1-5]$/;

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

  /** Opens for what is chosen, or for a correction that is there. */
  open(choice, correction) {
    this.choice = choice;
    this.existing = correction || null;
    const { document } = this.desk;
    const hasNumber = /[0-9０-９]/.test(choice.text);
    this.change = correction?.change || (hasNumber ? "number" : /^\p{Script=Han}+$/u.test(choice.text) ? "pronounce" : "say");
    this.value = correction?.value || this.startValue();
    this.scope = correction?.scope || (document.portal ? "portal" : "everywhere");
    this.note = correction?.note || "";
    this.element.hidden = false;
    this.render();
    this.element.querySelector("[data-first]")?.focus();
    this.look();
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
    const value = this.value.trim();
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
      make("h2", {}, this.existing ? "修改更正 " : "更正 ", make("b", {}, this.word)),
      this.choose("怎么改", "change", kinds, this.change, (kind) => {
        this.change = kind;
        this.value = this.startValue();
        this.render();
        // The fields are others now; whoever moves through the kinds by arrows goes on from there.
        this.element.querySelector("[data-first]").focus();
        this.look();
      }),
      this.fields(),
      this.choose("改哪里", "scope", Object.entries(SCOPES).filter(([scope]) => this.canScope(scope)), this.scope, (scope) => {
        this.scope = scope;
        this.look();
      }),
      make("label", { class: "field" }, "备注",
        make("input", { value: this.note, maxlength: 200, placeholder: "可不填", oninput: (event) => { this.note = event.target.value; } })),
      make("p", { id: "touched", class: "hint", role: "status" }),
      make("div", { class: "bar" },
        make("button", { type: "button", onclick: () => this.hearBefore() }, "听原来的"),
        make("button", { type: "button", onclick: () => this.hearAfter() }, "听改后的"),
        make("button", { type: "button", class: "main", id: "save", onclick: () => this.save() }, "保存"),
        this.existing && make("button", { type: "button", onclick: () => this.drop() }, "删除"),
        make("button", { type: "button", class: "quiet", onclick: () => this.close() }, "取消")),
    );
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
      return this.choose("读成", "value", Object.entries(NUMBERS), this.value, (kind) => { this.value = kind; this.look(); });
    }
    if (this.change === "pause") {
      return this.choose("这个词后面", "value", Object.entries(PAUSES), this.value, (pause) => { this.value = pause; this.look(); });
    }
    if (this.change === "say") {
      return make("label", { class: "field" }, "改说成",
        make("input", { value: this.value, maxlength: 200, oninput: (event) => { this.value = event.target.value; this.lookSoon(); } }));
    }
    return make("p", { class: "hint" }, this.change === "skip" ? "这几个字不读出来。" : "姓氏按姓的读法读（单 shàn、任 rén）。");
  }

  /** For each character its pronunciations as buttons, and one field to type them. */
  pinyinFields() {
    const characters = [...this.word];
    const field = make("input", {
      id: "typed", value: this.value, spellcheck: "false", autocomplete: "off", "aria-describedby": "typed-hint",
      oninput: (event) => { this.value = event.target.value; this.shade(); this.lookSoon(); },
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
      make("p", { class: "hint", id: "typed-hint" }, "每个字一个音节，后面写声调 1–5，ü 写 v：lao4 ting2"));
  }

  shade() {
    const syllables = this.value.trim().split(/\s+/);
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
    if (!decision) {
      told.textContent = this.change === "pronounce" ? "读音还没写全" : "";
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
      tell(`${what}，重做 ${touched.clips} 段`);
    } catch (error) {
      tellProblem(error);
    }
  }
}
