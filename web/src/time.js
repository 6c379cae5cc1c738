// Syllables, lengths and times.

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

/** The length of each utterance in milliseconds: exact where its timing is known, else estimated. */
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

/** How many syllables are spoken, about. */
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

/** Not with `reduce`, which libraries of the past give every array in a meaning of their own. */
function sum(lengths) {
  let all = 0;
  lengths.forEach(function (length) { all += length; });
  return all;
}

/** A time as a clock shows it: 0:05, 12:30, 1:02:03. */
function clockText(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = function (number) { return (number < 10 ? "0" : "") + number; };
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(seconds % 60);
}

/** The time that is left, in words. */
function remainingText(ms) {
  const minutes = Math.round(ms / 60000);
  if (minutes >= 1) return "还剩约" + minutes + "分钟";
  return ms > 5000 ? "还剩不到1分钟" : "";
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
