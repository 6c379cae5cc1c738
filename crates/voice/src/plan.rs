//! What the model plans for a sentence, and which of its samples a part of it is.
//!
//! A sentence is planned whole, so that pitch and length run through it, and spoken in parts. A part
//! begins and ends in the silence of a mark or of the sentence's ends, or else where the voice runs on.
//! There, the next part goes on with the sample at which this one stops, so that nothing is heard but
//! the silence that every clip ends with; before a stop or an affricate it even takes the place of the
//! consonant's own.

use std::ops::Range;

use crate::pack::sizes::FRAME_SAMPLES;

/// A frame's length at the normal rate: 600 samples at 24 kHz.
const FRAME_MS: f32 = 25.0;

/// The silence that is kept before the voice, in milliseconds: a voice begins that much earlier than
/// expected at most.
pub const SILENCE_BEFORE_MS: u32 = 60;

/// The silence that is kept before the voice of a part that begins with a mark, in milliseconds, where there
/// is as much: a short item behind the comma of its carrier, whose first fricative begins up to 60 ms earlier
/// than expected.
const MARK_SILENCE_MS: f32 = 110.0;

/// The silence that is kept after the voice at the most, in milliseconds. The voice is heard until
/// 182 ms after the median, over all speakers.
pub const MOST_SILENCE_AFTER_MS: u32 = 220;

/// The silence that is kept after the voice at the least, in milliseconds.
pub const LEAST_SILENCE_AFTER_MS: u32 = 60;

/// The silence that every clip ends with, and the grid that clips are laid on, in samples: those of
/// the MP3 stream (`langdu_audio::pcm`).
const CLIP_TAIL_SAMPLES: usize = 1105;
const CLIP_FRAME_SAMPLES: usize = 576;

/// The length scale at which leads and ends were measured: a calm pace.
const PACE: f32 = 1.25;

/// At twice that length a first phoneme is heard so much later, in milliseconds, and at half of it so much
/// earlier.
const FIRST_LATER_MS: f32 = 15.0;

/// At twice that length a phoneme behind a mark is heard so much earlier, in milliseconds: the mark's own
/// frames grow, and the voice begins in them.
const BEHIND_EARLIER_MS: f32 = 75.0;

/// At twice that length the voice ends so much earlier at the end of all, in milliseconds.
const LAST_EARLIER_MS: f32 = 90.0;

/// What the last phoneme before a silence ends with, and for how long after its frames begin the voice is
/// heard, in milliseconds: at the end of all, where the last frames are mostly silence and the voice has
/// ended before them, and before a mark. Medians at [`PACE`] (`docs/measurements/voice.md`).
const VOICE_ENDS_MS: [(char, f32, f32); 6] = [
    ('→', -30.0, 0.0),
    ('↗', -25.0, 10.0),
    ('↓', -50.0, 0.0),
    ('↘', -72.0, -8.0),
    ('n', -100.0, -4.0),
    ('ŋ', -49.0, -5.0),
];

/// The same of a phoneme that is not listed: the vowel of a syllable without a tone.
const OTHER_END_MS: (f32, f32) = (35.0, 60.0);

/// A part ends at least so long before the next one is heard, in milliseconds.
const GUARD_MS: f32 = 10.0;

