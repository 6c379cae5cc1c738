//! A voice slower or faster at the same pitch, by overlapping windows of its own sound.
//!
//! The method is WSOLA (W. Verhelst and M. Roelands, ICASSP 1993): the output is laid out of windows that
//! begin where they should in the input, but for the few milliseconds by which they fit best onto what is
//! there already. Periods of the voice are left out or repeated whole, so that the pitch stays, and nothing
//! is smeared as it would be by changing spectra. What is heard at a place of the input is at the
//! proportional place of the output, to within a window of the input.

/// A window: two periods of the lowest voice, and shorter than a syllable.
const WINDOW_MS: usize = 24;

/// How far from its place a window may be taken: more than half a period of a voice at 75 Hz, so that
/// there is always a place where the periods meet.
const SEARCH_MS: usize = 7;

/// Thousandths of the tempo of the input itself.
pub const OWN_TEMPO_MILLI: u32 = 1000;

/// Where the sample at `position` of the input is heard at this tempo, in samples; of the input's length,
/// the length of [`at_tempo`]'s output.
pub fn placed_at_tempo(position: usize, tempo_milli: u32) -> usize {
    let tempo = u128::from(tempo_milli.max(1));
    let own = u128::from(OWN_TEMPO_MILLI);
    let placed = (position as u128 * own + tempo / 2) / tempo;
    usize::try_from(placed).unwrap_or(usize::MAX)
}

/// The same voice at `tempo_milli` thousandths of its tempo: mono samples at the same rate (Hz) and the same
/// pitch, exactly [`placed_at_tempo`] of the input's length many.
///
/// What a recogniser understands of it from a quarter of the tempo to four times it: `docs/measurements/voice.md`.
pub fn at_tempo(samples: &[f32], sample_rate: u32, tempo_milli: u32) -> Vec<f32> {
    let length = placed_at_tempo(samples.len(), tempo_milli);
    if tempo_milli == OWN_TEMPO_MILLI || samples.is_empty() {
        return samples.to_vec();
    }
    let per_ms = (sample_rate as usize).div_ceil(1000);
    let (window, search) = (WINDOW_MS * per_ms, SEARCH_MS * per_ms);
    let hop = window / 2;
    let weights: Vec<f32> = (0..window)
        .map(|position| {
            let phase = std::f32::consts::TAU * (position as f32 + 0.5) / window as f32;
            0.5 - 0.5 * phase.cos()
        })
        .collect();
    let input = Padded::new(samples, window + search);
    let (mut output, mut weight) = (vec![0.0; length + window], vec![0.0; length + window]);
    // What would follow the last window in the input, by which the next one is chosen.
    let mut follows: Option<usize> = None;
    for start in (0..length).step_by(hop) {
        // The middles of the windows are where they should be, so that what is around them is off by as little
        // before as behind.
        let middle = (start + hop) as u128 * u128::from(tempo_milli) / u128::from(OWN_TEMPO_MILLI);
        let middle = usize::try_from(middle).map_or(samples.len(), |at| at.min(samples.len()));
        let wanted = middle.saturating_sub(hop);
        let at = match follows {
            Some(follows) => input.likest(follows, wanted, search, hop),
            None => wanted,
        };
        for (offset, (sample, part)) in input.window(at, window).iter().zip(&weights).enumerate() {
            output[start + offset] += sample * part;
            weight[start + offset] += part;
        }
        follows = Some(at + hop);
    }
    output.truncate(length);
    for (sample, weight) in output.iter_mut().zip(weight) {
        // The first half of the first window and the last half of the last one stand alone.
        *sample /= f32::max(weight, f32::EPSILON);
    }
    output
}

/// Samples with silence around them, so that a window may reach beyond either end.
struct Padded {
    samples: Vec<f32>,
    margin: usize,
}

impl Padded {
    fn new(samples: &[f32], margin: usize) -> Self {
        let mut padded = vec![0.0; samples.len() + 3 * margin];
        padded[margin..margin + samples.len()].copy_from_slice(samples);
        Self {
            samples: padded,
            margin,
        }
    }

    /// `length` samples from `start` of the input on.
    fn window(&self, start: usize, length: usize) -> &[f32] {
        let start = self.clamped(start, length);
        &self.samples[start..start + length]
    }

    /// Where a stretch of `length` samples begins, kept within what there is.
    fn clamped(&self, start: usize, length: usize) -> usize {
        (start + self.margin).min(self.samples.len() - length)
    }

