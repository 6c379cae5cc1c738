/** What the gateway answers, as `/openapi.json` describes it. */

export interface Voice {
  id: string;
  name: string;
  gender: "male" | "female" | "neutral";
  language_codes: string[];
  sample_rate_hertz: number;
  description: string;
  licence: string;
}

/** A stretch of one block's text, in Unicode scalar values and in UTF-16 code units. */
export interface Span {
  block: number;
  start: number;
  end: number;
  start_utf16: number;
  end_utf16: number;
}

export interface Block {
  index: number;
  kind:
    | "title" | "subtitle" | "doc_number" | "heading" | "paragraph" | "list_item" | "table" | "picture" | "closing"
    | "notice";
  level?: number;
  marker?: string;
  /** How sure its words are, in percent, where they were recognised in a picture. */
  recognised?: number;
  text: string;
}

export interface Utterance {
  index: number;
  clip: string;
  text: string;
  spoken: string;
  generated: boolean;
  pause_ms: number;
  span: Span | null;
  /** Start and end of each in its block, in UTF-16 code units. */
  syllables: [number, number][];
  /** Addresses under the gateway's root. */
  audio: { mp3: string; opus: string; wav: string };
  timing: string;
}

export interface Timing {
  clip: string;
  duration_ms: number;
  duration_samples: number;
  sample_rate_hertz: number;
  /** False where the syllables are proportional guesses. */
  exact: boolean;
  syllables: { start_ms: number; end_ms: number }[];
}

/** A document, what is spoken of it, and where its audio is. */
export interface Reading {
  id: string;
  title: string;
  subtitle: string | null;
  /** 发文字号. */
  doc_number: string | null;
  /** 发文机关. */
  issuer: string | null;
  /** 发布日期, YYYY-MM-DD. */
  date: string | null;
  /** 成文日期, YYYY-MM-DD. */
  doc_date: string | null;
  /** 来源. */
  source: string | null;
  url: string | null;
  language_code: string | null;
  voice: string;
  synthetic: true;
  substance: "text" | "picture" | "attachment" | "script" | "frame" | "list" | "video";
  blocks: Block[];
  utterances: Utterance[];
  utterance_count: number;
  /** Whether the document has been recognised to its end. */
  complete: boolean;
  audio: { mp3: string; vtt: string };
  attachments: { name: string; href: string }[];
  footnotes: {
    name: string;
    href: string | null;
    block: number;
    note: number;
    /** In Unicode scalar values of the block. */
    range: { start: number; end: number };
  }[];
}

export interface PrepareRequest {
  urls?: string[];
  sitemap?: string;
  list?: string;
  voice?: string;
  rate?: number;
  encoding?: "mp3" | "opus" | "wav";
  follow_attachments?: boolean;
}

export interface Operation {
  operation: string;
  watch: string;
}

export interface PrepareProgress {
  operation: string;
  documents: number;
  documents_done: number;
  utterances: number;
  utterances_done: number;
  made: number;
  failures: { url: string; message: string }[];
  failures_total: number;
  finished: boolean;
  cancelled: boolean;
}

export interface Withdrawn {
  url: string;
  readings: number;
  clips: number;
  pending_clips: number;
  addresses: string[];
  not_reached: string[];
}
