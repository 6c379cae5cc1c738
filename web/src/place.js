// What is kept on the device: the place in each document, the speed, and how the reading view
// looks. No text is.

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

/** The places of the last documents that were read, under one key of the browser's storage. */
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
      this.storage.setItem(this.key, jsonOf(kept));
    } catch (_) { /* full or forbidden: then this visit is not remembered */ }
  }

  remember(url, mark, rate, when) {
    const kept = this.load();
    kept.rate = rate;
    kept.places[hash(url)] = Object.assign({ rate, when }, mark);
    this.save(kept);
  }

  /** How large letters of the reading view, and its colours. */
  reader() { return this.load().reader || {}; }

  keepReader(reader) { this.save(Object.assign(this.load(), { reader })); }

  forgetPlace(url, rate, when) {
    this.remember(url, {}, rate, when);
  }

  recall(url) {
    const kept = this.load();
    const place = kept.places[hash(url)];
    return { rate: (place && place.rate) || kept.rate || 1, mark: place && place.self ? place : null };
  }
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
