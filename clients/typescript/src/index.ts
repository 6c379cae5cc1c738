/**
 * langdu 朗读 over its HTTP gateway, for Node and browsers: a document as sentences, each with its sound
 * and the time of every syllable. It needs nothing but `fetch`.
 *
 * ```ts
 * const client = new Client("http://127.0.0.1:7861/");
 * for await (const sentence of client.read({ text: "您好。" })) console.log(sentence.startMs, sentence.text);
 * ```
 */

import { LangduError, type Problem } from "./errors.js";
import type { Operation, PrepareProgress, PrepareRequest, Reading, Timing, Utterance, Voice, Withdrawn } from "./wire.js";

export * from "./errors.js";
export * from "./wire.js";

/** What is read: one of a page, its HTML, a text, or a file. */
export type Source =
  | { url: string; follow_attachments?: boolean }
  | { html: string; base_url?: string; follow_attachments?: boolean }
  | { text: string }
  | { file: Uint8Array; media_type?: string };

/** Who speaks, and how. */
export interface Speech {
  /** A name of `voices()`; the default voice without one. */
  voice?: string;
  /** 1 is a calm pace. */
  rate?: number;
  /** Words of the caller's own: as they stand in the text, and pinyin with tone digits or other words. */
  pronunciations?: Record<string, string>;
}

export type Format = "mp3" | "opus" | "wav";

export interface Progress {
  /** Sentences that have come. */
  done: number;
  /** All that there are; of a scan whose pages are still being recognised, those known so far. */
  total: number;
  /** Whether `total` is all of them. */
  complete: boolean;
  /** How much has come, in milliseconds of sound. */
  heardMs: number;
}

export interface ReadOptions extends Speech {
  /** MP3 without one. Each sentence is a whole file. */
  format?: Format;
  /** The first sentence that is wanted. */
  start?: number;
  /** How many sentences are asked for before they are wanted: 2 without one. */
  ahead?: number;
  /** Called with the document before any sound. */
  onReading?: (reading: Reading) => void;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** A spoken syllable: when it is heard, from the start of its sentence, and where it stands. */
export interface Syllable {
  startMs: number;
  endMs: number;
  /** The block of the document, and the UTF-16 code units in its text; none for words of the service's own. */
  place?: { block: number; start: number; end: number };
}

/** One utterance: a sentence, or a part of a long one, with the pause after it. */
export interface Sentence {
  index: number;
  /** As it stands in the document. */
  text: string;
  /** As it is spoken, without digits and signs. */
  spoken: string;
  /** Words of the service's own, which the document does not hold. */
  generated: boolean;
  /** A whole file in the format that was asked for. */
  audio: Uint8Array;
  /** When it begins, from the start of the first sentence that this call brings. */
  startMs: number;
  durationMs: number;
  syllables: Syllable[];
}

export interface ClientOptions {
  /** What `langdu token new` printed. */
  token?: string;
  /** How often a request is tried again where the line breaks or the service is busy: 4 without one. */
  tries?: number;
  /** In place of the platform's `fetch`. */
  fetch?: typeof fetch;
}

/** The first wait after a line that broke, in milliseconds; each further one is twice as long. */
const FIRST_WAIT_MS = 200;
/** How often the state of a preparation is asked for, in milliseconds. */
const WATCH_EVERY_MS = 500;
const BUSY = 429;
const SHUTTING_DOWN = 503;

/** A gateway: `http://127.0.0.1:7861/`, or the path under which a portal proxies it. */
export class Client {
  private readonly root: string;
  private readonly tries: number;
  private readonly headers: Record<string, string>;
  private readonly fetch: typeof fetch;

