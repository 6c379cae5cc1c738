//! The kernels beside plain float arithmetic over random shapes, at every instruction set of this machine.

use langdu_kernels::{
    BlockWeights, Conv, ConvWeights, Executor, InstructionSet, InvalidWindow, LayerWeights,
    ResidualBlocks, Sequential, Stft,
};
use proptest::prelude::*;

/// Two threads that take turns at the tasks.
struct TwoThreads;

impl Executor for TwoThreads {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync)) {
        std::thread::scope(|scope| {
            for first in 0..2 {
                scope.spawn(move || (first..count).step_by(2).for_each(task));
            }
        });
    }
}

/// Numbers that are the same for the same seed: from −1 to 1.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A convolution's parameters, owned.
struct Parameters {
    weights: Vec<u8>,
    bias: Vec<f32>,
    outputs: usize,
    inputs: usize,
    taps: usize,
    dilation: usize,
    zero_point: u8,
    scale: f32,
}

impl Parameters {
    fn random(seed: u64, shape: (usize, usize, usize), dilation: usize) -> Self {
        let (outputs, inputs, taps) = shape;
        let count = outputs * inputs * taps;
        Self {
            weights: noise(seed, count)
                .iter()
                .map(|v| (v * 127.0 + 128.0) as u8)
                .collect(),
            bias: noise(seed + 2, outputs),
            outputs,
            inputs,
            taps,
            dilation,
            zero_point: 40 + (seed % 100) as u8,
            scale: 0.02 / ((inputs * taps) as f32).sqrt(),
        }
    }

    fn borrowed(&self) -> ConvWeights<'_> {
        ConvWeights {
            weights: &self.weights,
            outputs: self.outputs,
            inputs: self.inputs,
            taps: self.taps,
            dilation: self.dilation,
            zero_point: self.zero_point,
            scale: self.scale,
            bias: &self.bias,
        }
    }

    /// In floats, with nothing quantised but the weights.
    fn convolve(&self, input: &[f32], before: usize, after: usize) -> Vec<f32> {
        let length = input.len() / self.inputs;
        let reach = (self.taps - 1) * self.dilation;
        let count = (length + before + after).saturating_sub(reach);
        let mut out = Vec::with_capacity(self.outputs * count);
        for output in 0..self.outputs {
            for t in 0..count {
                let mut sum = 0.0_f64;
                for tap in 0..self.taps {
                    let Some(at) = (t + tap * self.dilation).checked_sub(before) else {
                        continue;
                    };
                    if at >= length {
                        continue;
                    }
                    for channel in 0..self.inputs {
                        let weight =
                            self.weights[(output * self.inputs + channel) * self.taps + tap];
                        let weight = f64::from(weight) - f64::from(self.zero_point);
                        sum += weight * f64::from(input[channel * length + at]);
                    }
                }
                out.push((sum * f64::from(self.scale)) as f32 + self.bias[output]);
            }
        }
        out
    }
}

/// How far `got` is from `expected`, relative to how large that is; both as root mean squares.
fn relative_error(got: &[f32], expected: &[f32]) -> f64 {
    let power = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>();
    let mut differences = got.iter().zip(expected).map(|(a, b)| f64::from(a - b));
    let error = power(&mut differences);
    let whole = power(&mut expected.iter().map(|&v| f64::from(v)));
    (error / whole.max(1e-12)).sqrt()
}

