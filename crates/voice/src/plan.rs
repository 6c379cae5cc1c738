//! What the model plans for a sentence, and which of its samples a part of it is.
//!
//! A sentence is planned whole, so that pitch and length run through it, and spoken in parts. A part
//! begins and ends in the silence of a mark or of the sentence's ends, or else where the voice runs on.
//! There, the next part goes on with the sample at which this one stops, so that nothing is heard but
//! the silence that every clip ends with; before a stop or an affricate it even takes the place of the
//! consonant's own.

use std::ops::Range;

use crate::pack::FRAME_SAMPLES;

/// A frame's length at the normal rate: 600 samples at 24 kHz.
const FRAME_MS: f32 = 25.0;

/// The silence that is kept before the voice, in milliseconds: a voice begins that much earlier than
/// expected at most.
pub const SILENCE_BEFORE_MS: u32 = 60;

/// The silence that is kept after the voice at the most, in milliseconds. The voice is heard until
/// 182 ms after the median, over all speakers.
pub const MOST_SILENCE_AFTER_MS: u32 = 220;

/// The silence that is kept after the voice at the least, in milliseconds.
pub const LEAST_SILENCE_AFTER_MS: u32 = 60;

/// The silence that every clip ends with, and the grid that clips are laid on, in samples: those of
/// the MP3 stream (`langdu_audio::pcm`).
const CLIP_TAIL_SAMPLES: usize = 1105;
const CLIP_FRAME_SAMPLES: usize = 576;

/// The voice is heard before its phonemes' frames begin, and its last phoneme's frames are mostly
/// silence: the voice has ended so long before them, in milliseconds at the normal rate. The
/// median of 306 utterances of three speakers of the default pack, to the last 2.5 ms within
/// 35 dB of the peak; half of them lie within 28 ms of it.
const LAST_LEAD_MS: f32 = 52.0;

/// Before a mark inside a sentence the voice goes on for about so long after its last phoneme's frames
/// begin, in milliseconds at the normal rate. Measured at 12 marks: from −5 to 77.
const LAST_LAG_MS: f32 = 20.0;

/// A part ends at least so long before the next one is heard, in milliseconds.
const GUARD_MS: f32 = 10.0;

/// A slow voice begins earlier in the head's frames, and a fast one later: so many frames for each
/// unit that the length scale lies above and below 1. Measured at 0.5, 1 and 2.
const SLOW_HEAD_FRAMES: f32 = 15.5;
const FAST_HEAD_FRAMES: f32 = 8.0;

/// How long before its frames a first phoneme is heard, in milliseconds at the normal rate: medians
/// of three speakers of the default pack, measured to the first 2.5 ms within 35 dB of the
/// utterance's peak (`docs/voice.md`). An aspirated consonant is two characters.
const ONSET_LEADS_MS: [(&str, f32); 32] = [
    ("x", 6.0),
    ("p", 10.0),
    ("t", 13.0),
    ("pʰ", 17.0),
    ("k", 20.0),
    ("tʰ", 20.0),
    ("kʰ", 24.0),
    ("l", 27.0),
    ("w", 28.0),
    ("ɻ", 36.0),
    ("m", 37.0),
    ("ꭧ", 38.0),
    ("ꭧʰ", 38.0),
    ("f", 42.0),
    ("ʨʰ", 42.0),
    ("n", 43.0),
    ("ʦʰ", 43.0),
    ("ʦ", 47.0),
    ("j", 48.0),
    ("ɥ", 49.0),
    ("ə", 52.0),
    ("ɤ", 52.0),
    ("ʨ", 54.0),
    ("u", 55.0),
    ("a", 56.0),
    ("o", 56.0),
    ("y", 61.0),
    ("ɚ", 70.0),
    ("s", 70.0),
    ("i", 72.0),
    ("ɕ", 76.0),
    ("ʂ", 88.0),
];

