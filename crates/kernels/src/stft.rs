//! A short-time Fourier transform whose every rounding is ONNX Runtime's.
//!
//! Where a bin is empty, its phase is rounding noise, and the vocoder reacts to it: a transform that
//! is equally exact but rounds otherwise makes another sound. So this one takes the same steps in the
//! same order as ONNX Runtime's `STFT` for frames whose length is no power of two: Bluestein's
//! algorithm in 32 bits, over a radix-2 transform that multiplies by both roots of a butterfly. It
//! takes them for several frames at once and computes only the bins that are needed.

use crate::Executor;
use crate::executor::for_each_part;

/// Frames that are transformed together: a vector register or several on any machine.
const LANES: usize = 16;

/// One complex number of each of [`LANES`] frames.
#[derive(Clone, Copy)]
struct Lanes {
    re: [f32; LANES],
    im: [f32; LANES],
}

/// A complex number that all frames share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Complex {
    re: f32,
    im: f32,
}

impl Complex {
    const ONE: Self = Self { re: 1.0, im: 0.0 };

    /// The point of the unit circle at `angle` in radians.
    fn turn(angle: f32) -> Self {
        let (im, re) = (angle.sin(), angle.cos());
        Self { re, im }
    }

    fn conjugate(self) -> Self {
        let im = -self.im;
        Self { im, ..self }
    }
}

impl Lanes {
    const ZERO: Self = Self {
        re: [0.0; LANES],
        im: [0.0; LANES],
    };

    fn times(&self, by: Complex) -> Self {
        let mut out = Self::ZERO;
        for lane in 0..LANES {
            let (re, im) = (self.re[lane], self.im[lane]);
            out.re[lane] = re * by.re - im * by.im;
            out.im[lane] = re * by.im + im * by.re;
        }
        out
    }

    fn plus(&self, other: &Self) -> Self {
        let mut out = Self::ZERO;
        for lane in 0..LANES {
            out.re[lane] = self.re[lane] + other.re[lane];
            out.im[lane] = self.im[lane] + other.im[lane];
        }
        out
    }
}

/// Why a window cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidWindow {
    /// Shorter than two samples, or a power of two, for which ONNX Runtime takes other steps.
    Length(usize),
    /// Frames must be at least one sample apart.
    Step,
}

impl std::fmt::Display for InvalidWindow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Length(length) => write!(
                f,
                "a window of {length} samples: it must have two or more, and no power of two"
            ),
            Self::Step => f.write_str("frames are at least one sample apart"),
        }
    }
}

impl std::error::Error for InvalidWindow {}

/// The short-time Fourier transform of a real signal, in float: windowed frames a constant step
/// apart, no padding, the bins from zero to half the sampling rate.
pub struct Stft {
    window: Vec<f32>,
    step: usize,
    transform: Transform,
    chirp: Vec<Complex>,
    /// The transform of the chirp's conjugate, which Bluestein's convolution multiplies by.
    filter: Vec<Complex>,
}

impl Stft {
    /// A transform with this window, of frames `step` samples apart.
    ///
    /// # Errors
    /// [`InvalidWindow`] for a window's length or a step that it does not do.
    pub fn new(window: &[f32], step: usize) -> Result<Self, InvalidWindow> {
        let length = window.len();
        if length < 2 || length.is_power_of_two() {
            return Err(InvalidWindow::Length(length));
        }
        if step == 0 {
            return Err(InvalidWindow::Step);
        }
        let padded = (2 * length - 1).next_power_of_two();
        let chirp: Vec<_> = (0..length)
            .map(|n| {
                let n = n as f32;
                Complex::turn(-std::f32::consts::PI * n * n / length as f32)
            })
            .collect();
        let mut filter = vec![Lanes::ZERO; padded];
        for (n, value) in chirp.iter().map(|value| value.conjugate()).enumerate() {
            for place in [n, (padded - n) % padded] {
                filter[place].re[0] = value.re;
                filter[place].im[0] = value.im;
            }
        }
        let transform = Transform::new(padded);
        let filter = transform.forward(&filter).into_iter();
        let filter = filter.map(|lanes| Complex {
            re: lanes.re[0],
            im: lanes.im[0],
        });
        Ok(Self {
            window: window.to_vec(),
            step,
            filter: filter.collect(),
            transform,
            chirp,
        })
    }

    /// The number of bins of a frame.
    pub fn bins(&self) -> usize {
        self.window.len() / 2 + 1
    }

    /// The number of whole frames in a signal of `length` samples.
    pub fn frames(&self, length: usize) -> usize {
        match length.checked_sub(self.window.len()) {
            Some(rest) => rest / self.step + 1,
            None => 0,
        }
    }

