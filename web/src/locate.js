// Where the text of a reading stands in the text of the page. Both are compared without white
// space ("squeezed"), since a page may break and indent its lines as it likes.

const SPACE = /[\s\u00ad\u200b-\u200d\u2060]/;

// A block has 10⁴ where the page raises a 4: they are compared on the line.
const BESIDE = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉－−–＋";
const ON_LINE = "0123456789+-0123456789---+";

/** A character as it is compared. */
function levelled(character) {
  const at = BESIDE.indexOf(character);
  return at < 0 ? character : ON_LINE[at];
}

/** The text without white space, and where each of its code units stood. */
function squeeze(text) {
  const kept = [];
  const at = [];
  for (let i = 0; i < text.length; i += 1) {
    if (SPACE.test(text[i])) continue;
    kept.push(levelled(text[i]));
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