/// The lead of a phoneme that was not measured: the median of those that were.
const OTHER_LEAD_MS: f32 = 42.0;

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

    /// Where the frames of a phoneme begin. Token 0 is the head, so phoneme `i` is token `i + 1`.
    fn start_of(&self, phoneme: usize) -> usize {
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
                let silence = samples_of(SILENCE_BEFORE_MS as f32);
                let start = self.onset(first).saturating_sub(silence);
                let start = start.max(before.map_or(0, |before| self.voice_end(before)));
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
        let lead_ms = onset_lead_ms(self.phonemes, phoneme);
        let start = self.start_of(phoneme);
        let before = &self.phonemes[..phoneme.min(self.phonemes.len())];
        if before.iter().any(|c| sounds(*c)) {
            return start.saturating_sub(samples_of(lead_ms * self.length_scale));
        }
        let slower = self.length_scale - 1.0;
        let lead_ms = lead_ms * self.length_scale.min(1.0);
        let earlier_ms = slower.max(0.0) * SLOW_HEAD_FRAMES * FRAME_MS;
        let later_ms = (-slower).max(0.0) * FAST_HEAD_FRAMES * FRAME_MS;
        (start + samples_of(later_ms)).saturating_sub(samples_of(lead_ms + earlier_ms))
    }

    /// When the voice ends whose last phoneme before a silence is at `phoneme`.
    fn voice_end(&self, phoneme: usize) -> usize {
        let start = self.start_of(phoneme);
        let rest = self.phonemes.get(phoneme + 1..).unwrap_or_default();
        if rest.iter().any(|c| sounds(*c)) {
            start + samples_of(LAST_LAG_MS * self.length_scale)
        } else {
            start.saturating_sub(samples_of(LAST_LEAD_MS * self.length_scale))
        }
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
            if follows_silence(self.phonemes, chars.start) {
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
fn sounds(phoneme: char) -> bool {
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

/// How long before its frames the phoneme at `index` is heard.
fn onset_lead_ms(phonemes: &[char], index: usize) -> f32 {
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
        .find(|(name, _)| is_named(name))
        .map_or(OTHER_LEAD_MS, |(_, lead)| *lead)
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
        let phonemes = chars("ɕi ma");
        // Head, two syllables of two phonemes around a space, end.
        let plan = Plan::new(&phonemes, &[17, 2, 3, 1, 4, 30, 12], 1.0);
        let kept = plan.kept(&(0..5), 220);
        let samples = kept.samples.clone();
        // 76 ms for ɕ and the silence before it; the last phoneme begins after 27 frames.
        assert_eq!(samples, 17 * 600 - 136 * 24..27 * 600 + 168 * 24);
        let placed = plan.place(&[0..2, 3..5], &kept);
        let shifted = |frames: usize| frames * 600 - samples.start;
        assert_eq!(
            placed,
            [
                17 * 600 - 76 * 24 - samples.start..shifted(22),
                shifted(23)..shifted(27) - 52 * 24
            ]
        );
    }

    #[test]
    fn parts_meet_in_the_silence_of_a_mark() {
        let phonemes = chars("ɕi, ma.");
        let plan = Plan::new(&phonemes, &[17, 3, 3, 6, 1, 4, 10, 12, 3], 1.0);
        let second = plan.kept(&(4..7), 220).samples;
        for after_ms in [60, 500] {
            let first = plan.kept(&(0..3), after_ms);
            assert!(first.samples.end < 30 * 600 - 37 * 24, "{first:?}");
            let voice_end = 20 * 600 + 20 * 24;
            let silence = samples_of(after_ms as f32);
            assert_eq!(first.samples.start + first.len(), voice_end + silence);
        }
        assert_eq!(second.start, 30 * 600 - (37 + 60) * 24);
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
        let lead = |text: &str| onset_lead_ms(&chars(text), 0);
        for (text, expected) in [
            ("pa", 10.0),
            ("pʰa", 17.0),
            ("ʂɨ", 88.0),
            ("ŋ", OTHER_LEAD_MS),
        ] {
            assert!((lead(text) - expected).abs() < 1e-6, "{text}");
        }
        let phonemes = chars("ni, ma");
        assert!(follows_silence(&phonemes, 0) && follows_silence(&phonemes, 4));
        assert!(!follows_silence(&phonemes, 1) && !follows_silence(&phonemes, 5));
    }
}