    /// Writes the spectrum's two parts, each `[bins][frames]`.
    ///
    /// # Panics
    /// When an output's length is not [`bins`](Self::bins) × [`frames`](Self::frames).
    pub fn run(
        &self,
        executor: &dyn Executor,
        signal: &[f32],
        real: &mut [f32],
        imaginary: &mut [f32],
    ) {
        let frames = self.frames(signal.len());
        assert_eq!(real.len(), self.bins() * frames, "the real part's length");
        assert_eq!(
            imaginary.len(),
            real.len(),
            "the imaginary part has the real part's length"
        );
        if frames == 0 {
            return;
        }
        // A task takes enough frames to be worth a thread's waking.
        const TASK: usize = 32 * LANES;
        let parts = columns(real, frames, TASK)
            .into_iter()
            .zip(columns(imaginary, frames, TASK));
        for_each_part(executor, parts, |index, (mut real, mut imaginary)| {
            let count = real[0].len();
            for first in (0..count).step_by(LANES) {
                let start = (index * TASK + first) * self.step;
                let bins = self.of_frames(&signal[start..], LANES.min(count - first));
                for (bin, lanes) in bins.iter().enumerate() {
                    let lane_count = LANES.min(count - first);
                    real[bin][first..][..lane_count].copy_from_slice(&lanes.re[..lane_count]);
                    imaginary[bin][first..][..lane_count].copy_from_slice(&lanes.im[..lane_count]);
                }
            }
        });
    }

    /// The bins of the first `count` frames of `signal`, at most [`LANES`].
    fn of_frames(&self, signal: &[f32], count: usize) -> Vec<Lanes> {
        let padded = self.filter.len();
        let mut values = vec![Lanes::ZERO; padded];
        for (n, (weight, turn)) in self.window.iter().zip(&self.chirp).enumerate() {
            for lane in 0..count {
                values[n].re[lane] = signal[lane * self.step + n] * weight;
            }
            values[n] = values[n].times(*turn);
        }
        let mut values = self.transform.forward(&values);
        for (value, filter) in values.iter_mut().zip(&self.filter) {
            *value = value.times(*filter);
        }
        let values = self.transform.backward(&values);
        // The inverse with the forward roots comes out backwards.
        (0..self.bins())
            .map(|bin| values[(padded - bin) % padded].times(self.chirp[bin]))
            .collect()
    }
}

/// `[rows][length]` as parts of `width` columns, each with its piece of every row.
fn columns(tensor: &mut [f32], length: usize, width: usize) -> Vec<Vec<&mut [f32]>> {
    let mut parts: Vec<Vec<&mut [f32]>> = Vec::new();
    parts.resize_with(length.div_ceil(width), Vec::new);
    for row in tensor.chunks_mut(length) {
        for (part, piece) in parts.iter_mut().zip(row.chunks_mut(width)) {
            part.push(piece);
        }
    }
    parts
}

/// A radix-2 transform of one length.
struct Transform {
    /// The roots of unity in bit-reversed order.
    roots: Vec<Complex>,
}

impl Transform {
    fn new(length: usize) -> Self {
        let velocity = -(2.0 * std::f32::consts::PI) / length as f32;
        let bits = length.trailing_zeros();
        Self {
            roots: (0..length)
                .map(|place| Complex::turn(reversed(place, bits) as f32 * velocity))
                .collect(),
        }
    }

    fn forward(&self, values: &[Lanes]) -> Vec<Lanes> {
        let length = values.len();
        let bits = length.trailing_zeros();
        // Twice times one: what it does to the sign of a zero is part of the result.
        let mut out: Vec<_> = (0..length)
            .map(|place| values[reversed(place, bits)])
            .map(|value| value.times(Complex::ONE).times(Complex::ONE))
            .collect();
        for stage in 1..=bits {
            let size = 1 << stage;
            let half = size / 2;
            for k in 0..half {
                let roots = [k, half + k].map(|place| self.roots[reversed(place, stage)]);
                for even in (k..length).step_by(size) {
                    let odd = even + half;
                    let (upper, lower) = (out[even], out[odd]);
                    out[even] = upper.plus(&lower.times(roots[0]));
                    out[odd] = upper.plus(&lower.times(roots[1]));
                }
            }
        }
        out
    }

    /// The inverse, but for the order: the value of place `n` stands at place `−n`.
    fn backward(&self, values: &[Lanes]) -> Vec<Lanes> {
        let mut out = self.forward(values);
        let scale = 1.0 / values.len() as f32;
        for value in &mut out {
            for part in value.re.iter_mut().chain(&mut value.im) {
                *part *= scale;
            }
        }
        out
    }
}

/// The lowest `bits` bits of `place`, at least one, backwards.
fn reversed(place: usize, bits: u32) -> usize {
    place.reverse_bits() >> (usize::BITS - bits)
}