/// How long before its frames a phoneme is heard that follows silence, in milliseconds: where it is the first
/// of all, and behind a mark. Medians at [`PACE`] (`docs/measurements/voice.md`). An aspirated consonant is
/// two characters. The first name that fits counts.
const ONSET_LEADS_MS: [(&str, f32, f32); 36] = [
    ("p", 10.0, 20.0),
    ("t", 13.0, 16.0),
    ("pʰ", 22.0, 22.0),
    ("xw", 14.0, 80.0),
    ("xu", 18.0, 80.0),
    ("xʊ", 18.0, 80.0),
    ("k", 20.0, 22.0),
    ("tʰ", 20.0, 30.0),
    ("kʰ", 24.0, 40.0),
    ("l", 32.0, 55.0),
    ("w", 34.0, 56.0),
    ("ɻ", 44.0, 52.0),
    ("m", 37.0, 77.0),
    ("n", 38.0, 65.0),
    ("fu", 50.0, 52.0),
    ("f", 14.0, 45.0),
    ("ꭧʰ", 36.0, 58.0),
    ("ꭧ", 42.0, 52.0),
    ("ʨʰ", 42.0, 54.0),
    ("ʦʰ", 42.0, 54.0),
    ("ʦ", 45.0, 58.0),
    ("j", 48.0, 51.0),
    ("ɥ", 49.0, 62.0),
    ("ə", 50.0, 50.0),
    ("ɤ", 52.0, 68.0),
    ("ʨ", 54.0, 56.0),
    ("u", 58.0, 80.0),
    ("a", 55.0, 62.0),
    ("o", 56.0, 56.0),
    ("y", 68.0, 88.0),
    ("x", 62.0, 80.0),
    ("i", 66.0, 80.0),
    ("ɚ", 70.0, 82.0),
    ("s", 76.0, 118.0),
    ("ɕ", 78.0, 100.0),
    ("ʂ", 102.0, 116.0),
];

/// The leads of a phoneme that was not measured: the medians of those that were.
const OTHER_LEADS_MS: (f32, f32) = (42.0, 56.0);

/// The first characters of stops and affricates: they begin with a silence of their own.
const CLOSURES: &str = "ptkʨꭧʦ";

/// What is kept of a sentence for one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The samples of the sentence.
    pub(crate) samples: Range<usize>,
    /// The samples of silence after them: what the sentence's own pause lacks.
    pub(crate) silence: usize,
}

impl Kept {
    /// How many samples the part has.
    pub(crate) fn len(&self) -> usize {
        self.samples.len() + self.silence
    }
}

/// The frames of every token of a sentence.
pub(crate) struct Plan<'a> {
    phonemes: &'a [char],
    /// Where each token begins, in samples: the head, each phoneme, and the end; then where all end.
    starts: Vec<usize>,
    length_scale: f32,
}

impl<'a> Plan<'a> {
    /// The plan of `phonemes`, whose tokens last `durations` frames: one for the head, one for each
    /// phoneme, one for the end.
    pub(crate) fn new(phonemes: &'a [char], durations: &[usize], length_scale: f32) -> Self {
        let mut starts = Vec::with_capacity(durations.len() + 1);
        let mut sum = 0;
        starts.push(0);
        for frames in durations {
            sum += frames * FRAME_SAMPLES;
            starts.push(sum);
        }
        Self {
            phonemes,
            starts,
            length_scale,
        }
    }

