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
