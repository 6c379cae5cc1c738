// The inbox: what listeners say is read wrong, by sentence and word, that of the most people first.

import { get, post } from "./api.js";
import { byId, fill, make, tell, tellProblem, when } from "./dom.js";

export class Inbox {
  /** `desk`: openReport(report). */
  constructor(desk) {
    this.desk = desk;
    this.reports = [];
  }

  async load() {
    this.reports = (await get("v1/reports")).reports;
    const count = byId("inbox-count");
    count.textContent = String(this.reports.length);
    count.hidden = this.reports.length === 0;
    byId("no-reports").hidden = this.reports.length > 0;
    fill(byId("reports"), this.reports.map((report) => this.row(report)));
  }

  row(report) {
    const [before, after] = report.word ? report.sentence.split(report.word, 2) : [report.sentence, ""];
    return make("li", { class: "card row" },
      make("p", { class: "sentence-of" }, before, report.word && make("mark", {}, report.word), after),
      make("p", { class: "hint" }, `${report.people} 人报告 · 最近 ${when(report.last_at)} · `, make("span", { class: "address" }, report.page)),
      make("div", { class: "bar" },
        make("button", { type: "button", class: "main", onclick: () => this.desk.openReport(report) }, "去这一处"),
        make("button", { type: "button", onclick: () => this.answer(report, "corrected") }, "已更正"),
        make("button", { type: "button", onclick: () => this.answer(report, "dismissed") }, "读得对，不改")));
  }

  async answer(report, state) {
    try {
      await post(`v1/reports/${report.id}`, { state });
      tell(state === "corrected" ? "已标为更正" : "已标为读得对");
      await this.load();
    } catch (error) {
      tellProblem(error);
    }
  }
}