    /// The length of everything, in samples.
    pub(crate) fn samples(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The phonemes that are planned.
    pub(crate) fn phonemes(&self) -> &[char] {
        self.phonemes
    }

    /// How long everything lasts, relative to the calm pace at which leads and ends were measured.
    pub(crate) fn slowness(&self) -> f32 {
        self.length_scale / PACE
    }

    /// Where the frames of a phoneme begin. Token 0 is the head, so phoneme `i` is token `i + 1`.
    pub(crate) fn start_of(&self, phoneme: usize) -> usize {
        let start = self.starts.get(phoneme + 1).copied();
        start.unwrap_or_else(|| self.samples())
    }

    /// The samples of the phonemes `part`. Where silence follows the voice, `after_ms` milliseconds of it.
    pub(crate) fn kept(&self, part: &Range<usize>, after_ms: u32) -> Kept {
        let sounds = |index: &usize| sounds(self.phonemes[*index]);
        let count = self.phonemes.len();
        let part = part.start.min(count)..part.end.min(count);
        let Some(first) = part.clone().find(sounds) else {
            // Nothing that sounds at all: one frame, so that no model meets an empty tensor.
            return Kept {
                samples: 0..FRAME_SAMPLES.min(self.samples()),
                silence: 0,
            };
        };
        let last = part.clone().rev().find(sounds).unwrap_or(first);
        let before = (0..part.start).rev().find(sounds);
        let after = (part.end..count).find(sounds);

        let runs_on = after.is_some_and(|after| !self.is_silent_between(last, after));
        let start = match before {
            Some(before) if !self.is_silent_between(before, first) => self.handover(first),
            before => {
                let silence_ms = if first > part.start {
                    MARK_SILENCE_MS
                } else {
                    SILENCE_BEFORE_MS as f32
                };
                let start = moved(self.onset(first), -silence_ms);
                let guard = samples_of(2.0 * GUARD_MS);
                let start = start.max(before.map_or(0, |before| self.voice_end(before) + guard));
                if runs_on { on_grid(start) } else { start }
            }
        };
        let wanted = match after {
            Some(after) if runs_on => {
                let handover = self.handover(after);
                if CLOSURES.contains(self.phonemes[after]) {
                    handover.saturating_sub(CLIP_TAIL_SAMPLES)
                } else {
                    handover
                }
            }
            _ => self.voice_end(last) + samples_of(after_ms as f32),
        };
        let guard = samples_of(GUARD_MS);
        let next = after.filter(|_| !runs_on);
        let next = next.map(|after| self.onset(after).saturating_sub(guard));
        let there = next.unwrap_or(usize::MAX).min(self.samples());
        let end = wanted.min(there);
        Kept {
            samples: start.min(end.saturating_sub(FRAME_SAMPLES))..end,
            silence: wanted - end,
        }
    }

    /// Where the part before the phoneme hands over to the part that begins with it, where the voice
    /// runs on.
    fn handover(&self, phoneme: usize) -> usize {
        on_grid(self.onset(phoneme))
    }

    /// When a phoneme is heard that follows silence.
    fn onset(&self, phoneme: usize) -> usize {
        let (first, behind) = onset_leads_ms(self.phonemes, phoneme);
        let longer = self.length_scale / PACE - 1.0;
        // No logarithm, whose last bit differs between machines: half and twice are what was measured.
        let octaves = if longer > 0.0 { longer } else { 2.0 * longer };
        let first = first - FIRST_LATER_MS * octaves;
        let before = &self.phonemes[..phoneme.min(self.phonemes.len())];
        let is_first = !before.iter().any(|c| sounds(*c));
        let lead_ms = if is_first {
            first
        } else {
            first.max(behind + BEHIND_EARLIER_MS * longer)
        };
        moved(self.start_of(phoneme), -lead_ms)
    }

    /// When the voice ends whose last phoneme before a silence is at `phoneme`.
    pub(crate) fn voice_end(&self, phoneme: usize) -> usize {
        let symbol = self.phonemes.get(phoneme).copied();
        let ends = VOICE_ENDS_MS
            .iter()
            .find(|(name, ..)| symbol == Some(*name));
        let (at_last, before_a_mark) = ends.map_or(OTHER_END_MS, |&(_, last, mark)| (last, mark));
        let longer = (self.length_scale / PACE - 1.0).max(0.0);
        let rest = self.phonemes.get(phoneme + 1..).unwrap_or_default();
        let is_last = !rest.iter().any(|c| sounds(*c));
        let lag_ms = if is_last {
            at_last - LAST_EARLIER_MS * longer
        } else {
            before_a_mark
        };
        moved(self.start_of(phoneme), lag_ms)
    }

    /// Whether a mark lies between two phonemes: a pause.
    fn is_silent_between(&self, before: usize, after: usize) -> bool {
        let between = self.phonemes.get(before + 1..after).unwrap_or_default();
        between.iter().any(|c| *c != ' ')
    }

    /// Places the syllables, `char` ranges of the phonemes, in the samples that are kept.
    pub(crate) fn place(&self, syllables: &[Range<usize>], kept: &Kept) -> Vec<Range<usize>> {
        let last_end = syllables.iter().map(|s| s.end).max().unwrap_or(0);
        let next = (last_end..self.phonemes.len()).find(|&index| sounds(self.phonemes[index]));
        let silence_follows =
            next.is_none_or(|next| self.is_silent_between(last_end.saturating_sub(1), next));
        let mut before = 0;
        let place = |chars: &Range<usize>| {
            let mut from = self.start_of(chars.start);
            let mut to = self.start_of(chars.end);
            let is_first = syllables.first() == Some(chars);
            if is_first || follows_silence(self.phonemes, chars.start) {
                from = self.onset(chars.start);
            }
            if chars.end == last_end && silence_follows {
                to = to.min(self.voice_end(chars.end.saturating_sub(1)));
            }
            let Range { start, end } = kept.samples;
            let within = |sample: usize| sample.clamp(start, end) - start;
            let from = within(from).max(before);
            // A syllable of one phoneme begins where its last one does.
            let to = within(to).max(from + FRAME_SAMPLES);
            before = to;
            from..to
        };
        syllables.iter().map(place).collect()
    }
}

/// The last sample up to `sample` that may begin a part: then a clip up to a handover is a whole number
/// of frames, which are not filled up with silence.
fn on_grid(sample: usize) -> usize {
    sample / CLIP_FRAME_SAMPLES * CLIP_FRAME_SAMPLES
}

/// Whether a phoneme is heard; marks and the space between words are not.
pub(crate) fn sounds(phoneme: char) -> bool {
    !";:,.!?—…\"()“” ".contains(phoneme)
}

/// Whether nothing is heard before the phoneme at `index`: it is the first, or follows a mark.
fn follows_silence(phonemes: &[char], index: usize) -> bool {
    let before = phonemes.get(..index).unwrap_or_default().iter().rev();
    before
        .copied()
        .find(|c| *c != ' ')
        .is_none_or(|c| ";:,.!?—…".contains(c))
}

/// How long before its frames the phoneme at `index` is heard after silence, in milliseconds: as the first
/// of all, and behind a mark.
fn onset_leads_ms(phonemes: &[char], index: usize) -> (f32, f32) {
    let rest = phonemes.get(index..).unwrap_or_default();
    let is_named = |name: &str| {
        let aspirated = |c: Option<&char>| c == Some(&'ʰ');
        let length = name.chars().count();
        rest.len() >= length
            && name.chars().zip(rest).all(|(wanted, c)| wanted == *c)
            && !aspirated(rest.get(length))
    };
    ONSET_LEADS_MS
        .iter()
        .find(|(name, ..)| is_named(name))
        .map_or(OTHER_LEADS_MS, |&(_, first, mark)| (first, mark))
}

/// A sample so many milliseconds later.
fn moved(sample: usize, later_ms: f32) -> usize {
    let by = samples_of(later_ms.abs());
    if later_ms < 0.0 {
        sample.saturating_sub(by)
    } else {
        sample + by
    }
}

/// Samples of so many milliseconds, at the rate of the default pack's frames.
fn samples_of(milliseconds: f32) -> usize {
    (milliseconds / FRAME_MS * FRAME_SAMPLES as f32).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn syllables_follow_the_frames_and_the_kept_samples_shift_them() {
        let phonemes = chars("ɕi mə↘.");
        // Head, two syllables around a space, the mark, end.
        let plan = Plan::new(&phonemes, &[17, 2, 3, 1, 4, 3, 30, 4, 8], PACE);
        let kept = plan.kept(&(0..7), 220);
        let samples = kept.samples.clone();
        // ɕ is heard 78 ms before its frames, and the tone's arrow begins after 30 frames.
        let (onset, end) = (17 * 600 - 78 * 24, 30 * 600 - 72 * 24);
        assert_eq!(samples, onset - 60 * 24..end + 220 * 24);
        let placed = plan.place(&[0..2, 3..6], &kept);
        let shifted = |sample: usize| sample - samples.start;
        let border = [22, 23].map(|frames| shifted(frames * 600));
        assert_eq!(placed, [shifted(onset)..border[0], border[1]..shifted(end)]);
    }

    #[test]
    fn parts_meet_in_the_silence_of_a_mark() {
        let phonemes = chars("ɕi, ma.");
        let plan = Plan::new(&phonemes, &[17, 3, 3, 6, 1, 4, 10, 12, 3], PACE);
        let second = plan.kept(&(4..7), 220).samples;
        // Behind a mark m is heard 77 ms before its frames.
        let onset = 30 * 600 - 77 * 24;
        for after_ms in [60, 500] {
            let first = plan.kept(&(0..3), after_ms);
            assert!(first.samples.end < onset, "{first:?}");
            // A vowel without a tone is heard for 60 ms of its frames.
            let voice_end = 20 * 600 + 60 * 24;
            let silence = samples_of(after_ms as f32);
            assert_eq!(first.samples.start + first.len(), voice_end + silence);
        }
        assert_eq!(second.start, onset - 60 * 24);
    }

    #[test]
    fn a_slow_voice_begins_later_at_first_and_earlier_behind_a_mark() {
        let phonemes = chars("ma, ma.");
        let onset = |length_scale: f32, phoneme| {
            let plan = Plan::new(&phonemes, &[17, 3, 3, 6, 1, 4, 10, 12, 3], length_scale);
            plan.onset(phoneme)
        };
        let later_ms = |length_scale, phoneme| {
            (onset(length_scale, phoneme) as i64 - onset(PACE, phoneme) as i64) / 24
        };
        assert_eq!(
            [later_ms(PACE / 2.0, 0), later_ms(2.0 * PACE, 0)],
            [-15, 15]
        );
        // A fast one as at first, at least: 37 + 15 ms before its frames instead of 77.
        assert_eq!(
            [later_ms(PACE / 2.0, 4), later_ms(2.0 * PACE, 4)],
            [25, -75]
        );
    }

    #[test]
    fn parts_without_a_mark_meet_in_one_sample_of_the_grid() {
        for (text, tail) in [("ɕi ma.", 0), ("ɕi ta.", CLIP_TAIL_SAMPLES)] {
            let phonemes = chars(text);
            let plan = Plan::new(&phonemes, &[17, 5, 8, 2, 5, 10, 12, 3], 1.0);
            let first = plan.kept(&(0..2), 220);
            assert_eq!(first.silence, 0);
            let (first, second) = (first.samples, plan.kept(&(3..6), 220).samples);
            assert_eq!(first.end + tail, second.start, "{text}");
            let frames = (first.len() + tail) as f32 / CLIP_FRAME_SAMPLES as f32;
            assert_eq!(frames.fract(), 0.0, "{text}: nothing is filled up");
        }
    }

    #[test]
    fn what_has_no_sound_is_a_frame() {
        let phonemes = chars(", .");
        let plan = Plan::new(&phonemes, &[17, 5, 8, 2, 3], 1.0);
        for part in [0..3, 7..9] {
            assert_eq!(plan.kept(&part, 220).samples, 0..FRAME_SAMPLES, "{part:?}");
        }
    }

    #[test]
    fn a_first_consonant_is_heard_before_its_frames() {
        let lead = |text: &str| onset_leads_ms(&chars(text), 0);
        for (text, expected) in [
            ("pa", (10.0, 20.0)),
            ("pʰa", (22.0, 22.0)),
            ("ʂɨ", (102.0, 116.0)),
            ("xwa", (14.0, 80.0)),
            ("xai", (62.0, 80.0)),
            ("ŋ", OTHER_LEADS_MS),
        ] {
            assert_eq!(lead(text), expected, "{text}");
        }
        let phonemes = chars("ni, ma");
        assert!(follows_silence(&phonemes, 0) && follows_silence(&phonemes, 4));
        assert!(!follows_silence(&phonemes, 1) && !follows_silence(&phonemes, 5));
    }
}
