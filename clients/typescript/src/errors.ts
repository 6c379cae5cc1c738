/** What an error's answer holds (RFC 9457). */
export interface Problem {
  type: string;
  /** For the person at the page, in Chinese. */
  title: string;
  status: number;
  /** For whoever builds on the contract. */
  detail: string;
}

/** The service refuses a request, or failed at it. */
export class LangduError extends Error {
  /** Stable, as docs/http.md lists it: `host-not-allowed`; empty where a proxy answered in its place. */
  readonly reason: string;
  /** For the person at the page, in Chinese. */
  readonly title: string;

  constructor(
    readonly status: number,
    problem: Partial<Problem>,
    /** How long to wait before the next try, where the service says so. */
    readonly retryAfterS?: number,
  ) {
    const reason = (problem.type ?? "").replace(/^urn:langdu:/, "");
    super(`${reason || status}: ${problem.detail ?? "no answer of langdu's"}`);
    this.name = "LangduError";
    this.reason = reason;
    this.title = problem.title ?? "";
  }
}