  constructor(root: string, options: ClientOptions = {}) {
    this.root = root.endsWith("/") ? root : `${root}/`;
    this.tries = options.tries ?? 4;
    this.headers = options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` };
    // Called as a method of something else, a browser's refuses.
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** The voices that can be asked for, the default one first. */
  async voices(languageCode = ""): Promise<Voice[]> {
    const query = languageCode === "" ? "" : `?language_code=${encodeURIComponent(languageCode)}`;
    const answer = await this.json<{ voices: Voice[] }>(`v1/audio/voices${query}`);
    return answer.voices;
  }

  /** The document and its sentences, before any sound. `first`: only so many of them, as soon as they are known. */
  async reading(source: Source, speech: Speech = {}, options: { first?: number; signal?: AbortSignal } = {}): Promise<Reading> {
    const { pronunciations, ...rest } = speech;
    const words = Object.entries(pronunciations ?? {});
    const body = {
      ...("file" in source ? { ...source, file: base64(source.file) } : source),
      ...pick(rest, ["voice", "rate"]),
      ...(words.length > 0 && {
        custom_pronunciations: words.map(([phrase, pronunciation]) => ({ phrase, pronunciation })),
      }),
      ...(options.first !== undefined && { first: options.first }),
    };
    return this.json<Reading>("v1/readings", body, options.signal);
  }

  /**
   * The sentences of a source, each as soon as it is made, and the next ones asked for meanwhile. Leaving the
   * loop, or the signal, stops what is under way.
   */
  async *read(source: Source, options: ReadOptions = {}): AsyncGenerator<Sentence, void, undefined> {
    const stop = new AbortController();
    const abort = () => stop.abort(options.signal?.reason);
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener("abort", abort);
    const format = options.format ?? "mp3";
    let reading: Reading | undefined;
    let [heardMs, done] = [0, 0];
    const coming = new Map<number, Promise<[Uint8Array, Timing]>>();
    try {
      reading = await this.reading(source, options, { signal: stop.signal });
      options.onReading?.(reading);
      for (let index = options.start ?? 0; ; index++) {
        if (index >= reading.utterances.length) {
          if (reading.complete) return;
          reading = await this.after(reading.id, index, stop.signal);
          continue;
        }
        const last = Math.min(index + (options.ahead ?? 2), reading.utterances.length - 1);
        for (let next = index; next <= last; next++) {
          if (coming.has(next)) continue;
          const made = this.clip(reading.utterances[next]!, format, stop.signal);
          // Whoever awaits it hears of its failure; until then nobody does.
          made.catch(() => undefined);
          coming.set(next, made);
        }
        const utterance: Utterance = reading.utterances[index]!;
        const [audio, timing] = await coming.get(index)!;
        // Whoever stops it gets nothing more, not even what has come already.
        if (stop.signal.aborted) throw stop.signal.reason;
        coming.delete(index);
        const sentence = together(utterance, audio, timing, heardMs);
        heardMs += sentence.durationMs;
        done += 1;
        const total = reading.utterances.length - (options.start ?? 0);
        options.onProgress?.({ done, total, complete: reading.complete, heardMs });
        yield sentence;
      }
    } finally {
      options.signal?.removeEventListener("abort", abort);
      stop.abort();
      // The place that is kept for a listener's next sentence.
      if (reading !== undefined) await this.leave(reading.id);
    }
  }

  /** A whole document as one MP3 file. */
  async document(reading: Reading, signal?: AbortSignal): Promise<Uint8Array> {
    return this.bytes(reading.audio.mp3, signal);
  }

  /** Its captions, in WebVTT. */
  async captions(reading: Reading, signal?: AbortSignal): Promise<string> {
    return new TextDecoder().decode(await this.bytes(reading.audio.vtt, signal));
  }

  /** Has documents made before anybody listens, and tells how far it is. For operators. */
  async *prepare(request: PrepareRequest, signal?: AbortSignal): AsyncGenerator<PrepareProgress, void, undefined> {
    const { operation } = await this.json<Operation>("v1/prepare", request, signal);
    yield* this.watch(operation, signal);
  }

  /** How far a preparation is that was begun before. For operators. */
  async *watch(operation: string, signal?: AbortSignal): AsyncGenerator<PrepareProgress, void, undefined> {
    for (;;) {
      const path = `v1/prepare?operation=${encodeURIComponent(operation)}`;
      const progress = await this.json<PrepareProgress>(path, undefined, signal);
      yield progress;
      if (progress.finished) return;
      await wait(WATCH_EVERY_MS, signal);
    }
  }

  /** 撤稿: takes a document back. For operators. */
  async withdraw(url: string): Promise<Withdrawn> {
    return this.json<Withdrawn>("v1/withdraw", { url });
  }

  private async after(reading: string, count: number, signal: AbortSignal): Promise<Reading> {
    return this.json<Reading>(`v1/readings/${reading}?after=${count}`, undefined, signal);
  }

  private async clip(utterance: Utterance, format: Format, signal: AbortSignal): Promise<[Uint8Array, Timing]> {
    return Promise.all([
      this.bytes(utterance.audio[format], signal),
      this.json<Timing>(utterance.timing, undefined, signal),
    ]);
  }

  private async leave(reading: string): Promise<void> {
    const init: RequestInit = { method: "POST", headers: this.headers };
    await this.fetch(`${this.root}v1/readings/${reading}/leave`, init).catch(() => undefined);
  }

  private async bytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.ask(path, undefined, signal, async (response) => new Uint8Array(await response.arrayBuffer()));
  }

  private async json<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.ask(path, body, signal, async (response) => (await response.json()) as T);
  }

  /** Asks until there is an answer, or a refusal. The answer is taken to its end within the same try. */
  private async ask<T>(
    path: string, body: unknown, signal: AbortSignal | undefined, take: (response: Response) => Promise<T>,
  ): Promise<T> {
    const init: RequestInit = { headers: this.headers, ...(signal && { signal }) };
    if (body !== undefined) {
      init.method = "POST";
      init.headers = { ...this.headers, "Content-Type": "application/json" };
      init.body = JSON.stringify(body);
    }
    for (let attempt = 1; ; attempt++) {
      let waitMs = FIRST_WAIT_MS * 2 ** (attempt - 1);
      try {
        const response = await this.fetch(this.root + path, init);
        if (response.ok) return await take(response);
        const error = await refusal(response);
        const passes = response.status === BUSY || response.status === SHUTTING_DOWN;
        if (!passes || attempt >= this.tries) throw error;
        waitMs = Math.max(waitMs, (error.retryAfterS ?? 0) * 1000);
      } catch (error) {
        if (error instanceof LangduError || signal?.aborted || attempt >= this.tries) throw error;
      }
      await wait(waitMs, signal);
    }
  }
}

async function refusal(response: Response): Promise<LangduError> {
  const said = await response.text();
  let problem: Partial<Problem> = {};
  try {
    problem = JSON.parse(said) as Partial<Problem>;
  } catch {
    // A proxy's page of its own.
  }
  const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new LangduError(response.status, problem, Number.isFinite(after) ? after : undefined);
}

function together(utterance: Utterance, audio: Uint8Array, timing: Timing, startMs: number): Sentence {
  const block = utterance.span?.block;
  const syllables = timing.syllables.map((heard, index): Syllable => {
    const place = utterance.syllables[index];
    const times = { startMs: heard.start_ms, endMs: heard.end_ms };
    if (block === undefined || place === undefined) return times;
    return { ...times, place: { block, start: place[0], end: place[1] } };
  });
  return {
    index: utterance.index,
    text: utterance.text,
    spoken: utterance.spoken,
    generated: utterance.generated,
    audio,
    startMs,
    durationMs: timing.duration_ms,
    syllables,
  };
}

function pick<T extends object, K extends keyof T>(from: T, names: K[]): Partial<Pick<T, K>> {
  const kept: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) kept[name] = from[name];
  return kept;
}

function base64(bytes: Uint8Array): string {
  // As many at a time as a call may have arguments.
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(parts.join(""));
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
