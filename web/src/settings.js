// Steps, limits and times.

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
// What the three large buttons stand for; between them there are finer steps.
const PACES = [{ name: TEXT.slow, rate: 0.75 }, { name: TEXT.usual, rate: 1 }, { name: TEXT.fast, rate: 1.25 }];
const VOLUME_STEP = 0.2;
// Above the sound as it is: three steps to the loudest.
const BOOST_STEP = 0.6;
const SKIP_MS = 15000;
// After this long without sound the listener is told that it is being prepared.
const SAY_PREPARING_MS = 1000;
// After this long without an answer the player gives up.
const GIVE_UP_MS = 30000;
// How many clips are prefetched: while a short sentence plays, there is too little time to make a
// long one that follows it.
const CLIPS_AHEAD = 3;
// HTMLMediaElement.HAVE_ENOUGH_DATA.
const HAVE_ENOUGH_DATA = 4;
// The silence between a document and the next one of a queue.
const NEXT_DOCUMENT_MS = 1500;
// So many times a gateway that is full is asked again before the listener is asked to.
const RETRIES_WHEN_BUSY = 3;
// So many sentences come before the rest of a reading: enough to play for a minute.
const FIRST_SENTENCES = 12;
// A prefetched reading is thrown away after this long: its page may have changed since.
const KEEP_AHEAD_MS = 60000;
// A loop on a public terminal goes on to its next document this long after an error.
const LOOP_AFTER_ERROR_MS = 10000;
// What the gateway says of a clip that an editor has corrected meanwhile.
const SUPERSEDED = "urn:langdu:clip-superseded";
// What it says of a document that its editors have not approved yet.
const NOT_APPROVED = "urn:langdu:not-approved";
// The longest word that is named as read wrong, in characters.
const LONGEST_WORD = 32;
// The longest shorter side of a screen that is a phone's, in CSS pixels.
const LARGEST_PHONE = 600;
// The pace of the default voice, used until timings are known.
const USUAL_SYLLABLE_MS = 210;

/** The next faster (`by` > 0) or slower rate; undefined past the last. */
function nextRate(rate, by) {
  return by > 0
    ? RATES.find(function (other) { return other > rate + 0.001; })
    : RATES.slice().reverse().find(function (other) { return other < rate - 0.001; });
}

/** The number in PACES of the button that a rate belongs to. */
function paceOf(rate) { return rate < 1 ? 0 : rate > 1 ? 2 : 1; }