/// What quantised activations may cost: seven bits where there are no more.
fn tolerance(instruction_set: InstructionSet) -> f64 {
    match instruction_set {
        InstructionSet::Neon { .. } => 0.03,
        _ => 0.015,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_convolution_is_that_of_floats(
        seed in 1_u64..1_000_000,
        outputs in 1_usize..90,
        // Whole tiles of 64 inputs, and any number.
        inputs in prop_oneof![1_usize..70, prop::sample::select(vec![64_usize, 128])],
        taps in 1_usize..8,
        dilation in 1_usize..4,
        length in 1_usize..260,
        before in 0_usize..8,
        after in 0_usize..8,
    ) {
        let parameters = Parameters::random(seed, (outputs, inputs, taps), dilation);
        let input = noise(seed + 1, inputs * length);
        let expected = parameters.convolve(&input, before, after);
        for instruction_set in InstructionSet::all() {
            let conv = Conv::new(instruction_set, &parameters.borrowed(), (before, after)).unwrap();
            let mut out = vec![0.0; outputs * conv.out_length(length)];
            conv.run(&Sequential, &input, &mut out);
            prop_assert_eq!(out.len(), expected.len());
            let error = relative_error(&out, &expected);
            prop_assert!(error < tolerance(instruction_set), "{}: {error}", instruction_set.name());
        }
    }
}

/// Whatever adds up products of eight bits adds up the same ones: not one bit of a result may differ. On an x86-64
/// the plain loops round once more where they multiply and add; on Arm plain Neon has seven bits.
#[test]
fn every_instruction_set_of_eight_bits_gives_the_same() {
    let has_eight_bits = |instruction_set: &InstructionSet| match instruction_set {
        InstructionSet::Plain => cfg!(target_arch = "aarch64"),
        other => !matches!(other, InstructionSet::Neon { .. }),
    };
    let instruction_sets: Vec<InstructionSet> =
        InstructionSet::all().filter(has_eight_bits).collect();
    // Fewer rows than a tile has, whole tiles, an odd tile and what is left over; blocks of
    // outputs in pairs and an odd one; every dilation of the voice; an odd number of groups of inputs.
    for (length, outputs, dilation) in [
        (15, 64, 1),
        (16, 48, 1),
        (31, 16, 3),
        (48, 80, 1),
        (95, 70, 5),
        (200, 128, 3),
    ] {
        for inputs in [36, 64, 128, 256] {
            let parameters = Parameters::random(length as u64, (outputs, inputs, 3), dilation);
            let input = noise(7, inputs * length);
            let mut results = instruction_sets.iter().map(|&instruction_set| {
                let pads = (dilation, dilation);
                let conv = Conv::new(instruction_set, &parameters.borrowed(), pads).unwrap();
                let mut out = vec![0.0; outputs * conv.out_length(length)];
                conv.run(&Sequential, &input, &mut out);
                out
            });
            if let Some(first) = results.next() {
                assert!(
                    results.all(|other| other == first),
                    "{length} × {inputs} × {outputs}"
                );
            }
        }
    }
}

/// Residual blocks in floats, as the module's documentation writes them.
fn residual_blocks(
    blocks: &[Vec<(Parameters, Vec<f32>)>],
    channels: usize,
    input: &[f32],
    style: &[f32],
    moments: &[f32],
) -> Vec<f32> {
    let length = input.len() / channels;
    let mut styles = style.chunks_exact(2 * channels);
    let mut moments = moments.chunks_exact(2 * channels);
    let mut total = vec![0.0; input.len()];
    for block in blocks {
        let mut state = input.to_vec();
        for pair in block.chunks_exact(2) {
            let mut inner = state.clone();
            for (parameters, alpha) in pair {
                let style = styles.next().unwrap();
                let moments = moments.next().unwrap();
                for channel in 0..channels {
                    let values = &mut inner[channel * length..(channel + 1) * length];
                    let mean = f64::from(moments[channel]);
                    let deviation = (f64::from(moments[channels + channel]) + 1e-5).sqrt();
                    for value in values {
                        let normal = (f64::from(*value) - mean) / deviation;
                        let y = normal * (1.0 + f64::from(style[channel]))
                            + f64::from(style[channels + channel]);
                        let alpha = f64::from(alpha[channel]);
                        *value = (y + (alpha * y).sin().powi(2) / alpha) as f32;
                    }
                }
                let reach = (parameters.taps - 1) / 2 * parameters.dilation;
                inner = parameters.convolve(&inner, reach, reach);
            }
            state.iter_mut().zip(&inner).for_each(|(s, i)| *s += i);
        }
        total.iter_mut().zip(&state).for_each(|(t, s)| *t += s);
    }
    total.iter().map(|t| t / blocks.len() as f32).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn residual_blocks_are_those_of_floats_on_any_number_of_threads(
        seed in 1_u64..1_000_000,
        channels in prop::sample::select(vec![16_usize, 48, 64]),
        block_count in 1_usize..4,
        taps in prop::sample::select(vec![3_usize, 7]),
        length in prop::sample::select(vec![1_usize, 30, 191, 192, 193, 450]),
    ) {
        let blocks: Vec<Vec<_>> = (0..block_count as u64)
            .map(|block| {
                [1, 1, 3, 1]
                    .into_iter()
                    .zip(0_u64..)
                    .map(|(dilation, layer)| {
                        let seed = seed + 100 * block + 10 * layer;
                        let alpha = noise(seed + 5, channels);
                        let alpha = alpha.iter().map(|a| 1.5 + a).collect();
                        let shape = (channels, channels, taps);
                        (Parameters::random(seed, shape, dilation), alpha)
                    })
                    .collect()
            })
            .collect();
        let input = noise(seed + 3, channels * length);
        let style_len = block_count * 4 * 2 * channels;
        let style: Vec<f32> = noise(seed + 4, style_len).iter().map(|v| v * 0.3).collect();
        // Means around 0 and variances around 1, in turn for each layer.
        let moments: Vec<f32> = noise(seed + 6, style_len)
            .iter()
            .enumerate()
            .map(|(n, v)| 0.4 * v + (n / channels % 2) as f32)
            .collect();
        let expected = residual_blocks(&blocks, channels, &input, &style, &moments);
        let weights: Vec<BlockWeights<'_>> = blocks
            .iter()
            .map(|layers| BlockWeights {
                layers: layers
                    .iter()
                    .map(|(parameters, alpha)| LayerWeights {
                        alpha,
                        conv: parameters.borrowed(),
                    })
                    .collect(),
            })
            .collect();
        for instruction_set in InstructionSet::all() {
            let kernel = ResidualBlocks::new(instruction_set, channels, &weights).unwrap();
            let mut out = vec![0.0; input.len()];
            kernel.run(&Sequential, &input, &style, &moments, &mut out);
            let error = relative_error(&out, &expected);
            prop_assert!(error < 2.0 * tolerance(instruction_set), "{}: {error}", instruction_set.name());
            let mut again = vec![0.0; input.len()];
            kernel.run(&TwoThreads, &input, &style, &moments, &mut again);
            prop_assert_eq!(&out, &again, "the same on two threads");
        }
    }
}

/// Under emulation the processor is known: `scripts/test-arm.sh` says what has to be found on it.
#[test]
fn the_best_instruction_set_is_the_processors() {
    if let Ok(expected) = std::env::var("LANGDU_BEST_LEVEL") {
        assert_eq!(InstructionSet::best().name(), expected);
    }
}

#[test]
fn weights_that_do_not_fill_their_shape_are_refused() {
    let mut parameters = Parameters::random(1, (16, 16, 3), 1);
    parameters.weights.pop();
    let error = Conv::new(InstructionSet::Plain, &parameters.borrowed(), (1, 1)).err();
    assert!(error.unwrap().to_string().contains("weights"));
    let parameters = Parameters::random(1, (16, 16, 2), 1);
    let alpha = vec![1.0; 16];
    let layers = || {
        let layer = || LayerWeights {
            alpha: &alpha,
            conv: parameters.borrowed(),
        };
        vec![layer(), layer()]
    };
    let error = ResidualBlocks::new(
        InstructionSet::Plain,
        16,
        &[BlockWeights { layers: layers() }],
    )
    .err();
    assert!(error.unwrap().to_string().contains("even number of taps"));
    let error = ResidualBlocks::new(InstructionSet::Plain, 10, &[]).err();
    assert!(error.unwrap().to_string().contains("multiple of 16"));
}

#[test]
fn a_convolution_whose_reach_wraps_is_refused() {
    // Three times this is 2 more than a word holds: its reach would seem to be 2.
    let wraps = usize::MAX / 3 + 1;
    for dilation in [wraps, usize::MAX, 1 << 40] {
        let far = Parameters::random(1, (16, 16, 4), dilation);
        assert!(Conv::new(InstructionSet::best(), &far.borrowed(), (0, 0)).is_err());
    }
    let near = Parameters::random(1, (16, 16, 4), 1);
    assert!(Conv::new(InstructionSet::best(), &near.borrowed(), (0, 3)).is_ok());
    assert!(Conv::new(InstructionSet::best(), &near.borrowed(), (0, usize::MAX)).is_err());
    let mut shape = near.borrowed();
    shape.outputs = usize::MAX / 16;
    assert!(Conv::new(InstructionSet::best(), &shape, (0, 0)).is_err());
}

/// The same spectrum by the definition, in 64 bits.
fn spectrum(window: &[f32], step: usize, signal: &[f32], frames: usize) -> Vec<(f64, f64)> {
    let bins = window.len() / 2 + 1;
    let places = (0..bins).flat_map(|bin| (0..frames).map(move |frame| (bin, frame)));
    places
        .map(|(bin, frame)| {
            let mut sum = (0.0, 0.0);
            for (n, weight) in window.iter().enumerate() {
                let turn = -std::f64::consts::TAU * (bin * n) as f64 / window.len() as f64;
                let value = f64::from(*weight) * f64::from(signal[frame * step + n]);
                sum = (sum.0 + value * turn.cos(), sum.1 + value * turn.sin());
            }
            sum
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_stft_is_the_definition_s(
        seed in 1_u64..1_000_000,
        length in (2_usize..70).prop_filter("no power of two", |n| !n.is_power_of_two()),
        step in 1_usize..30,
        samples in 0_usize..3_000,
    ) {
        let window: Vec<_> = noise(seed, length).iter().map(|v| v + 1.0).collect();
        let signal = noise(seed + 1, samples);
        let stft = Stft::new(&window, step).unwrap();
        let frames = stft.frames(samples);
        let size = stft.bins() * frames;
        let (mut real, mut imaginary) = (vec![f32::NAN; size], vec![f32::NAN; size]);
        stft.run(&Sequential, &signal, &mut real, &mut imaginary);
        for (index, (re, im)) in spectrum(&window, step, &signal, frames).iter().enumerate() {
            let error = (f64::from(real[index]) - re).hypot(f64::from(imaginary[index]) - im);
            prop_assert!(error < 1e-4 * length as f64, "{error} at {index}");
        }
        let (mut real_2, mut imaginary_2) = (vec![0.0; size], vec![0.0; size]);
        stft.run(&TwoThreads, &signal, &mut real_2, &mut imaginary_2);
        prop_assert_eq!((real, imaginary), (real_2, imaginary_2));
    }
}

#[test]
fn a_window_that_cannot_be_used_is_refused() {
    assert_eq!(
        Stft::new(&[1.0; 16], 4).err(),
        Some(InvalidWindow::Length(16))
    );
    assert_eq!(Stft::new(&[], 4).err(), Some(InvalidWindow::Length(0)));
    assert_eq!(Stft::new(&[1.0; 20], 0).err(), Some(InvalidWindow::Step));
}
