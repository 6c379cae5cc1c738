//! What is done to the pitch that the model plans.
//!
//! The model ignores question marks, ends every clause low and, with some speakers, moves little. Its pitch
//! is one tensor between two of a pack's models, two values a frame, so it can be changed where the sentence
//! asks for it and everything behind it follows. Durations stay as they are, and with them all timings.
//!
//! Changes are in octaves, smooth in time, and never those of one syllable alone, so that tones keep their
//! shape.

use serde::{Deserialize, Serialize};

use crate::pack::sizes::{FRAME_SAMPLES, STEPS_PER_FRAME};
use crate::plan::{Plan, sounds};

/// What is done to the pitch; the table `melody` of the configuration, and part of what a clip is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Melody {
    /// Questions rise at the end.
    pub questions: bool,
    /// The voice stays up before a comma, where the sentence goes on.
    pub continuations: bool,
    /// Speakers whose pitch moves little are given a wider range: as far as the pack says.
    pub range: bool,
}

impl Melody {
    /// Nothing is done.
    pub const AS_PLANNED: Self = Self {
        questions: false,
        continuations: false,
        range: false,
    };
}

impl Default for Melody {
    fn default() -> Self {
        Self {
            questions: true,
            continuations: true,
            range: true,
        }
    }
}

/// What is voiced has more than this, in Hz. The model plans about 12 where nothing is.
const VOICED_HZ: f32 = 60.0;

/// Pitches farther from the middle than this, in octaves, are the edges of voiceless sounds: they move no
/// farther than pitches this far away.
const FARTHEST_OCTAVES: f32 = 0.6;

const SEMITONE_OCTAVES: f32 = 1.0 / 12.0;

/// A smooth rise before the end of the voice at a mark.
struct Rise {
    /// When it begins and when it is complete, in milliseconds before the voice ends, at a calm pace.
    begins_ms: f32,
    complete_ms: f32,
    octaves: f32,
}

/// A question is higher in its last three syllables or so, and rises once more in the last one.
const QUESTION: [Rise; 2] = [
    Rise {
        begins_ms: 700.0,
        complete_ms: 260.0,
        octaves: 2.5 * SEMITONE_OCTAVES,
    },
    Rise {
        begins_ms: 230.0,
        complete_ms: 20.0,
        octaves: 3.5 * SEMITONE_OCTAVES,
    },
];

/// The last two syllables before a comma.
const CONTINUATION: [Rise; 1] = [Rise {
    begins_ms: 450.0,
    complete_ms: 120.0,
    octaves: 2.5 * SEMITONE_OCTAVES,
}];

/// The samples of a step.
const STEP_SAMPLES: usize = FRAME_SAMPLES / STEPS_PER_FRAME;

/// The milliseconds of a step.
const STEP_MS: f32 = 12.5;

/// Shapes the `pitch` of a plan, in Hz a step. `range` is by how much a wide pitch moves farther.
pub(crate) fn shape(pitch: &mut [f32], plan: &Plan<'_>, melody: Melody, range: f32) {
    if melody.range && range != 1.0 {
        widen(pitch, range);
    }
    let mut from = 0;
    for (mark, phoneme) in plan.phonemes().iter().enumerate() {
        let rises: &[Rise] = match phoneme {
            '?' if melody.questions => &QUESTION,
            ',' if melody.continuations => &CONTINUATION,
            '?' | ',' | '.' | '!' | ';' | ':' | '…' => &[],
            _ => continue,
        };
        // Between two marks nothing but spaces may be.
        let last = (from..mark).rev().find(|&at| sounds(plan.phonemes()[at]));
        if let Some(last) = last {
            raise(pitch, plan, (from, last), rises);
        }
        from = mark + 1;
    }
}

/// Moves every pitch farther from the middle one, and those within reach of it as much.
fn widen(pitch: &mut [f32], range: f32) {
    let mut voiced: Vec<f32> = pitch.iter().copied().filter(|&hz| hz > VOICED_HZ).collect();
    if voiced.is_empty() {
        return;
    }
    let middle = voiced.len() / 2;
    let (_, &mut middle_hz, _) = voiced.select_nth_unstable_by(middle, f32::total_cmp);
    for hz in pitch.iter_mut().filter(|hz| **hz > VOICED_HZ) {
        let away = (*hz / middle_hz).log2();
        let away = away.clamp(-FARTHEST_OCTAVES, FARTHEST_OCTAVES);
        *hz *= ((range - 1.0) * away).exp2();
    }
}

