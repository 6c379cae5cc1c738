// 先审后播: what waits for an editor, and who has approved what when.

import { get, post, remove } from "./api.js";
import { byId, fill, make, tell, tellProblem, when } from "./dom.js";

const LINES = 50;

export class Approvals {
  /** `desk`: openPage(url), reopen(). */
  constructor(desk) {
    this.desk = desk;
    this.shown = 0;
    byId("approve").addEventListener("click", () => this.approve().catch(tellProblem));
    byId("revoke").addEventListener("click", () => this.revoke().catch(tellProblem));
    byId("older-approvals").addEventListener("click", () => this.more().catch(tellProblem));
  }

  /** How many wait, on the tab; and the lists, where they are looked at. */
  async load() {
    const { approvals } = await get("v1/approvals?state=waiting");
    const count = byId("approval-count");
    count.textContent = String(approvals.length);
    count.hidden = approvals.length === 0;
    byId("no-waiting").hidden = approvals.length > 0;
    fill(byId("waiting"), approvals.map((one) => make("li", { class: "card row" },
      make("p", {}, make("b", {}, one.title || one.url)),
      make("p", { class: "hint" }, make("span", { class: "address" }, one.url)),
      make("p", { class: "hint" }, `${when(one.at)} 起等待${one.by ? ` · 内容改过，上次由 ${one.by} 审定` : ""}`),
      make("div", { class: "bar" },
        make("button", { type: "button", class: "main", onclick: () => this.desk.openPage(one.url) }, "打开审听")))));
    if (byId("view-approvals").hidden) return;
    this.shown = 0;
    fill(byId("approved"));
    await this.more();
  }

  async more() {
    const { changes } = await get(`v1/approvals/history?skip=${this.shown}&limit=${LINES}`);
    this.shown += changes.length;
    byId("no-approved").hidden = this.shown > 0;
    byId("older-approvals").hidden = changes.length < LINES;
    byId("approved").append(...changes.map((change) => make("li", { class: "card row" },
      make("p", {}, change.action === "approved" ? "审定 " : "收回 ", make("b", {}, change.title || change.url)),
      make("p", { class: "hint" }, `${change.by} · ${when(change.at)} · `, make("span", { class: "address" }, change.url)))));
  }

  /** Says above an open document whether listeners hear it. */
  show(document) {
    const { approval } = document;
    byId("approval").hidden = !approval;
    if (!approval) return;
    const isApproved = approval.state === "approved";
    byId("approval").classList.toggle("waits", !isApproved);
    byId("approval-said").textContent = isApproved
      ? `已审定，听众可以收听：${approval.by} · ${when(approval.at)}`
      : "这份文件还没有审定，听众现在听不到。";
    byId("approve").hidden = isApproved;
    byId("revoke").hidden = !isApproved;
  }

  async approve() {
    const { document } = this.desk;
    await post("v1/approvals", { url: document.url, content: document.approval.content });
    tell("已审定，现在可以收听");
    await Promise.all([this.load(), this.desk.reopen()]);
  }

  async revoke() {
    await remove(`v1/approvals?url=${encodeURIComponent(this.desk.document.url)}`);
    tell("已收回，再次审定之前听不到");
    await Promise.all([this.load(), this.desk.reopen()]);
  }
}
