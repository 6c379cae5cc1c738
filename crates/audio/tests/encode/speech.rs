//! A signal made like speech: a pulse train with vibrato through three moving resonances, in
//! syllables with pauses, and noise where consonants would be. No recording is needed, and it is
//! the same on every machine.

use std::f32::consts::TAU;

use langdu_audio::{AigcLabel, Tags, pcm};

/// `seconds` of it at `rate_hz`, its peak at about half of full scale.
pub(crate) fn voice(seconds: f32, rate_hz: u32, seed: u32) -> Vec<f32> {
    let rate = rate_hz as f32;
    let mut noise = Noise(seed.wrapping_mul(2_654_435_761) | 1);
    let mut resonances = [Resonance::default(); 3];
    let mut pulse_phase = 0.0f32;
    let mut samples: Vec<f32> = (0..(seconds * rate) as usize)
        .map(|index| {
            let time = index as f32 / rate + seed as f32 * 0.37;
            let syllable = (time * 4.0).fract();
            let loudness = (syllable * std::f32::consts::PI).sin().powi(2);
            pulse_phase += (190.0 + 30.0 * (TAU * 1.3 * time).sin()) / rate;
            let pulse = if pulse_phase >= 1.0 { 1.0 } else { 0.0 };
            pulse_phase = pulse_phase.fract();
            let breath = if syllable < 0.15 { 0.08 } else { 0.004 };
            let excitation = pulse + breath * noise.next();
            let formants_hz = [
                550.0 + 250.0 * (TAU * 0.9 * time).sin(),
                1500.0 + 500.0 * (TAU * 0.7 * time).cos(),
                2800.0,
            ];
            let sum: f32 = resonances
                .iter_mut()
                .zip(formants_hz)
                .map(|(resonance, hz)| resonance.step(excitation, hz / rate))
                .sum();
            loudness * sum
        })
        .collect();
    let peak = samples.iter().fold(1e-9f32, |peak, s| peak.max(s.abs()));
    samples.iter_mut().for_each(|s| *s *= 0.5 / peak);
    samples
}

/// The same as a clip with `pause_ms` behind it.
pub(crate) fn clip(seconds: f32, rate_hz: u32, seed: u32, pause_ms: u32) -> Vec<f32> {
    pcm::finish(&voice(seconds, rate_hz, seed), rate_hz, 1.0, pause_ms)
}

/// Metadata as a server would give it.
pub(crate) fn tags(seed: u8) -> Tags {
    Tags {
        title: Some("关于做好养老服务工作的通知".to_owned()),
        label: AigcLabel {
            content_producer: "示例政务服务".to_owned(),
            produce_id: "reading-1/clip-7".to_owned(),
            content_propagator: "示例门户 \"A\"".to_owned(),
            ..AigcLabel::default()
        },
        serial_seed: [seed; 32],
    }
}

/// A two-pole resonator of 90 Hz bandwidth at 24 kHz.
#[derive(Clone, Copy, Default)]
struct Resonance {
    last: f32,
    before_last: f32,
}

impl Resonance {
    fn step(&mut self, input: f32, frequency: f32) -> f32 {
        let radius = 0.988f32;
        let output = input + 2.0 * radius * (TAU * frequency).cos() * self.last
            - radius * radius * self.before_last;
        self.before_last = self.last;
        self.last = output;
        output
    }
}

/// Xorshift: white enough, and the same everywhere.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0
    }
}
