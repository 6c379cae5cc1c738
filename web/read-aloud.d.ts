/** The element's state; `ended` lasts until the next press. */
export type ReadAloudState = "idle" | "preparing" | "playing" | "paused" | "ended" | "error";

/** `<read-aloud>`: a button that reads the page, or the page that `src` names. */
export interface ReadAloudElement extends HTMLElement {
  readonly state: ReadAloudState;
  /** 0.5 to 2; the pitch is kept. Set before a press it is for what is read next. */
  rate: number;
  /** 0 to 1, and to 2.8 (9 dB more) where the gateway is of the page's own origin; without effect on iPhones. */
  volume: number;
  /** Starts or goes on. Has to be called inside a press of the reader, as has `toggle`. */
  play(): void;
  pause(): void;
  toggle(): void;
  /** Ends the reading and closes the controls. */
  stop(): void;
  next(): void;
  previous(): void;
  repeat(): void;
  /** By so many seconds; negative goes back. */
  skip(seconds: number): void;
  nextDocument(): void;
  previousDocument(): void;
}

/** The element's attributes, for typed templates; an attribute without a value is written as `""` or `true`. */
export interface ReadAloudAttributes {
  src?: string;
  list?: string;
  queue?: string;
  label?: string;
  scope?: string;
  gateway?: string;
  voice?: string;
  /** Whether the article on the screen may be handed to the gateway. Default: `auto`. */
  send?: "auto" | "never" | "always";
  highlight?: "overlay" | "none";
  compact?: boolean | "";
  captions?: boolean | "";
  reader?: boolean | "";
  kiosk?: boolean | "";
  loop?: boolean | "";
  /** Seconds. */
  idle?: number | string;
}

/** Events bubble from the element and cross shadow roots. */
export interface ReadAloudEventMap {
  "read-aloud-state": CustomEvent<{ state: ReadAloudState; message: string }>;
  "read-aloud-sentence": CustomEvent<{ index: number; text: string }>;
  "read-aloud-word": CustomEvent<{
    index: number;
    syllable: number;
    word: { block: number; start_utf16: number; end_utf16: number } | null;
  }>;
  "read-aloud-end": CustomEvent<Record<string, never>>;
  /** `message` is for the reader; `detail` says to the portal's developer what is wrong, in English. */
  "read-aloud-error": CustomEvent<{ message: string; status: number; detail: string }>;
}

/** What the script leaves at `window.ReadAloud`. */
export interface ReadAloudGlobal {
  readonly version: string;
  /** Does for an element that came later what `data-read-aloud` does when the page is loaded. */
  adopt(element: HTMLElement): void;
}

declare global {
  interface Window {
    readonly ReadAloud: ReadAloudGlobal;
  }
  interface HTMLElementTagNameMap {
    "read-aloud": ReadAloudElement;
  }
  interface HTMLElementEventMap extends ReadAloudEventMap {}
  interface DocumentEventMap extends ReadAloudEventMap {}
  interface WindowEventMap extends ReadAloudEventMap {}
}
