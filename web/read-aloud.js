/*! langdu 朗读 player. GPL-3.0-or-later.
 *
 * Gives a page a read-aloud button: <read-aloud></read-aloud>. Asks only the langdu gateway it was
 * loaded from (or the one named by the `gateway` attribute), plays its clips, and lights the
 * sentence and the word that is spoken in the page's own text. It keeps nothing on the device but
 * the place and the speed, changes nothing in the page's text, and never starts by itself.
 *
 * Attributes, events and methods: docs/embed.md. Language level: ES2017, no build step.
 */
(function () {
  "use strict";

  const VERSION = "1.0.0";

  // ---------------------------------------------------------------- words for people

  const TEXT = {
    read: "朗读",
    pause: "暂停",
    resume: "继续",
    retry: "重试",
    again: "再听一遍",
    region: "朗读",
    synthetic: "语音由人工智能合成",
    preparing: "正在准备，请稍候…",
    starting: "正在开始…",
    playing: "正在朗读",
    paused: "已暂停",
    ended: "已经读完",
    resumed: "从上次听到的地方继续",
    nextUp: "下一篇：",
    noService: "连不上朗读服务，请检查网络后重试",
    noAnswer: "朗读服务没有回应，请重试",
    cannotPlay: "这一句暂时放不出来，请重试",
    pressAgain: "请再按一次“继续”",
    empty: "这个页面上没有可以朗读的文字",
    trouble: "朗读服务出了问题，请稍后再试",
    busy: "现在收听的人较多，稍后自动重试",
    previous: "上一句",
    next: "下一句",
    repeat: "重听本句",
    back: "后退15秒",
    forward: "前进15秒",
    slower: "慢一点",
    faster: "快一点",
    quieter: "小声",
    louder: "大声",
    point: "点哪读哪",
    pointing: "点一下文字，就从那里读起",
    fromSelection: "从选中处读",
    comeBack: "回到正在读的地方",
    fromStart: "从头开始",
    section: "跳到",
    sections: "选择章节",
    download: "下载录音",
    previousDocument: "上一篇",
    nextDocument: "下一篇",
    more: "更多",
    less: "收起",
    close: "关闭",
    speed: "语速",
    volume: "音量",
  };

  const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
  const VOLUME_STEP = 0.2;
  const SKIP_MS = 15000;
  // After this long a listener wants to know that something happens.
  const SAY_PREPARING_MS = 1000;
  // After this long nothing will come any more.
  const GIVE_UP_MS = 30000;
  // How many clips are asked for ahead of the one that plays: a short sentence before a long one
  // gives the voice too little time otherwise.
  const CLIPS_AHEAD = 3;
  const HAVE_ENOUGH_DATA = 4;
  const NEXT_DOCUMENT_MS = 1500;
  // A reading that was asked for ahead is that of a page as it was then.
  const KEEP_AHEAD_MS = 60000;
  const LOOP_AFTER_TROUBLE_MS = 10000;
  // Until timings are known: the pace of the default voice.
  const USUAL_SYLLABLE_MS = 210;

  // ---------------------------------------------------------------- plain functions

  const SPACE = /[\s\u00ad\u200b-\u200d\u2060]/;

  /** The text without white space, and where each of its code units stood. */
  function squeeze(text) {
    const kept = [];
    const at = [];
    for (let i = 0; i < text.length; i += 1) {
      if (SPACE.test(text[i])) continue;
      kept.push(text[i]);
      at.push(i);
    }
    return { text: kept.join(""), at };
  }

  /** Where an offset of a text lies once the white space is gone. */
  function squeezedOffset(text, offset) {
    let count = 0;
    const end = Math.min(offset, text.length);
    for (let i = 0; i < end; i += 1) if (!SPACE.test(text[i])) count += 1;
    return count;
  }

  /** Every place of a needle, at most `limit` of them. */
  function occurrences(haystack, needle, limit) {
    const found = [];
    if (!needle) return found;
    let from = haystack.indexOf(needle);
    while (from >= 0 && found.length < limit) {
      found.push(from);
      from = haystack.indexOf(needle, from + 1);
    }
    return found;
  }

  /** The longest run of [key, value] pairs, in order of key, whose values rise. */
  function longestRising(pairs) {
    const best = pairs.map(function () { return 1; });
    const before = pairs.map(function () { return -1; });
    let last = -1;
    for (let i = 0; i < pairs.length; i += 1) {
      for (let j = 0; j < i; j += 1) {
        if (pairs[j][1] < pairs[i][1] && best[j] + 1 > best[i]) {
          best[i] = best[j] + 1;
          before[i] = j;
        }
      }
      if (last < 0 || best[i] > best[last]) last = i;
    }
    const run = [];
    for (let i = last; i >= 0; i = before[i]) run.unshift(pairs[i]);
    return run;
  }

  /**
   * Finds blocks of text in a page's squeezed text. Each place is a list of pieces
   * {from, to, at}: the block's squeezed offsets from–to stand at `at` in the page. A block that
   * is not on the page has no pieces.
   *
   * A block that stands there once is sure; the sure ones in order fix where the rest may be.
   * Text that occurs more than once (a title in the breadcrumb and above the document) is taken
   * where it is nearest to its neighbours.
   */
  function locateBlocks(page, texts) {
    const needles = texts.map(function (text) { return squeeze(text).text; });
    const found = needles.map(function (needle) { return occurrences(page, needle, 64); });
    const once = [];
    found.forEach(function (places, index) {
      if (places.length === 1) once.push([index, places[0]]);
    });
    const fixed = new Map(longestRising(once));

    const places = [];
    let low = 0;
    for (let index = 0; index < texts.length; index += 1) {
      let high = page.length;
      let anchored = false;
      for (let later = index + 1; later < texts.length; later += 1) {
        if (!fixed.has(later)) continue;
        high = fixed.get(later);
        anchored = true;
        break;
      }
      const length = needles[index].length;
      const inside = found[index].filter(function (at) { return at >= low && at + length <= high; });
      let at = fixed.has(index) ? fixed.get(index) : undefined;
      if (at === undefined && inside.length) {
        // Before the first sure block the nearest to it is the last one.
        at = low === 0 && anchored ? inside[inside.length - 1] : inside[0];
      }
      if (at === undefined && found[index].length) at = found[index][0];
      if (at !== undefined) {
        places.push([{ from: 0, to: length, at }]);
        if (at >= low) low = at + length;
        continue;
      }
      const pieces = locateParts(page, texts[index], low, high);
      places.push(pieces);
      if (pieces.length) low = Math.max(low, pieces[pieces.length - 1].at);
    }
    return places;
  }

  /** A block that does not stand there as one (a table with merged cells), cell by cell. */
  function locateParts(page, text, low, high) {
    const pieces = [];
    const seen = new Map();
    let from = 0;
    let cursor = low;
    text.split(/[\n\t]/).forEach(function (part) {
      const needle = squeeze(part).text;
      if (!needle) return;
      let at = page.indexOf(needle, cursor);
      if (at < 0 || at + needle.length > high) at = seen.has(needle) ? seen.get(needle) : -1;
      else cursor = at + needle.length;
      if (at >= 0) {
        seen.set(needle, at);
        pieces.push({ from, to: from + needle.length, at });
      }
      from += needle.length;
    });
    return pieces;
  }

  /** Where squeezed offsets of a block stand in the page: a list of {start, end}. */
  function onPage(pieces, start, end) {
    const stretches = [];
    pieces.forEach(function (piece) {
      const from = Math.max(start, piece.from);
      const to = Math.min(end, piece.to);
      if (from >= to) return;
      stretches.push({ start: piece.at + from - piece.from, end: piece.at + to - piece.from });
    });
    return stretches;
  }

  /** Where a span {block, start_utf16, end_utf16} stands in the page. */
  function spanOnPage(places, blocks, span) {
    if (!span || !blocks[span.block]) return [];
    const text = blocks[span.block].text;
    const start = squeezedOffset(text, span.start_utf16);
    const end = squeezedOffset(text, span.end_utf16);
    return onPage(places[span.block] || [], start, end);
  }

  /** The utterance at an offset of the page, or the next one in reading order; -1 past the last. */
  function utteranceAt(stretches, offset) {
    let next = -1;
    let nearest = Infinity;
    for (let index = 0; index < stretches.length; index += 1) {
      for (const stretch of stretches[index]) {
        if (offset >= stretch.start && offset < stretch.end) return index;
        if (stretch.start > offset && stretch.start - offset < nearest) {
          nearest = stretch.start - offset;
          next = index;
        }
      }
    }
    return next;
  }

  /** The last syllable that has begun at `ms`; -1 before the first. */
  function syllableAt(syllables, ms) {
    let low = 0;
    let high = syllables.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (syllables[middle].start_ms <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** A stretch of a text widened to the words it touches. */
  function wordAround(words, start, end) {
    let from = start;
    let to = end;
    words.forEach(function (word) {
      if (word.end <= start || word.start >= end) return;
      from = Math.min(from, word.start);
      to = Math.max(to, word.end);
    });
    return { start: from, end: to };
  }

  /** The words of a text as {start, end}; empty where the browser cannot tell them. */
  function wordsOf(text) {
    if (typeof Intl === "undefined" || !Intl.Segmenter) return [];
    const words = [];
    for (const part of new Intl.Segmenter("zh", { granularity: "word" }).segment(text)) {
      if (part.isWordLike) words.push({ start: part.index, end: part.index + part.segment.length });
    }
    return words;
  }

  /** The length of each utterance: exact where its timing is known, else from its syllables. */
  function durations(utterances, timings) {
    let knownMs = 0;
    let knownSyllables = 0;
    timings.forEach(function (timing, index) {
      knownMs += timing.duration_ms - utterances[index].pause_ms;
      knownSyllables += spokenLength(utterances[index]);
    });
    const each = knownSyllables > 20 ? knownMs / knownSyllables : USUAL_SYLLABLE_MS;
    return utterances.map(function (utterance, index) {
      const timing = timings.get(index);
      return timing ? timing.duration_ms : spokenLength(utterance) * each + utterance.pause_ms;
    });
  }

  function spokenLength(utterance) {
    return utterance.syllables.length || squeeze(utterance.spoken).text.length;
  }

  /** The place `byMs` away from a place, within the document. */
  function skipped(lengths, index, ms, byMs) {
    let at = index;
    let offset = ms + byMs;
    while (offset < 0 && at > 0) {
      at -= 1;
      offset += lengths[at];
    }
    while (at < lengths.length - 1 && offset >= lengths[at]) {
      offset -= lengths[at];
      at += 1;
    }
    return { index: at, ms: Math.max(0, Math.min(offset, lengths[at] - 1)) };
  }

  function remainingText(ms) {
    const minutes = Math.round(ms / 60000);
    if (minutes >= 1) return "还剩约" + minutes + "分钟";
    return ms > 5000 ? "还剩不到1分钟" : "";
  }

  /** A short hash of a text (FNV-1a), so that no text is kept on the device. */
  function hash(text) {
    let value = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1) {
      value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
    }
    return value.toString(36);
  }

  /** What is kept of a place: the sentence and its neighbours by their hashes. */
  function placeMark(utterances, index) {
    const at = function (i) { return utterances[i] ? hash(squeeze(utterances[i].text).text) : ""; };
    return { self: at(index), before: at(index - 1), after: at(index + 1), index };
  }

  /**
   * The number of the sentence at a place, in a document that may have been edited: the same
   * sentence (nearest to its old number, with the same neighbour first), else the place between
   * its old neighbours, else the beginning.
   */
  function findPlace(utterances, mark) {
    if (!mark) return 0;
    const hashes = utterances.map(function (utterance) { return hash(squeeze(utterance.text).text); });
    const nearest = function (wanted) {
      let best = -1;
      let bestScore = Infinity;
      hashes.forEach(function (value, index) {
        if (value !== wanted) return;
        const neighbours = (hashes[index - 1] === mark.before) + (hashes[index + 1] === mark.after);
        const score = Math.abs(index - mark.index) - neighbours * utterances.length;
        if (score < bestScore) {
          best = index;
          bestScore = score;
        }
      });
      return best;
    };
    const same = nearest(mark.self);
    if (same >= 0) return same;
    const after = mark.after ? nearest(mark.after) : -1;
    const before = mark.before ? nearest(mark.before) : -1;
    if (before >= 0) return Math.min(before + 1, utterances.length - 1);
    return Math.max(0, after);
  }

  /** The start of each cue of a WebVTT file, in milliseconds, and the end of the last. */
  function cueStarts(vtt) {
    const starts = [];
    let end = 0;
    const cue = /^(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})/gm;
    const ms = function (m, i) {
      return ((Number(m[i]) * 60 + Number(m[i + 1])) * 60 + Number(m[i + 2])) * 1000 + Number(m[i + 3]);
    };
    let match = cue.exec(vtt);
    while (match) {
      starts.push(ms(match, 1));
      end = ms(match, 5);
      match = cue.exec(vtt);
    }
    return { starts, end };
  }

  /** The sections of a document that can be jumped to. */
  function sectionsOf(reading) {
    const sections = [];
    reading.blocks.forEach(function (block, number) {
      if (block.kind !== "heading") return;
      const index = reading.utterances.findIndex(function (utterance) {
        return utterance.span && utterance.span.block === number;
      });
      if (index >= 0) sections.push({ title: block.text, index });
    });
    return sections;
  }

  /** The same document under the same name, wherever on it the reader was. */
  function withoutHash(address, base) {
    const url = new URL(address, base);
    url.hash = "";
    return url.href;
  }

  // ---------------------------------------------------------------- what is kept on the device

  class Memory {
    constructor(storage) {
      this.storage = storage;
      this.key = "read-aloud";
      this.limit = 50;
    }

    load() {
      try {
        const kept = JSON.parse(this.storage.getItem(this.key));
        return kept && kept.places ? kept : { rate: 1, places: {} };
      } catch (_) {
        return { rate: 1, places: {} };
      }
    }

    save(kept) {
      const names = Object.keys(kept.places);
      names.sort(function (a, b) { return kept.places[b].when - kept.places[a].when; });
      names.slice(this.limit).forEach(function (name) { delete kept.places[name]; });
      try {
        this.storage.setItem(this.key, JSON.stringify(kept));
      } catch (_) { /* full or forbidden: then this visit is not remembered */ }
    }

    remember(url, mark, rate, when) {
      const kept = this.load();
      kept.rate = rate;
      kept.places[hash(url)] = Object.assign({ rate, when }, mark);
      this.save(kept);
    }

    forgetPlace(url, rate, when) {
      this.remember(url, {}, rate, when);
    }

    recall(url) {
      const kept = this.load();
      const place = kept.places[hash(url)];
      return { rate: (place && place.rate) || kept.rate || 1, mark: place && place.self ? place : null };
    }
  }

  const functions = {
    squeeze, squeezedOffset, locateBlocks, onPage, spanOnPage, utteranceAt, syllableAt, wordAround,
    wordsOf, durations, skipped, remainingText, placeMark, findPlace, cueStarts, sectionsOf,
    withoutHash, Memory, TEXT, VERSION,
  };
  if (typeof module === "object" && module.exports) module.exports = functions;
  if (typeof document === "undefined" || typeof customElements === "undefined") return;
  if (customElements.get("read-aloud")) return;

  const SCRIPT = document.currentScript;
  const HOME = new URL(".", (SCRIPT && SCRIPT.src) || location.href);
  const NONCE = (SCRIPT && SCRIPT.nonce) || "";

  // ---------------------------------------------------------------- the gateway

  /** An error in words for the person at the page. */
  class Trouble extends Error {
    constructor(title, status, retryAfterS) {
      super(title);
      this.status = status || 0;
      this.retryAfterS = retryAfterS || 0;
    }
  }

  class Gateway {
    constructor(root) {
      this.root = root;
      this.timings = new Map();
      this.ahead = new Map();
    }

    address(relative) { return new URL(relative, this.root).href; }

    async ask(address) {
      const limit = typeof AbortController === "function" ? new AbortController() : null;
      const timer = setTimeout(function () { if (limit) limit.abort(); }, GIVE_UP_MS);
      let response;
      try {
        response = await fetch(address, { credentials: "same-origin", signal: limit ? limit.signal : undefined });
      } catch (error) {
        throw new Trouble(error.name === "AbortError" ? TEXT.noAnswer : TEXT.noService);
      } finally {
        clearTimeout(timer);
      }
      if (response.ok) return response;
      let title = "";
      try {
        title = (await response.json()).title;
      } catch (_) { /* not from langdu: a proxy's own page */ }
      throw new Trouble(title || TEXT.trouble, response.status, Number(response.headers.get("Retry-After")) || 0);
    }

    /** A document's reading; one that was asked for ahead is used once. */
    reading(job) {
      const address = this.readingAddress(job);
      const asked = this.ahead.get(address) || this.askReading(address);
      this.ahead.delete(address);
      return asked;
    }

    readingAddress(job) {
      const address = new URL("v1/readings", this.root);
      address.searchParams.set("url", job.url);
      if (job.voice) address.searchParams.set("voice", job.voice);
      return address.href;
    }

    async askReading(address) {
      try {
        return await (await this.ask(address)).json();
      } catch (error) {
        throw error instanceof Trouble ? error : new Trouble(TEXT.trouble);
      }
    }

    /** Asks for what is read next: its reading, and so many of its clips. */
    prepare(job, clips) {
      const address = this.readingAddress(job);
      if (this.ahead.has(address)) return;
      const asked = this.askReading(address);
      const ahead = this.ahead;
      const forget = function () { if (ahead.get(address) === asked) ahead.delete(address); };
      ahead.set(address, asked);
      setTimeout(forget, KEEP_AHEAD_MS);
      asked.then((function (reading) { reading.utterances.slice(0, clips).forEach(this.warm, this); }).bind(this), forget);
    }

    timing(utterance) {
      const address = this.address(utterance.timing);
      if (!this.timings.has(address)) {
        const asked = this.ask(address).then(function (response) { return response.json(); });
        const timings = this.timings;
        asked.catch(function () { timings.delete(address); });
        this.timings.set(address, asked);
      }
      return this.timings.get(address);
    }

    /** Has the voice make a clip that is needed soon. */
    warm(utterance) {
      return fetch(this.address(utterance.audio.mp3), { credentials: "same-origin", priority: "low" })
        .then(function (response) { return response.arrayBuffer(); })
        .catch(function () { /* the audio element will ask again and tell */ });
    }
  }

  // ---------------------------------------------------------------- the page's text

  const UNREAD = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TEXTAREA|SELECT|OPTION|READ-ALOUD|READ-ALOUD-DOCK)$/;

  /** The visible text of a part of the page without white space, and the way back to its nodes. */
  class PageText {
    constructor(root) {
      const nodes = [];
      const starts = [];
      const parts = [];
      let length = 0;
      const shown = new Map();
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!parent || !isShown(parent, shown)) continue;
        const text = squeeze(node.data).text;
        if (!text) continue;
        nodes.push(node);
        starts.push(length);
        parts.push(text);
        length += text.length;
      }
      this.nodes = nodes;
      this.starts = starts;
      this.text = parts.join("");
    }

    isStale() {
      return this.nodes.some(function (node) { return !node.isConnected; });
    }

    /** The number of the text node that holds a squeezed offset. */
    nodeAt(offset) {
      let low = 0;
      let high = this.starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.starts[middle] <= offset) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    range(stretch) {
      const first = this.nodeAt(stretch.start);
      const last = this.nodeAt(stretch.end - 1);
      if (first < 0 || last < 0) return null;
      const from = squeeze(this.nodes[first].data).at[stretch.start - this.starts[first]];
      const to = squeeze(this.nodes[last].data).at[stretch.end - 1 - this.starts[last]];
      if (from === undefined || to === undefined) return null;
      const range = document.createRange();
      range.setStart(this.nodes[first], from);
      range.setEnd(this.nodes[last], to + 1);
      return range;
    }

    ranges(stretches) {
      return stretches.map(this.range, this).filter(Boolean);
    }

    /** The squeezed offset of a place in a text node; -1 where it is no text of ours. */
    offsetOf(node, offset) {
      const number = this.nodes.indexOf(node);
      return number < 0 ? -1 : this.starts[number] + squeezedOffset(node.data, offset);
    }
  }

  function isShown(element, known) {
    if (known.has(element)) return known.get(element);
    let shown = !UNREAD.test(element.tagName);
    if (shown && element.checkVisibility) shown = element.checkVisibility();
    else if (shown) shown = element.getClientRects().length > 0 || getComputedStyle(element).display === "contents";
    known.set(element, shown);
    return shown;
  }

  // ---------------------------------------------------------------- styles

  /**
   * Adds a sheet made by script, which a strict content security policy allows. Gives back the
   * function that replaces its rules.
   */
  function addStyles(root, css) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = Array.from(root.adoptedStyleSheets).concat(sheet);
      return sheet.replaceSync.bind(sheet);
    } catch (_) { /* an older browser: as an element, with the script's own nonce */ }
    const style = document.createElement("style");
    if (NONCE) style.setAttribute("nonce", NONCE);
    style.textContent = css;
    (root === document ? document.head : root).appendChild(style);
    return function (other) { style.textContent = other; };
  }

  const PAGE_CSS = `
    ::highlight(read-aloud-sentence) {
      background-color: #ffe9a8; color: #1a1a1a;
      text-decoration: underline 3px #8a5a00; text-underline-offset: 3px;
    }
    ::highlight(read-aloud-word) { background-color: #7a2e00; color: #fff; }
    @media (prefers-color-scheme: dark) {
      ::highlight(read-aloud-sentence) { background-color: #4a3a00; color: #fff; text-decoration-color: #ffd257; }
      ::highlight(read-aloud-word) { background-color: #ffd257; color: #1a1a1a; }
    }`;

  const COLOURS = `
    :host {
      --ra-main: var(--read-aloud-color, #0b4a37);
      --ra-on-main: var(--read-aloud-on-color, #ffffff);
      --ra-paper: #ffffff; --ra-ink: #1a1a1a; --ra-line: #6b6b6b; --ra-alarm: #8f1d14; --ra-focus: #b34700;
      --ra-word: #7a2e00; --ra-on-word: #ffffff;
      font-family: inherit; font-size: max(20px, 1rem); line-height: 1.5;
    }
    @media (prefers-color-scheme: dark) {
      :host {
        --ra-paper: #17191a; --ra-ink: #f5f5f0; --ra-line: #9a9a94; --ra-alarm: #ffb3a8; --ra-focus: #ffc069;
        --ra-word: #ffd257; --ra-on-word: #1a1a1a;
      }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button, select, a.button {
      display: inline-flex; align-items: center; justify-content: center; gap: 8px;
      min-height: 60px; min-width: 60px; padding: 6px 16px; margin: 0;
      border: 2px solid var(--ra-line); border-radius: 14px;
      background: var(--ra-paper); color: var(--ra-ink);
      font: inherit; line-height: 1.25; text-decoration: none; cursor: pointer;
      touch-action: manipulation;
    }
    button.main { background: var(--ra-main); border-color: var(--ra-main); color: var(--ra-on-main); font-weight: 700; }
    button[aria-pressed="true"] { background: var(--ra-ink); border-color: var(--ra-ink); color: var(--ra-paper); }
    button[aria-disabled="true"] { border-style: dashed; cursor: default; }
    button:hover, a.button:hover { text-decoration: underline; text-underline-offset: 4px; }
    :focus-visible { outline: 4px solid var(--ra-focus); outline-offset: 2px; }
    svg { width: 24px; height: 24px; flex: none; fill: currentColor; }
    @media (forced-colors: active) {
      button, select, a.button, button.main { border-color: ButtonText; }
      button[aria-pressed="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight; }
    }`;

  const BUTTON_CSS = COLOURS + `
    :host { display: inline-block; }
    :host([hidden]) { display: none; }
    /* The page may be light or dark whatever the reader's system is: its own ink is the edge. */
    button.main { border-radius: 32px; padding: 8px 26px; font-size: 1.1em; color: inherit; border-color: currentColor; }
    button.main > * { color: var(--ra-on-main); }
    @media (forced-colors: active) { button.main > * { color: ButtonText; } }
    :host([compact]) button.main { min-height: 44px; min-width: 44px; padding: 4px 16px; font-size: max(18px, .9em); }
    .note { display: block; margin-top: 4px; font-size: max(18px, .9em); color: inherit; }
    :host([compact]) .note { display: none; }`;

  const DOCK_CSS = COLOURS + `
    @media (prefers-color-scheme: dark) { button.main { border-color: var(--ra-line); } }
    :host { position: fixed; left: 0; right: 0; bottom: 0; z-index: 2147483000; }
    .dock {
      max-width: 1100px; max-height: 70vh; overflow-y: auto; margin: 0 auto; padding: 10px 14px;
      background: var(--ra-paper); color: var(--ra-ink);
      border: 2px solid var(--ra-line); border-bottom: 0; border-radius: 18px 18px 0 0;
      box-shadow: 0 -4px 20px rgba(0, 0, 0, .18);
    }
    .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: center; }
    .row, .caption { margin-top: 8px; }
    .head { margin-top: 0; }
    .head { justify-content: flex-start; }
    .words { flex: 1 1 0; min-width: 0; }
    .title { margin: 0; font-weight: 700; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .now { margin: 0; }
    .trouble { color: var(--ra-alarm); font-weight: 700; }
    .note { margin: 0; font-size: max(18px, .9em); }
    .caption { margin-bottom: 0; font-size: 1.2em; text-align: center; max-height: 4.5em; overflow-y: auto; }
    :host([kiosk]) .caption { font-size: 1.7em; }
    mark { background: var(--ra-word); color: var(--ra-on-word); border-radius: 4px; }
    .value { min-width: 3.2em; text-align: center; }
    #more { display: flex; flex-wrap: wrap; gap: 0 28px; justify-content: center; }
    .group-name { font-weight: 700; }
    select { max-width: 100%; padding-right: 8px; text-overflow: ellipsis; }
    .main-row button { flex: 1 1 90px; max-width: 260px; }
    @media (max-width: 480px) {
      .dock { padding: 8px; }
      .main-row button { padding: 6px; flex-direction: column; gap: 2px; font-size: 18px; flex-basis: 64px; white-space: nowrap; padding: 4px 2px; }
      .head button { flex-direction: column; gap: 2px; padding: 4px 2px; font-size: 18px; }
    }
    /* A window this low is a page enlarged four times: one row, and the rest under "more". */
    @media (max-height: 480px) {
      .dock { display: flex; flex-wrap: wrap; gap: 6px; padding: 6px; max-height: 100vh; border-radius: 0; }
      .head, .main-row { display: contents; }
      .words { flex-basis: 100%; }
      .title, .left, .dock:not(.expanded) .step { display: none; }
      .calm { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .main-row button { flex: 1 1 92px; flex-direction: row; }
      .head button { order: 1; flex-direction: row; padding: 4px 10px; }
      .caption, #more, .row { order: 2; width: 100%; margin-top: 0; }
      #more .row { margin-top: 6px; }
    }
    @media print { :host { display: none; } }`;

  const OVERLAY_CSS = `
    :host { position: absolute; left: 0; top: 0; width: 0; height: 0; pointer-events: none; z-index: 2147482000; }
    div { position: fixed; border-radius: 3px; }
    .sentence { border-bottom: 3px solid #8a5a00; background: rgba(255, 204, 0, .28); }
    .word { background: rgba(122, 46, 0, .32); outline: 2px solid #7a2e00; }
    @media (prefers-color-scheme: dark) {
      .sentence { border-color: #b88400; }
      .word { outline-color: #e07b2e; }
    }
    @media (forced-colors: active) {
      div { forced-color-adjust: none; background: none; }
      .sentence { border-color: Highlight; }
      .word { outline: 3px solid Highlight; outline-offset: 1px; }
    }`;

  // ---------------------------------------------------------------- making elements

  function make(tag, attributes, children) {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(function (entry) {
      if (entry[1] === false || entry[1] === null || entry[1] === undefined) return;
      if (entry[0] === "text") element.textContent = entry[1];
      else if (entry[0] === "click") element.addEventListener("click", entry[1]);
      else element.setAttribute(entry[0], entry[1] === true ? "" : entry[1]);
    });
    (children || []).forEach(function (child) { if (child) element.appendChild(child); });
    return element;
  }

  const ICONS = {
    play: "M7 4v16l13-8z",
    pause: "M6 4h4v16H6zM14 4h4v16h-4z",
    previous: "M6 5h3v14H6zM19 5v14l-9-7z",
    next: "M15 5h3v14h-3zM5 5v14l9-7z",
    close: "M5.6 4.2 12 10.6l6.4-6.4 1.4 1.4L13.4 12l6.4 6.4-1.4 1.4L12 13.4l-6.4 6.4-1.4-1.4L10.600 12 4.200 5.600z",
    again: "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  };

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", ICONS[name]);
    svg.appendChild(path);
    return svg;
  }

  function button(label, click, options) {
    const given = options || {};
    const word = make("span", { text: label });
    const element = make("button", { type: "button", class: given.main ? "main" : given.step ? "step" : null, click }, [
      given.icon ? icon(given.icon) : null, word,
    ]);
    element.say = function (text, picture) {
      if (word.textContent !== text) word.textContent = text;
      const svg = element.querySelector("svg");
      if (svg && picture) svg.firstChild.setAttribute("d", ICONS[picture]);
    };
    return element;
  }

  // ---------------------------------------------------------------- lighting the text

  /** Lights ranges through the CSS Custom Highlight API. */
  class NativeLight {
    constructor() {
      this.lights = { sentence: new Highlight(), word: new Highlight() };
      this.lights.word.priority = 1;
      CSS.highlights.set("read-aloud-sentence", this.lights.sentence);
      CSS.highlights.set("read-aloud-word", this.lights.word);
    }

    show(kind, ranges) {
      const light = this.lights[kind];
      light.clear();
      ranges.forEach(function (range) { light.add(range); });
    }
  }

  /** Lights ranges by boxes above the page, where the browser has no highlights. */
  class OverlayLight {
    constructor() {
      this.ranges = { sentence: [], word: [] };
      this.host = null;
      this.draw = this.draw.bind(this);
    }

    show(kind, ranges) {
      this.ranges[kind] = ranges;
      if (!this.host) {
        this.host = document.createElement("read-aloud-light");
        this.host.setAttribute("aria-hidden", "true");
        this.host.attachShadow({ mode: "open" });
        addStyles(this.host.shadowRoot, OVERLAY_CSS);
        document.body.appendChild(this.host);
        addEventListener("scroll", this.draw, { capture: true, passive: true });
        addEventListener("resize", this.draw, { passive: true });
      }
      this.draw();
    }

    draw() {
      const root = this.host.shadowRoot;
      Array.from(root.querySelectorAll("div")).forEach(function (box) { box.remove(); });
      Object.entries(this.ranges).forEach(function (entry) {
        entry[1].forEach(function (range) {
          Array.from(range.getClientRects()).forEach(function (rect) {
            const box = make("div", { class: entry[0] });
            box.style.left = rect.left + "px";
            box.style.top = rect.top + "px";
            box.style.width = rect.width + "px";
            box.style.height = rect.height + "px";
            root.appendChild(box);
          });
        });
      });
    }
  }

  const lights = {};

  function lightFor(wanted) {
    const native = typeof Highlight === "function" && typeof CSS !== "undefined" && CSS.highlights;
    // In high contrast the system gives all highlights one colour: word and sentence look alike.
    const forced = matchMedia("(forced-colors: active)").matches;
    const kind = native && !forced && wanted !== "overlay" ? "native" : "overlay";
    lights[kind] = lights[kind] || (kind === "native" ? new NativeLight() : new OverlayLight());
    return lights[kind];
  }

  // ---------------------------------------------------------------- scrolling along

  const SCROLL_KEYS = /^(PageUp|PageDown|Home|End|ArrowUp|ArrowDown)$/;

  /** Keeps the sentence in sight until the reader scrolls, and offers to come back. */
  class Follower {
    constructor(changed) {
      this.following = true;
      this.range = null;
      this.ownUntil = 0;
      this.changed = changed;
      const leave = this.leave.bind(this);
      addEventListener("wheel", leave, { passive: true });
      addEventListener("touchmove", leave, { passive: true });
      addEventListener("keydown", function (event) {
        if (SCROLL_KEYS.test(event.key) && !isOurs(event.target)) leave();
      });
      addEventListener("scroll", (function () {
        if (performance.now() > this.ownUntil) leave();
      }).bind(this), { passive: true });
    }

    leave() {
      if (!this.following || !this.range) return;
      this.following = false;
      this.changed();
    }

    comeBack() {
      this.following = true;
      this.show(this.range);
      this.changed();
    }

    show(range) {
      this.range = range;
      if (!range || !this.following) return;
      const rect = range.getBoundingClientRect();
      const dock = document.querySelector("read-aloud-dock");
      const covered = dock && getComputedStyle(dock).position === "fixed" ? dock.offsetHeight : 0;
      const height = innerHeight - covered;
      if (rect.top >= height * 0.1 && rect.bottom <= height * 0.85) return;
      // A sentence that fills the window is shown from its beginning.
      const above = Math.max(8, Math.min(height * 0.3, (height - rect.height) / 2));
      const by = rect.top - above;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.ownUntil = performance.now() + 1000;
      scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
    }
  }

  function isOurs(target) {
    return target instanceof Element && /^READ-ALOUD/.test(target.tagName);
  }

  // ---------------------------------------------------------------- two audio elements

  /**
   * Two audio elements that take turns, so that the next clip is ready when this one ends.
   *
   * What is loaded is a track {src, first, starts}: `src` holds the utterances from `first` on,
   * the i-th of them beginning at `starts[i]` ms. A clip is a track of one utterance, the
   * whole-document file one of all.
   */
  class Deck {
    constructor(hooks) {
      this.hooks = hooks;
      this.rate = 1;
      this.volume = 1;
      this.active = 0;
      this.unlocked = false;
      this.tracks = [null, null];
      this.seeks = [0, 0];
      this.elements = [0, 1].map(function (slot) {
        const audio = new Audio();
        audio.preload = "auto";
        audio.addEventListener("loadedmetadata", this.seek.bind(this, slot));
        ["ended", "error", "playing", "waiting", "timeupdate", "canplaythrough"].forEach(function (name) {
          audio.addEventListener(name, hooks.heard.bind(hooks, name, slot));
        });
        return audio;
      }, this);
    }

    /** To be called inside a press: iPhones let only elements sound that a press has touched. */
    unlock() {
      if (this.unlocked) return;
      this.unlocked = true;
      this.elements.forEach(function (audio) {
        const started = audio.play();
        if (started) started.catch(function () { /* there is nothing to play yet */ });
        audio.pause();
      });
    }

    audio() { return this.elements[this.active]; }
    track() { return this.tracks[this.active]; }

    /** The slot that holds this track already, else the one that is not playing. */
    slotFor(track) {
      const held = this.tracks.findIndex(function (other) { return other && other.src === track.src; });
      return held >= 0 ? held : 1 - this.active;
    }

    cue(slot, track, ms) {
      const audio = this.elements[slot];
      const held = this.tracks[slot];
      this.tracks[slot] = track;
      this.seeks[slot] = ms;
      if (held && held.src === track.src && !audio.error) {
        if (audio.readyState >= 1) this.seek(slot);
        return;
      }
      audio.src = track.src;
      this.dress(audio);
    }

    seek(slot) {
      const audio = this.elements[slot];
      const end = Number.isFinite(audio.duration) ? audio.duration - 0.02 : Infinity;
      const wanted = Math.max(0, Math.min(this.seeks[slot] / 1000, end));
      if (Math.abs(audio.currentTime - wanted) > 0.005) audio.currentTime = wanted;
    }

    /** Loading resets these. */
    dress(audio) {
      audio.defaultPlaybackRate = this.rate;
      audio.playbackRate = this.rate;
      audio.preservesPitch = true;
      audio.webkitPreservesPitch = true;
      audio.volume = this.volume;
    }

    dressAll() { this.elements.forEach(this.dress, this); }

    play(slot) {
      if (slot !== this.active) this.audio().pause();
      this.active = slot;
      this.dress(this.audio());
      return this.audio().play();
    }

    pause() { this.elements.forEach(function (audio) { audio.pause(); }); }

    empty() {
      this.pause();
      this.tracks = [null, null];
      this.elements.forEach(function (audio) {
        audio.removeAttribute("src");
        audio.load();
      });
    }

    /** iPhones leave the volume to their own keys. */
    canSetVolume() {
      if (this.volumeWorks === undefined) {
        const trial = new Audio();
        trial.volume = 0.5;
        this.volumeWorks = trial.volume === 0.5;
      }
      return this.volumeWorks;
    }
  }

  // ---------------------------------------------------------------- the player

  /** The one voice of the page. Buttons and the dock show its state and give it orders. */
  class Player {
    constructor() {
      this.state = "idle";
      this.message = "";
      this.job = null;
      this.reading = null;
      this.text = null;
      this.stretches = [];
      this.places = [];
      this.words = new Map();
      this.timings = new Map();
      this.file = null;
      this.ready = new Set();
      this.warmed = new Set();
      this.index = 0;
      this.syllable = -1;
      this.rate = 1;
      this.volume = 1;
      this.pointing = false;
      this.resumed = false;
      this.turn = 0;
      this.retries = 0;
      this.views = new Set();
      this.gateways = new Map();
      this.timers = {};
      this.memory = new Memory(safeStorage());
      this.deck = new Deck(this);
      this.follower = new Follower(this.changed.bind(this));
      this.light = null;
      this.tick = this.tick.bind(this);
      this.listenToThePage();
      this.otherTabs();
    }

    // -- what others see

    get gateway() { return this.gatewayFor(this.job); }

    gatewayFor(job) {
      const root = job.gateway;
      if (!this.gateways.has(root)) this.gateways.set(root, new Gateway(root));
      return this.gateways.get(root);
    }

    get utterance() { return this.reading ? this.reading.utterances[this.index] : null; }
    get isActive() { return this.state === "playing" || this.state === "preparing"; }
    get isOnPage() { return this.stretches.some(function (stretch) { return stretch.length > 0; }); }
    get canSetVolume() { return this.deck.canSetVolume(); }

    remainingMs() {
      if (!this.reading) return 0;
      const lengths = durations(this.reading.utterances, this.timings);
      let ms = -this.offsetMs();
      for (let i = this.index; i < lengths.length; i += 1) ms += lengths[i];
      return Math.max(0, ms) / this.rate;
    }

    holds(job) {
      return Boolean(this.job) && this.job.url === job.url && this.job.gateway === job.gateway;
    }

    changed() { this.views.forEach(function (view) { view.render(); }); }

    tell(name, detail) {
      if (!this.job || !this.job.owner) return;
      this.job.owner.dispatchEvent(new CustomEvent("read-aloud-" + name, {
        bubbles: true, composed: true, detail: detail || {},
      }));
    }

    setState(state, message) {
      const same = this.state === state && this.message === (message || "");
      this.state = state;
      this.message = message || "";
      this.changed();
      if ("mediaSession" in navigator) {
        navigator.mediaSession.playbackState = this.isActive ? "playing" : state === "idle" ? "none" : "paused";
      }
      if (!same) this.tell("state", { state, message: this.message });
    }

    // -- orders

    /** A press on a button: must be called inside the press. */
    press(job) {
      this.deck.unlock();
      const done = this.holds(job) ? this.toggle() : this.open(job);
      this.touched();
      return done;
    }

    /** A finger is down: most of the way to a press, which comes about 80 ms later. */
    touchdown(job) {
      if (!this.holds(job)) this.gatewayFor(job).prepare(job, 0);
    }

    toggle() {
      if (!this.job) return undefined;
      if (this.isActive) return this.pause();
      return this.resume();
    }

    /** Reads another document: from the place that is remembered, or `fromStart`. */
    open(job, fromStart) {
      const selected = this.selectedRange();
      this.close(true);
      this.job = job;
      this.dock = this.dock || new Dock(this);
      this.dock.open();
      this.light = lightFor(job.highlight);
      const kept = job.kiosk ? { rate: this.rate, mark: null } : this.memory.recall(job.url);
      this.setRate(this.rateWanted || kept.rate);
      this.rateWanted = 0;
      this.opening = { mark: fromStart ? null : kept.mark, selected };
      return this.ask();
    }

    /** Asks for the document's reading and begins with it. */
    async ask() {
      const job = this.job;
      this.turn += 1;
      const turn = this.turn;
      this.setState("preparing", TEXT.starting);
      this.wait();
      let reading;
      try {
        reading = await this.gatewayFor(job).reading(job);
        if (!reading.utterances.length) throw new Trouble(TEXT.empty);
      } catch (error) {
        if (turn === this.turn) this.fail(error);
        return;
      }
      if (turn !== this.turn) return;
      this.reading = reading;
      this.findText();
      this.mediaSession();
      const place = findPlace(reading.utterances, this.opening.mark);
      const selected = this.selectionStart(this.opening.selected);
      this.resumed = place > 0 && !selected;
      if (this.state === "paused") {
        this.index = place;
        this.changed();
      } else if (!selected || !this.startAt(selected.node, selected.offset)) {
        this.start(place, 0);
      }
    }

    /** Plays from a place. */
    start(index, ms) {
      if (!this.reading) return;
      this.turn += 1;
      const turn = this.turn;
      this.clear("next");
      this.index = Math.max(0, Math.min(index, this.reading.utterances.length - 1));
      this.syllable = -1;
      const track = this.trackFor(this.index);
      const slot = this.deck.slotFor(track);
      this.deck.pause();
      this.deck.cue(slot, track, track.starts[this.index - track.first] + (ms || 0));
      this.loadTiming(this.index);
      this.showSentence();
      this.play(slot, turn);
    }

    play(slot, turn) {
      this.wait();
      this.hushOthers();
      const started = this.deck.play(slot);
      if (!started) return;
      started.catch((function (error) {
        if (turn !== this.turn || error.name === "AbortError") return;
        if (error.name === "NotAllowedError") {
          this.pause();
          this.setState("paused", TEXT.pressAgain);
        }
        // Anything else is told by the element's own error event.
      }).bind(this));
    }

    pause() {
      if (!this.job) return;
      this.clear("wait", "giveUp", "next", "retry");
      this.deck.pause();
      this.keepPlace();
      this.setState("paused");
    }

    resume() {
      if (!this.job) return;
      if (!this.reading) {
        this.retries = 0;
        this.ask();
        return;
      }
      if (this.state === "ended") {
        this.start(0, 0);
        return;
      }
      const track = this.deck.track();
      const held = track && this.index >= track.first && this.index < track.first + track.starts.length;
      if (this.state === "error" || !held || this.deck.audio().error) {
        this.retries = 0;
        this.start(this.index, 0);
        return;
      }
      this.turn += 1;
      this.play(this.deck.active, this.turn);
    }

    /** Ends the reading and puts everything away. */
    close(keepDock) {
      if (this.job) this.keepPlace();
      this.turn += 1;
      this.clear("wait", "giveUp", "next", "retry");
      this.deck.empty();
      this.showNothing();
      this.reading = null;
      this.text = null;
      this.stretches = [];
      this.timings = new Map();
      this.ready = new Set();
      this.warmed = new Set();
      this.file = null;
      this.index = 0;
      this.pointing = false;
      this.resumed = false;
      this.retries = 0;
      if (this.job && !keepDock) this.setState("idle");
      this.job = null;
      if (keepDock || !this.dock) return;
      this.clear("idle");
      this.dock.close();
      this.changed();
    }

    sentence(by) {
      if (!this.reading) return;
      this.follower.following = true;
      this.start(this.index + by, 0);
    }

    repeat() { this.sentence(0); }

    skip(ms) {
      if (!this.reading) return;
      this.follower.following = true;
      const lengths = durations(this.reading.utterances, this.timings);
      const place = skipped(lengths, this.index, this.offsetMs(), ms);
      this.start(place.index, place.ms);
    }

    document(by) {
      const queue = this.job ? this.job.queue() : [];
      const here = queue.findIndex(this.holds, this);
      const job = queue[here + by];
      if (here >= 0 && job) this.open(job, true);
    }

    neighbour(by) {
      const queue = this.job ? this.job.queue() : [];
      const here = queue.findIndex(this.holds, this);
      return here < 0 ? undefined : queue[here + by];
    }

    /** A rate that is set before anything is read is for what is read next. */
    setRate(rate) {
      this.rate = Math.max(RATES[0], Math.min(RATES[RATES.length - 1], Number(rate) || 1));
      if (!this.job) this.rateWanted = this.rate;
      this.deck.rate = this.rate;
      this.deck.dressAll();
      this.keepPlace();
      this.changed();
    }

    stepRate(by) {
      const next = by > 0
        ? RATES.find(function (rate) { return rate > this.rate + 0.001; }, this)
        : RATES.slice().reverse().find(function (rate) { return rate < this.rate - 0.001; }, this);
      if (next) this.setRate(next);
    }

    setVolume(volume) {
      this.volume = Math.max(0, Math.min(1, Math.round(volume * 10) / 10));
      this.deck.volume = this.volume;
      this.deck.dressAll();
      this.changed();
    }

    // -- tracks

    trackFor(index) {
      if (this.file && this.wantsFile()) return this.file;
      const utterance = this.reading.utterances[index];
      return { src: this.gateway.address(utterance.audio.mp3), first: index, starts: [0] };
    }

    /** The one file lives on where scripts are put to sleep (a locked phone), and is exact once
     *  every clip of it is made. */
    wantsFile() {
      return document.hidden || this.ready.size === this.reading.utterances.length;
    }

    async askForFile() {
      const turn = this.turn;
      const reading = this.reading;
      if (this.file || this.fileAsked === reading) return;
      this.fileAsked = reading;
      try {
        const vtt = await (await this.gateway.ask(this.gateway.address(reading.audio.vtt))).text();
        const cues = cueStarts(vtt);
        if (reading !== this.reading || cues.starts.length !== reading.utterances.length) return;
        this.file = { src: this.gateway.address(reading.audio.mp3), first: 0, starts: cues.starts, end: cues.end };
        if (turn === this.turn) this.cueNext();
      } catch (_) { /* then the clips go on */ }
    }

    cueNext() {
      const track = this.deck.track();
      if (!track || !this.reading) return;
      const next = track.first + track.starts.length;
      for (let i = next; i < Math.min(next + CLIPS_AHEAD, this.reading.utterances.length); i += 1) this.loadTiming(i);
      if (next + CLIPS_AHEAD >= this.reading.utterances.length) {
        const following = this.following();
        if (following && !this.holds(following)) this.gatewayFor(following).prepare(following, 2);
      }
      if (next >= this.reading.utterances.length) return;
      const ahead = this.trackFor(next);
      const slot = 1 - this.deck.active;
      this.deck.cue(slot, ahead, ahead.starts[next - ahead.first]);
      if (this.deck.elements[slot].readyState >= HAVE_ENOUGH_DATA) this.warmAhead(next + 1);
    }

    /** The clips after the next one, one by one: the voice is to work on what is needed first. */
    async warmAhead(from) {
      const reading = this.reading;
      for (let i = from; i < Math.min(from + CLIPS_AHEAD - 1, reading.utterances.length); i += 1) {
        if (reading !== this.reading) return;
        if (this.warmed.has(i)) continue;
        this.warmed.add(i);
        await this.gateway.warm(reading.utterances[i]);
      }
    }

    loadTiming(index) {
      if (this.timings.has(index)) return;
      const reading = this.reading;
      this.gateway.timing(reading.utterances[index]).then((function (timing) {
        if (reading === this.reading) this.timings.set(index, timing);
      }).bind(this), function () { /* then this sentence is lit without its words */ });
    }

    // -- what the audio elements tell

    heard(name, slot) {
      if (name === "canplaythrough" && this.reading) {
        const track = this.deck.tracks[slot];
        if (track && track !== this.file) this.ready.add(track.first);
        if (track && slot !== this.deck.active) this.warmAhead(track.first + 1);
        if (this.ready.size === this.reading.utterances.length) this.askForFile();
      }
      if (slot !== this.deck.active || !this.job) return;
      // Events come late: what one tells may have been undone by a press since.
      const audio = this.deck.audio();
      if (name === "playing" && !audio.paused) this.sounding();
      else if (name === "waiting" && this.state === "playing") this.wait();
      else if (name === "ended" && audio.ended) this.clipEnded();
      else if (name === "timeupdate" && document.hidden) this.follow();
      else if (name === "error") this.clipFailed();
    }

    sounding() {
      this.clear("wait", "giveUp", "retry");
      this.retries = 0;
      if (!this.reading) return;
      this.loadTiming(this.index);
      this.setState("playing", this.resumed ? TEXT.resumed : "");
      this.cueNext();
      requestAnimationFrame(this.tick);
    }

    clipEnded() {
      const track = this.deck.track();
      if (!track || !this.reading || !this.isActive) return;
      const next = track.first + track.starts.length;
      if (next >= this.reading.utterances.length) return this.finish();
      // Straight on, without the detour of `start`: this is where a gap would be heard.
      const slot = 1 - this.deck.active;
      const ahead = this.deck.tracks[slot];
      const wanted = this.trackFor(next);
      if (!ahead || ahead.src !== wanted.src || this.deck.elements[slot].error) return this.start(next, 0);
      this.turn += 1;
      this.index = next;
      this.syllable = -1;
      this.resumed = false;
      this.play(slot, this.turn);
      this.showSentence();
    }

    clipFailed() {
      if (!this.isActive || !this.reading || !this.deck.audio().getAttribute("src")) return;
      if (this.deck.track() === this.file) {
        // The gateway may have forgotten the reading; its clips it can make again.
        this.file = null;
        this.ready = new Set();
        this.start(this.index, 0);
        return;
      }
      if (this.retries < 1) {
        this.retries += 1;
        this.after("retry", 800, function () {
          this.deck.tracks[this.deck.active] = null;
          this.start(this.index, 0);
        });
        return;
      }
      this.whyItFailed();
    }

    /** An audio element does not say why it failed; the gateway does. */
    async whyItFailed() {
      const turn = this.turn;
      const utterance = this.utterance;
      try {
        await this.gateway.ask(this.gateway.address(utterance.audio.mp3));
        if (turn === this.turn) this.fail(new Trouble(TEXT.cannotPlay));
      } catch (error) {
        if (turn === this.turn) this.fail(error);
      }
    }

    fail(error) {
      this.clear("wait", "giveUp", "next");
      this.deck.pause();
      const title = error instanceof Trouble ? error.message : TEXT.trouble;
      if (error.status === 429 && this.retries < 3) {
        this.retries += 1;
        this.setState("preparing", TEXT.busy);
        this.after("retry", Math.max(1, error.retryAfterS || 2) * 1000, function () {
          if (this.reading) this.start(this.index, 0);
          else this.ask();
        });
        return;
      }
      this.setState("error", title);
      this.tell("error", { message: title, status: error.status || 0 });
      // Nobody stands at a terminal to press "retry": it goes on with its programme.
      if (this.job.loop) this.after("next", LOOP_AFTER_TROUBLE_MS, function () { this.open(this.following(), true); });
      else this.leaveKiosk();
    }

    /** What is read after this document; undefined where it ends here. */
    following() {
      return this.neighbour(1) || (this.job.loop ? this.job.queue()[0] || this.job : undefined);
    }

    finish() {
      this.showNothing();
      if (!this.job.kiosk) this.memory.forgetPlace(this.job.url, this.rate, Date.now());
      this.index = 0;
      if (this.deserted) this.forgetVisitor();
      const next = this.following();
      this.setState("ended", next && next.title ? TEXT.ended + "。" + TEXT.nextUp + next.title : "");
      this.tell("end");
      if (!next) {
        this.leaveKiosk();
        return;
      }
      this.after("next", NEXT_DOCUMENT_MS, function () { this.open(next, true); });
    }

    // -- waiting

    /** Says after a second that it takes a while; what is waited for may change meanwhile. */
    wait() {
      if (!this.isActive) this.setState("preparing", TEXT.starting);
      if (!this.timers.wait) {
        this.after("wait", SAY_PREPARING_MS, function () { this.setState("preparing", TEXT.preparing); });
      }
      this.after("giveUp", GIVE_UP_MS, function () { this.fail(new Trouble(TEXT.noAnswer)); });
    }

    after(name, ms, then) {
      this.clear(name);
      this.timers[name] = setTimeout(then.bind(this), ms);
    }

    clear() {
      Array.from(arguments).forEach(function (name) {
        clearTimeout(this.timers[name]);
        this.timers[name] = 0;
      }, this);
    }

    // -- the place

    offsetMs() {
      const track = this.deck.track();
      if (!track || this.index < track.first || this.index >= track.first + track.starts.length) return 0;
      return Math.max(0, this.deck.audio().currentTime * 1000 - track.starts[this.index - track.first]);
    }

    keepPlace() {
      if (!this.job || this.job.kiosk || !this.reading || this.state === "ended") return;
      const mark = placeMark(this.reading.utterances, this.index);
      this.memory.remember(this.job.url, mark, this.rate, Date.now());
    }

    tick() {
      if (this.state !== "playing") return;
      this.follow();
      if (!document.hidden) requestAnimationFrame(this.tick);
    }

    /** Brings what is lit to where the audio is. */
    follow() {
      const track = this.deck.track();
      if (!track || !this.reading || this.state !== "playing") return;
      if (track.starts.length > 1) this.followFile(track);
      const timing = this.timings.get(this.index);
      if (!timing) return;
      const syllable = syllableAt(timing.syllables, this.offsetMs());
      if (syllable === this.syllable) return;
      this.syllable = syllable;
      this.showWord();
    }

    followFile(track) {
      const ms = this.deck.audio().currentTime * 1000;
      let index = this.index;
      while (index + 1 - track.first < track.starts.length && ms >= track.starts[index + 1 - track.first]) index += 1;
      if (index === this.index) return;
      this.index = index;
      this.syllable = -1;
      this.resumed = false;
      this.loadTiming(index);
      this.showSentence();
    }

    // -- the page's text

    findText() {
      this.places = [];
      this.stretches = [];
      this.text = null;
      if (this.job.url !== withoutHash(location.href) || this.job.highlight === "none") return;
      this.text = new PageText(this.job.scope());
      const reading = this.reading;
      const places = locateBlocks(this.text.text, reading.blocks.map(function (block) { return block.text; }));
      this.places = places;
      this.words = new Map();
      this.stretches = reading.utterances.map(function (utterance) {
        return spanOnPage(places, reading.blocks, utterance.span);
      });
    }

    showSentence() {
      if (this.text && this.text.isStale()) this.findText();
      const ranges = this.text ? this.text.ranges(this.stretches[this.index] || []) : [];
      this.light.show("sentence", ranges);
      this.light.show("word", []);
      if (ranges.length) this.follower.show(ranges[0]);
      this.keepPlace();
      this.positionState();
      this.changed();
      this.tell("sentence", { index: this.index, text: this.utterance.text });
    }

    /** The word of the current syllable, as offsets of its block's text. */
    currentWord() {
      const utterance = this.utterance;
      const source = utterance && utterance.syllables[this.syllable];
      if (!source || !utterance.span) return null;
      const block = utterance.span.block;
      if (!this.words.has(block)) this.words.set(block, wordsOf(this.reading.blocks[block].text));
      const word = wordAround(this.words.get(block), source[0], source[1]);
      return {
        block,
        start_utf16: Math.max(word.start, utterance.span.start_utf16),
        end_utf16: Math.min(word.end, utterance.span.end_utf16),
      };
    }

    showWord() {
      const word = this.currentWord();
      if (this.text && word) {
        this.light.show("word", this.text.ranges(spanOnPage(this.places, this.reading.blocks, word)));
      }
      this.tell("word", { index: this.index, syllable: this.syllable, word });
      this.dock.caption();
    }

    showNothing() {
      if (!this.light) return;
      this.light.show("sentence", []);
      this.light.show("word", []);
      this.follower.range = null;
      this.follower.following = true;
    }

    /** Starts at a place in the page's text; false where nothing is read there. */
    startAt(node, offset) {
      if (!this.text || !node) return false;
      const at = this.text.offsetOf(node, offset);
      const index = at < 0 ? -1 : utteranceAt(this.stretches, at);
      if (index < 0) return false;
      this.resumed = false;
      this.start(index, 0);
      return true;
    }

    /** True inside the document: elsewhere on the page a press is the page's own. */
    isRead(place) {
      const at = this.text ? this.text.offsetOf(place.node, place.offset) : -1;
      return this.places.some(function (pieces) {
        return pieces.some(function (piece) { return at >= piece.at && at <= piece.at + piece.to - piece.from; });
      });
    }

    selectedRange() {
      const selection = getSelection();
      return selection && !selection.isCollapsed && selection.rangeCount ? selection.getRangeAt(0) : null;
    }

    /** Where a range begins in the text that is read; null where it begins elsewhere. */
    selectionStart(range) {
      if (!this.text || !range) return null;
      let node = range.startContainer;
      let offset = range.startOffset;
      if (node.nodeType !== Node.TEXT_NODE) {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        walker.currentNode = node.childNodes[offset] || node;
        node = walker.currentNode.nodeType === Node.TEXT_NODE ? walker.currentNode : walker.nextNode();
        offset = 0;
      }
      return node && this.text.offsetOf(node, offset) >= 0 ? { node, offset } : null;
    }

    readSelection() {
      const start = this.selectionStart(this.selectedRange());
      if (start) this.startAt(start.node, start.offset);
    }

    setPointing(on) {
      this.pointing = on;
      this.changed();
    }

    listenToThePage() {
      document.addEventListener("click", (function (event) {
        if (!this.pointing || isOurs(event.target)) return;
        const place = caretAt(event.clientX, event.clientY);
        if (place && this.isRead(place) && this.startAt(place.node, place.offset)) event.preventDefault();
      }).bind(this), true);
      document.addEventListener("selectionchange", (function () {
        if (this.job) this.dock.render();
      }).bind(this));
      document.addEventListener("visibilitychange", (function () {
        if (!this.reading) return;
        if (document.hidden) {
          this.keepPlace();
          this.askForFile();
        } else if (this.state === "playing") {
          requestAnimationFrame(this.tick);
        }
        this.cueNext();
      }).bind(this));
      addEventListener("pagehide", this.keepPlace.bind(this));
      ["pointerdown", "keydown"].forEach(function (name) {
        addEventListener(name, this.touched.bind(this), true);
      }, this);
    }

    /** Somebody is at the terminal: the time until it is deserted begins again. */
    touched() {
      this.deserted = false;
      if (!this.job || !this.job.kiosk) return;
      this.after("idle", this.job.idleMs, function () {
        this.deserted = true;
        if (!this.isActive) this.leaveKiosk();
      });
    }

    /** The next one at the terminal finds it as the first one did; what plays may end first. */
    leaveKiosk() {
      if (!this.deserted || !this.job || !this.job.kiosk) return;
      if (this.job.loop && this.state !== "paused") return;
      this.close();
      this.forgetVisitor();
    }

    forgetVisitor() {
      this.setVolume(1);
      this.setRate(1);
      this.rateWanted = 0;
    }

    // -- one voice only, also across tabs

    otherTabs() {
      if (typeof BroadcastChannel !== "function") return;
      this.channel = new BroadcastChannel("read-aloud");
      this.channel.onmessage = (function () { if (this.isActive) this.pause(); }).bind(this);
    }

    hushOthers() { if (this.channel) this.channel.postMessage("playing"); }

    // -- the lock screen

    mediaSession() {
      if (!("mediaSession" in navigator) || typeof MediaMetadata !== "function") return;
      const session = navigator.mediaSession;
      session.metadata = new MediaMetadata({
        title: this.reading.title || this.job.title || TEXT.read,
        artist: this.reading.issuer || location.hostname,
        album: TEXT.synthetic,
      });
      const track = this.job.queue().length > 1 ? this.document : this.sentence;
      const orders = {
        play: this.resume, pause: this.pause,
        stop: this.close.bind(this, false),
        previoustrack: track.bind(this, -1), nexttrack: track.bind(this, 1),
        seekbackward: this.skip.bind(this, -SKIP_MS), seekforward: this.skip.bind(this, SKIP_MS),
        seekto: this.seekTo,
      };
      Object.entries(orders).forEach(function (entry) {
        try {
          session.setActionHandler(entry[0], entry[1].bind(this));
        } catch (_) { /* an action this browser does not have */ }
      }, this);
    }

    /** The lock screen shows the whole document, whatever of it is loaded. */
    positionState() {
      if (!("mediaSession" in navigator) || !navigator.mediaSession.setPositionState) return;
      const lengths = durations(this.reading.utterances, this.timings);
      const sum = function (all) { return all.reduce(function (a, b) { return a + b; }, 0); };
      const duration = sum(lengths) / 1000;
      const position = (sum(lengths.slice(0, this.index)) + this.offsetMs()) / 1000;
      navigator.mediaSession.setPositionState({ duration, playbackRate: this.rate, position: Math.min(position, duration) });
    }

    seekTo(details) {
      const lengths = durations(this.reading.utterances, this.timings);
      const place = skipped(lengths, 0, 0, details.seekTime * 1000);
      this.start(place.index, place.ms);
    }
  }

  function caretAt(x, y) {
    if (document.caretPositionFromPoint) {
      const caret = document.caretPositionFromPoint(x, y);
      return caret && { node: caret.offsetNode, offset: caret.offset };
    }
    const range = document.caretRangeFromPoint && document.caretRangeFromPoint(x, y);
    return range && { node: range.startContainer, offset: range.startOffset };
  }

  function safeStorage() {
    try {
      return window.localStorage;
    } catch (_) {
      // Forbidden by the browser's settings: remember for this page only.
      const kept = new Map();
      return {
        getItem: function (key) { return kept.has(key) ? kept.get(key) : null; },
        setItem: function (key, value) { kept.set(key, value); },
      };
    }
  }

  // ---------------------------------------------------------------- the dock

  /** The controls, at the foot of the window while something is read. */
  class Dock {
    constructor(player) {
      this.player = player;
      this.host = document.createElement("read-aloud-dock");
      this.isOpen = false;
      this.expanded = false;
      const root = this.host.attachShadow({ mode: "open" });
      addStyles(root, DOCK_CSS);
      this.styleRoom = addStyles(document, "");
      this.build(root);
      if (typeof ResizeObserver === "function") new ResizeObserver(this.makeRoom.bind(this)).observe(this.host);
      root.addEventListener("keydown", this.key.bind(this));
      player.views.add(this);
    }

    build(root) {
      const player = this.player;
      this.title = make("p", { class: "title" });
      this.status = make("span", { class: "status", role: "status", "aria-live": "polite" });
      this.left = make("span", { class: "left" });
      this.now = make("p", { class: "now" }, [this.status, this.left]);
      this.shut = button(TEXT.close, function () { player.close(); }, { icon: "close" });
      this.words = make("p", { class: "caption", lang: "zh-CN" });

      this.previous = button(TEXT.previous, function () { player.sentence(-1); }, { icon: "previous", step: true });
      this.main = button(TEXT.pause, function () {
        player.deck.unlock();
        player.toggle();
      }, { icon: "pause", main: true });
      this.next = button(TEXT.next, function () { player.sentence(1); }, { icon: "next", step: true });
      this.more = button(TEXT.more, this.toggleMore.bind(this));
      this.more.setAttribute("aria-controls", "more");

      this.back = button(TEXT.comeBack, function () { player.follower.comeBack(); });
      this.selection = button(TEXT.fromSelection, function () { player.readSelection(); });
      this.fromStart = button(TEXT.fromStart, function () { player.resumed = false; player.start(0, 0); });

      this.slower = button(TEXT.slower, function () { player.stepRate(-1); });
      this.rate = make("span", { class: "value", "aria-live": "polite" });
      this.faster = button(TEXT.faster, function () { player.stepRate(1); });
      this.quieter = button(TEXT.quieter, function () { player.setVolume(player.volume - VOLUME_STEP); });
      this.volume = make("span", { class: "value", "aria-live": "polite" });
      this.louder = button(TEXT.louder, function () { player.setVolume(player.volume + VOLUME_STEP); });
      this.point = button(TEXT.point, function () { player.setPointing(!player.pointing); });
      this.sections = make("select", { "aria-label": TEXT.sections });
      this.sections.addEventListener("change", (function () {
        const index = Number(this.sections.value);
        this.sections.value = "";
        player.follower.following = true;
        player.resumed = false;
        if (index >= 0) player.start(index, 0);
      }).bind(this));
      this.download = make("a", { class: "button", text: TEXT.download, rel: "noopener", target: "_blank" });
      this.earlier = button(TEXT.previousDocument, function () { player.document(-1); });
      this.later = button(TEXT.nextDocument, function () { player.document(1); });

      const group = function (label, children) {
        return make("div", { class: "row", role: "group", "aria-label": label }, children);
      };
      const name = function (text) { return make("span", { class: "group-name", "aria-hidden": "true", text }); };
      this.volumeGroup = group(TEXT.volume, [name(TEXT.volume), this.quieter, this.volume, this.louder]);
      this.rest = make("div", { id: "more" }, [
        group(TEXT.region, [
          button(TEXT.repeat, function () { player.repeat(); }, { icon: "again" }),
          button(TEXT.back, function () { player.skip(-SKIP_MS); }),
          button(TEXT.forward, function () { player.skip(SKIP_MS); }),
          this.point, this.sections, this.download,
        ]),
        group(TEXT.speed, [name(TEXT.speed), this.slower, this.rate, this.faster]),
        this.volumeGroup,
      ]);
      this.offers = make("div", { class: "row" }, [this.back, this.selection, this.fromStart]);
      this.queue = make("div", { class: "row" }, [this.earlier, this.later]);
      this.box = make("div", { class: "dock", role: "region", "aria-label": TEXT.region }, [
        make("div", { class: "row head" }, [
          make("div", { class: "words" }, [
            this.title,
            this.now,
            make("p", { class: "note", text: TEXT.synthetic }),
          ]),
          this.shut,
        ]),
        this.words,
        make("div", { class: "row main-row" }, [this.previous, this.main, this.next, this.more]),
        this.offers,
        this.queue,
        this.rest,
      ]);
      root.appendChild(this.box);
    }

    open() {
      if (!this.host.isConnected) document.body.appendChild(this.host);
      this.isOpen = true;
      this.filled = null;
      this.render();
    }

    /** The page's last lines, and what the keyboard reaches, are not left under the dock. */
    makeRoom() {
      const px = this.isOpen ? this.host.offsetHeight : 0;
      if (this.room === px) return;
      this.room = px;
      this.player.follower.show(this.player.follower.range);
      this.styleRoom(px ? ":root { scroll-padding-bottom: " + px + "px; padding-bottom: " + px + "px; }" : "");
    }

    close() {
      const focused = this.host.shadowRoot.activeElement;
      this.isOpen = false;
      this.expanded = false;
      this.host.remove();
      this.makeRoom();
      if (focused && this.lastOwner && this.lastOwner.focus) this.lastOwner.focus();
    }

    focus() { this.main.focus(); }

    toggleMore() {
      this.expanded = !this.expanded;
      this.render();
    }

    render() {
      const player = this.player;
      const job = player.job;
      if (!this.isOpen || !job) return;
      this.lastOwner = job.owner;
      this.host.toggleAttribute("kiosk", job.kiosk);
      const reading = player.reading;
      setText(this.title, (reading && reading.title) || job.title || TEXT.read);
      setText(this.status, this.statusText());
      this.status.classList.toggle("trouble", player.state === "error");
      this.now.classList.toggle("calm", player.state === "playing" && !player.message && !player.pointing);
      const left = reading && player.state !== "ended" ? remainingText(player.remainingMs()) : "";
      setText(this.left, left ? " · " + left : "");
      const label = mainLabel(player);
      this.main.say(label.text, label.icon);

      enable(this.previous, Boolean(reading) && player.index > 0);
      enable(this.next, Boolean(reading) && player.index < reading.utterances.length - 1);
      this.more.say(this.expanded ? TEXT.less : TEXT.more);
      this.more.setAttribute("aria-expanded", String(this.expanded));
      this.rest.hidden = !this.expanded;
      this.box.classList.toggle("expanded", this.expanded);

      this.back.hidden = !(player.follower.range && !player.follower.following);
      this.selection.hidden = !(reading && player.selectionStart(player.selectedRange()));
      this.fromStart.hidden = !(reading && player.resumed);
      this.offers.hidden = this.back.hidden && this.selection.hidden && this.fromStart.hidden;

      setText(this.rate, player.rate + "倍");
      enable(this.slower, player.rate > RATES[0]);
      enable(this.faster, player.rate < RATES[RATES.length - 1]);
      this.volumeGroup.hidden = !player.canSetVolume;
      setText(this.volume, Math.round(player.volume * 100) + "%");
      enable(this.quieter, player.volume > 0);
      enable(this.louder, player.volume < 1);
      this.point.hidden = !player.isOnPage;
      this.point.setAttribute("aria-pressed", String(player.pointing));

      const queue = job.queue();
      this.queue.hidden = queue.length < 2;
      enable(this.earlier, Boolean(player.neighbour(-1)));
      enable(this.later, Boolean(player.neighbour(1)));
      this.fill(reading, job);
      this.caption();
    }

    statusText() {
      const player = this.player;
      if (player.message) return player.message;
      if (player.pointing) return TEXT.pointing;
      return { preparing: TEXT.starting, playing: TEXT.playing, paused: TEXT.paused, ended: TEXT.ended }[player.state] || "";
    }

    /** What only another reading changes. */
    fill(reading, job) {
      if (this.filled === reading) return;
      this.filled = reading;
      const sections = reading ? sectionsOf(reading) : [];
      this.sections.hidden = sections.length < 2;
      this.sections.textContent = "";
      this.sections.appendChild(make("option", { value: "", text: TEXT.section + "…" }));
      sections.forEach(function (section) {
        this.sections.appendChild(make("option", { value: section.index, text: section.title }));
      }, this);
      this.download.hidden = !reading || job.kiosk;
      if (!reading) return;
      // The gateway says that it is a file to keep: of another origin's word, browsers want that.
      const file = new URL(this.player.gateway.address(reading.audio.mp3));
      file.searchParams.set("download", "true");
      this.download.href = file.href;
      this.download.setAttribute("download", (reading.title || TEXT.read) + ".mp3");
    }

    /** The sentence in the dock, where it is not lit in the page. */
    caption() {
      const player = this.player;
      const utterance = player.utterance;
      const shown = this.isOpen && utterance && player.job && (player.job.captions || !player.isOnPage);
      this.words.hidden = !shown;
      if (!shown) return;
      const word = player.currentWord();
      const from = word ? word.start_utf16 - utterance.span.start_utf16 : 0;
      const to = word ? word.end_utf16 - utterance.span.start_utf16 : 0;
      const text = utterance.text;
      const key = player.index + ":" + from + ":" + to;
      if (this.captioned === key) return;
      this.captioned = key;
      this.words.textContent = "";
      this.words.append(text.slice(0, from), make("mark", { text: text.slice(from, to) }), text.slice(to));
    }

    /** Letter keys work only while the dock has the focus. */
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
      const player = this.player;
      const orders = {
        k: player.toggle, r: player.repeat,
        j: player.skip.bind(player, -SKIP_MS), l: player.skip.bind(player, SKIP_MS),
        ArrowLeft: player.sentence.bind(player, -1), ArrowRight: player.sentence.bind(player, 1),
        "-": player.stepRate.bind(player, -1), "+": player.stepRate.bind(player, 1), "=": player.stepRate.bind(player, 1),
        Escape: player.close.bind(player, false),
      };
      const order = orders[event.key];
      if (!order) return;
      event.preventDefault();
      order.call(player);
    }
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** Not `disabled`: that would throw the focus away under a keyboard user's finger. */
  function enable(element, on) {
    element.setAttribute("aria-disabled", String(!on));
  }

  function mainLabel(player) {
    if (player.isActive) return { text: TEXT.pause, icon: "pause" };
    if (player.state === "error") return { text: TEXT.retry, icon: "again" };
    if (player.state === "ended") return { text: TEXT.again, icon: "again" };
    if (player.state === "paused") return { text: TEXT.resume, icon: "play" };
    return { text: TEXT.read, icon: "play" };
  }

  // ---------------------------------------------------------------- the element

  let thePlayer = null;
  function player() {
    thePlayer = thePlayer || new Player();
    return thePlayer;
  }

  /** What a press on an element asks for. */
  function jobOf(element, overrides) {
    const given = overrides || {};
    const attribute = function (name) { return element.getAttribute(name); };
    const idleS = Number(attribute("idle")) || 60;
    const gateway = attribute("gateway");
    return {
      owner: given.owner || element,
      url: withoutHash(given.url || attribute("src") || location.href, document.baseURI),
      title: given.title || attribute("data-title") || "",
      gateway: gateway ? new URL(gateway.replace(/\/*$/, "/"), document.baseURI).href : HOME.href,
      voice: attribute("voice") || "",
      highlight: attribute("highlight") || "",
      captions: element.hasAttribute("captions") || element.hasAttribute("kiosk"),
      kiosk: element.hasAttribute("kiosk"),
      loop: element.hasAttribute("loop"),
      idleMs: idleS * 1000,
      scope: given.scope || function () {
        const selector = attribute("scope");
        return (selector && document.querySelector(selector)) || document.body;
      },
      queue: given.queue || function () { return queueOf(element); },
    };
  }

  /** The documents that follow: this one, then the links that `queue` selects. */
  function queueOf(element) {
    const selector = element.getAttribute("queue");
    if (!selector) return [];
    const queue = [];
    const first = jobOf(element, { queue: function () { return queue; } });
    queue.push(first);
    linksOf(selector).forEach(function (link) {
      const job = jobOf(element, { url: link.href, title: link.title, queue: function () { return queue; } });
      if (!queue.some(function (other) { return other.url === job.url; })) queue.push(job);
    });
    return queue;
  }

  /** Each selected row with the link to its document. */
  function linksOf(selector) {
    const links = [];
    Array.from(document.querySelectorAll(selector)).forEach(function (row) {
      const link = row.matches("a[href]") ? row : row.querySelector("a[href]");
      if (link) links.push({ row, href: link.href, title: link.textContent.trim() });
    });
    return links;
  }

  /** The button of a row: behind a link, inside anything else. */
  function buttonOf(row) {
    const found = row.matches("a") ? row.nextElementSibling : row.querySelector("read-aloud");
    return found instanceof ReadAloudElement ? found : null;
  }

  class ReadAloudElement extends HTMLElement {
    static get observedAttributes() { return ["label", "src", "data-title", "list"]; }

    connectedCallback() {
      if (this.hasAttribute("list")) {
        this.fillList();
        return;
      }
      if (!this.shadowRoot) this.build();
      player().views.add(this);
      this.render();
    }

    disconnectedCallback() { player().views.delete(this); }
    attributeChangedCallback() {
      if (!this.isConnected) return;
      if (this.hasAttribute("list")) this.fillList();
      else if (this.shadowRoot) this.render();
    }

    build() {
      const root = this.attachShadow({ mode: "open" });
      addStyles(root, BUTTON_CSS);
      this.main = button(TEXT.read, (function (event) {
        player().press(this.job());
        // Pressed with a key: the controls are at the page's end, too far to walk to.
        if (event.detail === 0) player().dock.focus();
      }).bind(this), { icon: "play", main: true });
      this.main.addEventListener("pointerdown", (function () { player().touchdown(this.job()); }).bind(this));
      this.main.setAttribute("part", "button");
      root.appendChild(this.main);
      root.appendChild(make("span", { class: "note", part: "note", text: TEXT.synthetic }));
    }

    /** A button for every row that has none, and a queue of them all. */
    fillList() {
      this.hidden = true;
      const list = this;
      const rows = function () { return linksOf(list.getAttribute("list")); };
      const jobs = function () {
        return rows().map(function (link) { return buttonOf(link.row); }).filter(Boolean)
          .map(function (element) { return element.job(); });
      };
      rows().forEach(function (link) {
        if (buttonOf(link.row)) return;
        const element = document.createElement("read-aloud");
        Array.from(list.attributes).forEach(function (attribute) {
          if (!/^(list|hidden|id|class|queue|src)$/.test(attribute.name)) element.setAttribute(attribute.name, attribute.value);
        });
        element.setAttribute("src", link.href);
        element.setAttribute("data-title", link.title);
        element.jobs = jobs;
        if (link.row.matches("a")) link.row.after(element);
        else link.row.appendChild(element);
      });
    }

    job() { return jobOf(this, { queue: this.jobs, scope: this.scopeOf }); }

    get isMine() { return player().holds(this.job()); }

    render() {
      if (!this.main) return;
      const mine = this.isMine;
      const label = mine ? mainLabel(player()) : { text: this.getAttribute("label") || TEXT.read, icon: "play" };
      this.main.say(label.text, label.icon);
      const title = this.getAttribute("data-title");
      if (title) this.main.setAttribute("aria-label", label.text + "：" + title);
      else this.main.removeAttribute("aria-label");
    }

    focus(options) { if (this.main) this.main.focus(options); }

    // The JavaScript interface. What starts sound has to be called inside a press of the reader.
    get state() { return this.isMine ? player().state : "idle"; }
    get rate() { return player().rate; }
    set rate(value) { player().setRate(value); }
    get volume() { return player().volume; }
    set volume(value) { player().setVolume(value); }
    play() { if (!(this.isMine && player().isActive)) player().press(this.job()); }
    pause() { if (this.isMine) player().pause(); }
    toggle() { player().press(this.job()); }
    stop() { if (this.isMine) player().close(); }
    next() { if (this.isMine) player().sentence(1); }
    previous() { if (this.isMine) player().sentence(-1); }
    repeat() { if (this.isMine) player().repeat(); }
    skip(seconds) { if (this.isMine) player().skip(seconds * 1000); }
    nextDocument() { if (this.isMine) player().document(1); }
    previousDocument() { if (this.isMine) player().document(-1); }
  }

  // ---------------------------------------------------------------- data-read-aloud

  /**
   * `data-read-aloud` on a button or link makes a press on it read (the link's page, or the page
   * its value names); on anything else it puts a button inside, for that part of the page.
   */
  function adopt(element) {
    if (element.readAloud) return;
    element.readAloud = true;
    const pressable = /^(BUTTON|A)$/.test(element.tagName);
    if (!pressable) {
      const inner = document.createElement("read-aloud");
      if (element.dataset.readAloud) inner.setAttribute("src", element.dataset.readAloud);
      inner.scopeOf = function () { return element; };
      element.insertBefore(inner, element.firstChild);
      return;
    }
    element.addEventListener("click", function (event) {
      event.preventDefault();
      const url = element.dataset.readAloud || element.getAttribute("href") || location.href;
      player().press(jobOf(element, { url, title: "", owner: element }));
    });
  }

  function start() {
    addStyles(document, PAGE_CSS);
    customElements.define("read-aloud", ReadAloudElement);
    Array.from(document.querySelectorAll("[data-read-aloud]")).forEach(adopt);
  }

  window.ReadAloud = { version: VERSION, get player() { return player(); }, adopt };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
