// 审听台: the proof desk. An editor opens a document, sees how it is read, hears it, and puts right what is wrong.

import { get, isSignedIn, listen, post, signIn, signOut } from "./api.js";
import { Approvals } from "./approvals.js";
import { byId, fill, make, tell, tellProblem } from "./dom.js";
import { Inbox } from "./inbox.js";
import { Corrections, History, lineOf } from "./lists.js";
import { Panel } from "./panel.js";
import { Sheet } from "./sheet.js";
import * as sound from "./sound.js";
import { REASONS, effectOf, toned } from "./texts.js";

// Where the panel stands beside the text and covers nothing of it.
const BESIDE = "(min-width: 1001px)";

const VIEWS = ["document", "inbox", "approvals", "corrections", "history"];

class Desk {
  constructor() {
    this.document = null;
    this.opened = null;
    this.report = null;
    this.sheet = new Sheet({
      moved: () => this.moved(),
      correct: () => this.correct(),
      picked: () => { if (matchMedia(BESIDE).matches) this.correct(true); },
      hear: () => this.hear(),
      listen: () => this.listen(),
      doubt: (by) => this.doubt(by),
    });
    this.panel = new Panel(this);
    this.inbox = new Inbox(this);
    this.approvals = new Approvals(this);
    this.corrections = new Corrections(this);
    this.history = new History(this);
    byId("place").setAttribute("role", "status");
    sound.whenHeard((utterance, isMade) => {
      this.sheet.light(utterance);
      byId("play").textContent = utterance < 0 ? "从这里听" : isMade ? "停" : "正在合成…停";
    });
    const on = (id, event, done) => byId(id).addEventListener(event, done);
    on("open", "submit", (event) => {
      event.preventDefault();
      this.openAddress().catch(tellProblem);
    });
    on("file", "change", (event) => this.openFile(event.target).catch(tellProblem));
    on("play", "click", () => this.listen());
    on("hear", "click", () => this.hear());
    on("correct", "click", () => this.correct());
    on("next-doubt", "click", () => this.doubt(1));
    on("pinyin", "click", (event) => {
      const isOn = event.currentTarget.getAttribute("aria-pressed") !== "true";
      event.currentTarget.setAttribute("aria-pressed", String(isOn));
      const choice = this.sheet.hasChoice && [this.sheet.from, this.sheet.to];
      this.sheet.setAllPinyin(isOn);
      if (choice) this.sheet.choose(...choice);
    });
    on("voice", "change", () => this.reopen().catch(tellProblem));
    on("keys-open", "click", () => byId("keys").showModal());
    on("sign-out", "click", () => {
      signOut();
      location.reload();
    });
    VIEWS.forEach((view, at) => {
      on(`tab-${view}`, "click", () => this.show(view));
      on(`tab-${view}`, "keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) this.show(VIEWS[(at + by + VIEWS.length) % VIEWS.length], true);
      });
    });
  }

  async start() {
    byId("sign-in").hidden = true;
    byId("desk").hidden = false;
    await Promise.all([this.inbox.load(), this.approvals.load()]);
    this.ended = new AbortController();
    listen((name, data) => this.happened(name, data), this.ended.signal);
    const address = new URLSearchParams(location.search).get("url");
    if (address) {
      byId("address").value = address;
      await this.openAddress();
    } else {
      byId("address").focus();
    }
  }

  /** Another editor, or a listener, has done something. */
  happened(name, data) {
    if (name === "report" || name === "lagged") this.inbox.load().catch(() => {});
    if (name === "approval" || name === "lagged") this.approvals.load().catch(() => {});
    if (name !== "correction" || data.correction.id === this.own) return;
    const { correction } = data;
    tell(`${correction.updated_by} 刚刚更正了“${correction.word}”：${effectOf(correction)}`);
    if (this.document && !this.panel.isOpen) this.reopen().catch(() => {});
  }

  show(view, focus) {
    for (const other of VIEWS) {
      const tab = byId(`tab-${other}`);
      tab.setAttribute("aria-selected", String(other === view));
      tab.tabIndex = other === view ? 0 : -1;
      byId(`view-${other}`).hidden = other !== view;
    }
    if (focus) byId(`tab-${view}`).focus();
    const list = { inbox: this.inbox, approvals: this.approvals, corrections: this.corrections, history: this.history }[view];
    list?.load().catch(tellProblem);
  }

  // -- opening

  /** As the document that is open was asked for. */
  source() {
    const { source } = this.opened;
    return { ...source, voice: byId("voice").value };
  }

  async openAddress() {
    const given = byId("address").value.trim();
    if (!given) return;
    await this.open(/^https?:\/\/\S+$/.test(given) ? { url: given } : { text: given });
  }

  /** Opens a page that another view names. */
  async openPage(url) {
    this.show("document");
    byId("address").value = url;
    await this.open({ url }).catch(tellProblem);
  }

  async openFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let letters = "";
    for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    await this.open({ file: btoa(letters), media_type: file.type || undefined });
  }

  async open(source) {
    sound.stop();
    this.panel.element.hidden = true;
    tell("正在打开…");
    const document = await post("v1/documents", { ...source, voice: byId("voice").value });
    this.opened = { source: document.url ? { url: document.url } : source };
    this.lay(document);
    tell(`已打开，${document.doubts.length} 处存疑`);
    this.sheet.element.focus({ preventScroll: true });
  }

  /** Opens the same document again, at the same place. */
  async reopen() {
    if (!this.opened) return;
    const choice = this.sheet.choice;
    const document = await post("v1/documents", this.source());
    this.lay(document);
    if (choice) this.sheet.chooseRange(choice.block, choice.start, choice.end);
  }

  lay(document) {
    this.document = document;
    this.sheet.show(document);
    const title = byId("title");
    title.textContent = document.title;
    // The page's own title stands among the blocks.
    title.classList.toggle("hidden", document.blocks[0]?.kind === "title");
    byId("empty").hidden = true;
    byId("how").hidden = false;
    byId("tools").hidden = false;
    this.approvals.show(document);
    byId("warnings").hidden = document.warnings.length === 0;
    fill(byId("warnings"), make("p", {}, "网页里有看不懂的朗读标记，没有照办："), make("ul", {}, document.warnings.map((warning) => make("li", {}, warning))));
    this.fillVoices(document.voices, document.voice);
    byId("doubts-card").hidden = document.doubts.length === 0;
    byId("doubt-count").textContent = String(document.doubts.length);
    // What a dictionary or the grammar leaves open comes before numbers, which are right more often than not.
    const isNumber = (doubt) => Number(doubt.reason === "amount");
    const doubts = [...document.doubts].sort((one, other) => isNumber(one) - isNumber(other));
    fill(byId("doubts"), doubts.map((doubt) => make("li", {},
      make("button", { type: "button", class: "line", onclick: () => this.goToCorrect(doubt) },
        make("b", {}, this.around(doubt)), ` ${toned(doubt.said)} `, make("span", { class: "hint" }, REASONS[doubt.reason] || "")))));
    byId("here-card").hidden = document.corrections.length === 0;
    fill(byId("here"), document.corrections.map((correction) => make("li", {},
      make("button", { type: "button", class: "line", onclick: () => this.edit(correction) }, lineOf(correction)),
      document.lost.includes(correction.id) && make("p", { class: "trouble" }, "原来的位置找不到了，没有生效：请重新选一次，或者删除。"))));
  }

  fillVoices(voices, current) {
    const select = byId("voice");
    if (select.options.length) return;
    fill(select, voices.map((voice) => make("option", { value: voice.name, selected: voice.name === current }, voice.description || voice.name)));
  }

  /** A doubtful character with its neighbours, those of its own clause and cell. */
  around(doubt) {
    const text = this.document.texts[doubt.block];
    const near = (letters) => {
      const gap = letters.findIndex((letter) => /[\s，。；：！？、,;:]/.test(letter));
      return gap < 0 ? letters : letters.slice(0, gap);
    };
    const before = near(text.slice(Math.max(0, doubt.start - 2), doubt.start).reverse()).reverse();
    const after = near(text.slice(doubt.end, doubt.end + 2));
    return [...before, ...text.slice(doubt.start, doubt.end), ...after].join("");
  }

  // -- moving and hearing

  goTo(block, start, end) {
    this.show("document");
    if (this.sheet.chooseRange(block, start, end)) this.sheet.element.focus({ preventScroll: true });
  }

  /** Goes to a doubtful place that was chosen from the list, ready to be corrected; the text has the keyboard. */
  goToCorrect(doubt) {
    this.goTo(doubt.block, doubt.start, doubt.end);
    this.correct(true);
  }

  doubt(by) {
    const { doubts } = this.document || { doubts: [] };
    if (!doubts.length) {
      tell("没有存疑的地方");
      return;
    }
    const here = this.sheet.choice;
    const after = (doubt) => !here || doubt.block > here.block || (doubt.block === here.block && doubt.start > here.start);
    const before = (doubt) => here && (doubt.block < here.block || (doubt.block === here.block && doubt.start < here.start));
    const next = by > 0 ? doubts.find(after) || doubts[0] : doubts.findLast(before) || doubts[doubts.length - 1];
    this.goTo(next.block, next.start, next.end);
  }

  get utterance() { return this.sheet.choice ? this.sheet.choice.utterance : 0; }

  /** Hears the sentence to its end, which may be several utterances. */
  hear() {
    if (!this.document) return;
    const { utterances } = this.document;
    let [first, last] = [this.utterance, this.utterance];
    const endsHere = (index) => {
      const next = utterances[index + 1];
      return !next || next.block !== utterances[index].block || /[。！？!?]["”’）)]*\s*$/.test(utterances[index].text);
    };
    while (first > 0 && utterances[first].block !== null && !endsHere(first - 1)) first -= 1;
    while (!endsHere(last)) last += 1;
    sound.play(utterances, first, last);
  }

  listen() {
    if (!this.document) return;
    if (sound.isPlaying()) sound.stop();
    else sound.play(this.document.utterances, this.utterance, this.document.utterances.length - 1);
  }

  // -- correcting

  /** Another place is chosen: what is said there, and the panel goes along with it. */
  moved() {
    const { choice } = this.sheet;
    byId("place").textContent = this.sheet.describe();
    byId("correct").disabled = !choice;
    byId("correct").textContent = choice && choice.text.length <= 8 ? `更正“${choice.text}”` : "更正";
    if (choice && this.panel.isOpen) this.panel.follow(choice);
  }

  /** Opens the panel for what is chosen. Chosen by hand, the text keeps the keyboard. */
  correct(isByHand) {
    const { choice } = this.sheet;
    if (!choice) return;
    if (isByHand && this.panel.isOpen) return;
    this.panel.open(choice, null, isByHand);
  }

  /** Changes a correction that is there, at the first place of its word. */
  edit(correction) {
    const word = [...correction.word];
    const texts = this.document.texts;
    const block = texts.findIndex((text) => text.join("").includes(correction.word));
    if (block >= 0) {
      const start = texts[block].findIndex((_, at) => word.every((letter, by) => texts[block][at + by] === letter));
      if (start >= 0) this.sheet.chooseRange(block, start, start + word.length);
    }
    const choice = this.sheet.choice || { block: 0, start: 0, end: 0, text: correction.word, units: [], utterance: 0 };
    this.panel.open(choice, correction);
  }

  close() { this.sheet.element.focus({ preventScroll: true }); }

  /** A decision was made here: what is shown is read anew, and the report that led here is answered. */
  async changed(correction) {
    this.own = correction.id;
    if (this.report && correction.deleted !== true) {
      await post(`v1/reports/${this.report.id}`, { state: "corrected" }).catch(tellProblem);
      this.report = null;
      await this.inbox.load();
    }
    await this.reopen();
    this.close();
  }

  /** Goes to the place of a report. */
  async openReport(report) {
    try {
      this.show("document");
      byId("address").value = report.page;
      await this.open({ url: report.page });
    } catch (error) {
      tellProblem(error);
      return;
    }
    this.report = report;
    const texts = this.document.texts.map((text) => text.join(""));
    const block = texts.findIndex((text) => text.includes(report.sentence));
    if (block < 0) {
      tell("这一句在文件里找不到了：文件可能改过", true);
      return;
    }
    const sentence = texts[block].indexOf(report.sentence);
    const word = report.word ? report.sentence.indexOf(report.word) : 0;
    // The text counts in UTF-16 units here, and places in characters.
    const start = [...texts[block].slice(0, sentence + word)].length;
    const length = [...(report.word || report.sentence.slice(0, 1))].length;
    this.goTo(block, start, start + length);
    if (report.word) this.correct();
  }
}

const form = byId("sign-in");
form.hidden = isSignedIn();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value);
  begin();
});

async function begin() {
  try {
    await get("v1/reports?limit=1");
  } catch (error) {
    signOut();
    form.hidden = false;
    byId("sign-in-trouble").textContent = error.status === 401 || error.status === 403 ? "这个凭证不能进入审听台" : error.message;
    byId("token").focus();
    return;
  }
  window.desk = new Desk();
  window.desk.start().catch(tellProblem);
}

if (isSignedIn()) begin();
else byId("token").focus();