    /// The place within `search` of `wanted` where the next `length` samples are most like those from `follows`
    /// on: by normalised correlation, so that loudness does not attract. The nearest of equals.
    fn likest(&self, follows: usize, wanted: usize, search: usize, length: usize) -> usize {
        let pattern = self.window(follows, length);
        let first = self.clamped(wanted, length).saturating_sub(search);
        let mut power: f32 = energy(&self.samples[first..first + length]);
        let mut best = (f32::MIN, usize::MAX, wanted);
        for step in 0..=2 * search {
            let at = first + step;
            if at + length > self.samples.len() {
                break;
            }
            let candidate = &self.samples[at..at + length];
            let likeness = dot(pattern, candidate) / power.max(1e-9).sqrt();
            let off = step.abs_diff(search);
            if likeness > best.0 || (likeness == best.0 && off < best.1) {
                best = (likeness, off, at.saturating_sub(self.margin));
            }
            if let Some(next) = self.samples.get(at + length) {
                power = (power - self.samples[at].powi(2) + next.powi(2)).max(0.0);
            }
        }
        best.2
    }
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

fn energy(samples: &[f32]) -> f32 {
    dot(samples, samples)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE_HZ: u32 = 24_000;

    /// A voice of this pitch, for so many milliseconds: harmonics that fall by 6 dB an octave.
    fn voice(pitch_hz: f32, ms: usize) -> Vec<f32> {
        let sample = |at: usize| {
            let phase = std::f32::consts::TAU * pitch_hz * at as f32 / RATE_HZ as f32;
            let harmonics = (1..=12).map(|n| (phase * n as f32).sin() / n as f32);
            0.2 * harmonics.sum::<f32>()
        };
        (0..ms * RATE_HZ as usize / 1000).map(sample).collect()
    }

    /// The pitch of a steady voice: the lag at which it is most like itself.
    fn pitch_hz(samples: &[f32]) -> f32 {
        let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let likeness = |lag: usize| {
            let (one, other) = (&middle[lag..], &middle[..middle.len() - lag]);
            dot(one, other) / (energy(one) * energy(other)).sqrt()
        };
        let lags = RATE_HZ as usize / 500..RATE_HZ as usize / 60;
        let best = lags.clone().map(likeness).fold(f32::MIN, f32::max);
        let first = lags.clone().find(|&lag| likeness(lag) > best - 0.02);
        // To the top of that peak, so that a period is not taken for half a sample less.
        let near = first.unwrap()..first.unwrap() + 8;
        let top = near.max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
        RATE_HZ as f32 / top.unwrap() as f32
    }

    fn rms(samples: &[f32]) -> f32 {
        (energy(samples) / samples.len() as f32).sqrt()
    }

    #[test]
    fn the_pitch_and_the_level_stay_and_the_length_is_exact() {
        for pitch in [85.0, 120.0, 210.0, 330.0] {
            let own = voice(pitch, 1500);
            for tempo in [250, 500, 700, 900, 1300, 1500, 2000, 3000, 4000] {
                let made = at_tempo(&own, RATE_HZ, tempo);
                assert_eq!(made.len(), placed_at_tempo(own.len(), tempo));
                let heard = pitch_hz(&made);
                assert!(
                    (heard / pitch - 1.0).abs() < 0.02,
                    "{pitch} {tempo}: {heard}"
                );
                let level_db = 20.0 * (rms(&made) / rms(&own)).log10();
                assert!(level_db.abs() < 0.7, "{pitch} {tempo}: {level_db} dB");
            }
        }
    }

    #[test]
    fn what_is_heard_is_heard_at_its_proportional_place() {
        // Bursts of a voice with silence between: where each begins is seen.
        let mut own = Vec::new();
        let mut starts = Vec::new();
        for pitch in [120.0, 200.0, 150.0, 250.0] {
            own.resize(own.len() + 4800, 0.0);
            starts.push(own.len());
            own.extend(voice(pitch, 300));
        }
        own.resize(own.len() + 4800, 0.0);
        for tempo in [250, 500, 1500, 2000, 4000] {
            let made = at_tempo(&own, RATE_HZ, tempo);
            for start in &starts {
                let place = placed_at_tempo(*start, tempo);
                // What stands at the edge of a window is as much too early or too late as the tempo is another,
                // and the window as much as it was searched for.
                let own_ms =
                    SEARCH_MS as f32 + WINDOW_MS as f32 / 2.0 * (1.0 - tempo as f32 / 1000.0).abs();
                let within = (own_ms / tempo as f32 * RATE_HZ as f32) as usize;
                let before = &made[place.saturating_sub(2 * within)..place.saturating_sub(within)];
                let after = &made[place + within..place + 2 * within];
                assert!(rms(before) < 0.01, "{tempo}: silence before {place}");
                assert!(rms(after) > 0.05, "{tempo}: a voice from {place} on");
            }
        }
    }

    #[test]
    fn the_own_tempo_changes_nothing_and_silence_stays_silence() {
        let own = voice(200.0, 100);
        assert_eq!(at_tempo(&own, RATE_HZ, OWN_TEMPO_MILLI), own);
        assert!(
            at_tempo(&[0.0; 5000], RATE_HZ, 500)
                .iter()
                .all(|&sample| sample == 0.0)
        );
        assert!(at_tempo(&[], RATE_HZ, 500).is_empty());
    }

    proptest! {
        #[test]
        fn any_samples_at_any_tempo_have_their_length_and_no_peak_beyond_their_own(
            samples in prop::collection::vec(-1.0f32..1.0, 0..4000),
            tempo in 250u32..=4000,
            rate in prop::sample::select(vec![8000u32, 16_000, 22_050, 24_000]),
        ) {
            let made = at_tempo(&samples, rate, tempo);
            prop_assert_eq!(made.len(), placed_at_tempo(samples.len(), tempo));
            prop_assert!(made.iter().all(|sample| sample.abs() <= 1.0001));
        }
    }
}