/// Raises the end of the clause whose first phoneme and last are given.
fn raise(pitch: &mut [f32], plan: &Plan<'_>, (first, last): (usize, usize), rises: &[Rise]) {
    let steps = pitch.len();
    let step_of = |sample: usize| (sample / STEP_SAMPLES).min(steps);
    let start = step_of(plan.start_of(first));
    let voice_end = step_of(plan.voice_end(last));
    // What is heard behind the expected end is as high as the end.
    let end = step_of(plan.start_of(last + 2)).max(voice_end);
    for rise in rises {
        let [begins_ms, complete_ms] =
            [rise.begins_ms, rise.complete_ms].map(|ms| ms * plan.slowness());
        for (step, hz) in pitch.iter_mut().enumerate().take(end).skip(start) {
            if *hz <= VOICED_HZ {
                continue;
            }
            let before_end_ms = (voice_end as f32 - step as f32) * STEP_MS;
            let done = (begins_ms - before_end_ms) / (begins_ms - complete_ms);
            *hz *= (rise.octaves * smooth(done)).exp2();
        }
    }
}

/// From 0 to 1 without a corner.
fn smooth(done: f32) -> f32 {
    let done = done.clamp(0.0, 1.0);
    done * done * (3.0 - 2.0 * done)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two clauses of eight syllables, of six frames each: the first ends with a comma.
    fn phonemes(end: char) -> Vec<char> {
        let clause = "ma→ ".repeat(8);
        let clause = clause.trim();
        format!("{clause}, {clause}{end}").chars().collect()
    }

    fn durations(phonemes: &[char]) -> Vec<usize> {
        let own = phonemes.iter().map(|c| if *c == ' ' { 1 } else { 2 });
        [17].into_iter().chain(own).chain([8]).collect()
    }

    /// How many semitones each step of a level pitch is raised.
    fn raised(end: char, melody: Melody) -> Vec<f32> {
        let phonemes = phonemes(end);
        let durations = durations(&phonemes);
        let plan = Plan::new(&phonemes, &durations, 1.25);
        let mut pitch = vec![200.0; plan.samples() / STEP_SAMPLES];
        shape(&mut pitch, &plan, melody, 1.3);
        pitch.iter().map(|hz| 12.0 * (hz / 200.0).log2()).collect()
    }

    fn only(change: impl Fn(&mut Melody)) -> Melody {
        let mut melody = Melody::AS_PLANNED;
        change(&mut melody);
        melody
    }

    #[test]
    fn a_question_rises_at_its_end_and_only_there() {
        let raised = raised('?', only(|melody| melody.questions = true));
        assert!(raised.iter().all(|&st| st >= 0.0));
        let most = raised.iter().copied().fold(0.0, f32::max);
        assert!((most - 6.0).abs() < 0.1, "{most}");
        let first_half = &raised[..raised.len() / 2];
        assert!(first_half.iter().all(|&st| st == 0.0));
        // No step of the pitch is a jump.
        let steps = raised.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(steps.filter(|step| *step > 0.0).all(|step| step < 0.5));
    }

    #[test]
    fn a_clause_stays_up_before_a_comma_and_falls_before_a_full_stop() {
        let raised = raised('.', only(|melody| melody.continuations = true));
        let most = raised.iter().copied().fold(0.0, f32::max);
        assert!((most - 2.5).abs() < 0.1, "{most}");
        let last_third = &raised[raised.len() * 2 / 3..];
        assert!(last_third.iter().all(|&st| st == 0.0));
    }

    #[test]
    fn what_is_switched_off_changes_nothing() {
        for end in ['?', '.'] {
            assert!(raised(end, Melody::AS_PLANNED).iter().all(|&st| st == 0.0));
        }
    }

    #[test]
    fn a_wide_pitch_moves_farther_from_its_middle_and_silence_does_not_move() {
        let phonemes = phonemes('.');
        let durations = durations(&phonemes);
        let plan = Plan::new(&phonemes, &durations, 1.25);
        let mut pitch = vec![200.0; plan.samples() / STEP_SAMPLES];
        pitch[..4].copy_from_slice(&[12.0, 100.0, 200.0, 250.0]);
        shape(&mut pitch, &plan, only(|melody| melody.range = true), 1.5);
        assert_eq!([pitch[0], pitch[2]], [12.0, 200.0]);
        // An octave below is as far as 0.6 octaves, whose half it moves; a third above moves by half of it.
        let expected = [100.0 * 0.3_f32.exp2().recip(), 200.0 * 1.25_f32.powf(1.5)];
        for (hz, expected) in [pitch[1], pitch[3]].into_iter().zip(expected) {
            assert!((hz - expected).abs() < 0.1, "{hz} {expected}");
        }
    }
}
