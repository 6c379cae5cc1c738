// All corrections, with search, export and import; and the history, with undo.

import { get, post, remove, text } from "./api.js";
import { byId, fill, make, tell, tellProblem, when } from "./dom.js";
import { ACTIONS, effectOf, scopeOf } from "./texts.js";

const LINES = 50;

function save(name, type, content) {
  const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A correction as a line: the word, what is done with it, and where. */
export function lineOf(correction) {
  const where = correction.url ? make("span", { class: "address" }, correction.url) : null;
  return [
    make("b", {}, correction.word), ` ${effectOf(correction)} `,
    make("span", { class: "scope" }, scopeOf(correction)), where,
    correction.note && make("span", { class: "hint" }, ` ${correction.note}`),
  ];
}

export class Corrections {
  /** `desk`: changed(correction). */
  constructor(desk) {
    this.desk = desk;
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.load().catch(tellProblem);
    });
    byId("export-json").addEventListener("click", () => this.exportJson().catch(tellProblem));
    byId("export-tsv").addEventListener("click", () => this.exportTsv().catch(tellProblem));
    byId("import").addEventListener("change", (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) this.import(file).catch(tellProblem);
    });
  }

  async load() {
    const search = encodeURIComponent(byId("words").value.trim());
    const { corrections } = await get(`v1/corrections?search=${search}`);
    byId("no-corrections").hidden = corrections.length > 0;
    fill(byId("corrections"), corrections.map((correction) => make("li", { class: "card row" },
      make("p", {}, lineOf(correction)),
      make("p", { class: "hint" }, `${correction.updated_by} · ${when(correction.updated_at)}`),
      make("div", { class: "bar" }, make("button", { type: "button", onclick: () => this.drop(correction) }, "删除")))));
  }

  async drop(correction) {
    try {
      await remove(`v1/corrections/${correction.id}?revision=${correction.revision}`);
      tell(`已删除：${correction.word}`);
      await this.desk.changed(correction);
    } catch (error) {
      tellProblem(error);
    }
    await this.load();
  }

  async exportJson() {
    const all = await get("v1/corrections");
    save("corrections.json", "application/json", JSON.stringify(all, null, 2));
  }

  async exportTsv() {
    save("lexicon.tsv", "text/tab-separated-values", await text("v1/corrections/lexicon.tsv"));
  }

  async import(file) {
    const content = await file.text();
    let body = { tsv: content };
    if (content.trim().startsWith("{")) {
      body = { corrections: JSON.parse(content).corrections };
    }
    const { created, updated, unchanged } = await post("v1/corrections/import", body);
    tell(`导入完成：新建 ${created} 条，修改 ${updated} 条，${unchanged} 条原来就一样`);
    await this.load();
  }
}

export class History {
  /** `desk`: changed(correction). */
  constructor(desk) {
    this.desk = desk;
    this.shown = 0;
    this.seen = new Set();
    byId("older").addEventListener("click", () => this.more().catch(tellProblem));
  }

  async load() {
    this.shown = 0;
    this.seen = new Set();
    fill(byId("changes"));
    await this.more();
  }

  async more() {
    const { changes } = await get(`v1/corrections/history?skip=${this.shown}&limit=${LINES}`);
    this.shown += changes.length;
    byId("older").hidden = changes.length < LINES;
    byId("changes").append(...changes.map((change) => this.row(change)));
  }

  /** A change, the latest of its correction with a button: what came before it is undone by undoing that first. */
  row(change) {
    const { id } = change.after;
    const isLatest = !this.seen.has(id);
    this.seen.add(id);
    const isUndo = change.action === "undone";
    const before = change.before && !change.before.deleted && !isUndo;
    return make("li", { class: "card row" },
      make("p", {}, `${ACTIONS[change.action]} `, lineOf(change.after), change.after.deleted && isUndo && make("span", { class: "hint" }, " 现在不再更正")),
      before && make("p", { class: "hint" }, `原来：${effectOf(change.before)}（${scopeOf(change.before)}）`),
      make("p", { class: "hint" }, `${change.by} · ${when(change.at)}`),
      isLatest && make("div", { class: "bar" }, make("button", { type: "button", onclick: () => this.undo(change) }, isUndo ? "恢复" : "撤销")));
  }

  async undo(change) {
    try {
      const { correction, touched } = await post("v1/corrections/undo", { change: change.number });
      const done = change.action === "undone" ? "已恢复" : "已撤销";
      tell(`${done}：${correction.word}，${touched.clips} 段录音自动重做`);
      await this.desk.changed(correction);
    } catch (error) {
      tellProblem(error);
    }
    await this.load();
  }
}
