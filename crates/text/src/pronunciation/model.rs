//! g2pM's polyphone model: a small bidirectional LSTM over characters that says how a character
//! with several pronunciations is read where it stands.
//!
//! It answers only where dictionaries and rules do not: alone it reads common words wrong. It
//! looks at a few characters to each side; more does not change its answers on the CPP
//! development set. Weights: g2pM 0.1.2.5, Apache-2.0, rounded to 8 bits.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::syllable::Pinyin;

const DATA: &[u8] = include_bytes!("../data/g2pm.bin");

/// Characters looked at to each side.
const REACH: usize = 6;
const EMBEDDING: usize = 64;
const HIDDEN: usize = 32;
const GATES: usize = 4 * HIDDEN;

/// Numbers of the model's own symbols.
const UNKNOWN: usize = 1;
const BEGIN: usize = 2;
const END: usize = 3;
const FIRST_CHARACTER: usize = 4;

/// The model, ready to answer.
pub(crate) struct Model {
    characters: FxHashMap<char, usize>,
    classes: Vec<Option<Pinyin>>,
    polyphones: FxHashSet<char>,
    embedding: Matrix,
    forward: Direction,
    backward: Direction,
    hidden: Layer,
    output: Layer,
}

struct Matrix {
    width: usize,
    values: Vec<f32>,
}

impl Matrix {
    fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.width..(index + 1) * self.width]
    }

    fn transposed(&self) -> Self {
        let rows = self.values.len() / self.width;
        let values = (0..self.width)
            .flat_map(|column| (0..rows).map(move |row| self.values[row * self.width + column]))
            .collect();
        Self {
            width: rows,
            values,
        }
    }
}

struct Layer {
    weight: Matrix,
    bias: Vec<f32>,
}

struct Direction {
    /// From the embedding, one row for each of its values.
    input: Matrix,
    /// The sum of both published biases.
    bias: [f32; GATES],
    /// From the hidden state, one row for each of its values.
    hidden: Matrix,
    /// What each character contributes, computed on first use.
    characters: Vec<OnceLock<Box<[f32; GATES]>>>,
}

impl Direction {
    fn of_character(&self, number: usize, embedding: &Matrix) -> &[f32; GATES] {
        self.characters[number].get_or_init(|| {
            let mut gates = self.bias;
            accumulate(&mut gates, &self.input, embedding.row(number));
            Box::new(gates)
        })
    }
}

/// Reads the data file from front to back.
struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn line(&mut self) -> &'static str {
        let end = self
            .rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.get(1..).unwrap_or(&[]);
        std::str::from_utf8(line).unwrap_or("")
    }

    fn bytes(&mut self, count: usize) -> &'static [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        self.bytes(count * 4)
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect()
    }

    fn matrix(&mut self, rows: usize, width: usize) -> Matrix {
        let mut values = Vec::with_capacity(rows * width);
        for _ in 0..rows {
            let scale = self.floats(1).first().copied().unwrap_or(0.0);
            values.extend(
                self.bytes(width)
                    .iter()
                    .map(|&byte| f32::from(byte as i8) * scale),
            );
        }
        Matrix { width, values }
    }
}

impl Model {
    /// Unpacks the weights.
    pub(crate) fn load() -> Self {
        let mut data = Reader { rest: DATA };
        let characters: FxHashMap<char, usize> = data
            .line()
            .chars()
            .enumerate()
            .map(|(n, c)| (c, n + FIRST_CHARACTER))
            .collect();
        let classes: Vec<Option<Pinyin>> = data.line().split(' ').map(Pinyin::parse).collect();
        let polyphones = data.line().chars().collect();
        let embedding = data.matrix(characters.len() + FIRST_CHARACTER, EMBEDDING);
        let count = characters.len() + FIRST_CHARACTER;
        let forward = direction(&mut data, count);
        let backward = direction(&mut data, count);
        let hidden = layer(&mut data, HIDDEN, 2 * HIDDEN);
        let output = layer(&mut data, classes.len(), HIDDEN);
        Self {
            characters,
            classes,
            polyphones,
            embedding,
            forward,
            backward,
            hidden,
            output,
        }
    }

    /// Whether the model was trained on this character.
    pub(crate) fn knows(&self, c: char) -> bool {
        self.polyphones.contains(&c)
    }

    /// The likeliest pronunciation of `text[at]` among `candidates`, and by how much its score leads
    /// the next: a logit, so that 3 is about twenty to one.
    pub(crate) fn pronunciation(
        &self,
        text: &[char],
        at: usize,
        candidates: &[Pinyin],
    ) -> Option<(Pinyin, f32)> {
        let before = at.saturating_sub(REACH)..=at;
        let after = at..(at + REACH + 1).min(text.len());
        let number = |c: &char| self.characters.get(c).copied().unwrap_or(UNKNOWN);
        let opens = (at <= REACH).then_some(BEGIN);
        let closes = (at + REACH + 1 > text.len()).then_some(END);
        let forward = run(
            &self.forward,
            &self.embedding,
            opens.into_iter().chain(text[before].iter().map(number)),
        );
        let backward = run(
            &self.backward,
            &self.embedding,
            closes
                .into_iter()
                .chain(text[after].iter().rev().map(number)),
        );
        let mut state = [0.0; 2 * HIDDEN];
        state[..HIDDEN].copy_from_slice(&forward);
        state[HIDDEN..].copy_from_slice(&backward);
        let mut inner = [0.0; HIDDEN];
        for (index, value) in inner.iter_mut().enumerate() {
            *value =
                (dot(self.hidden.weight.row(index), &state) + self.hidden.bias[index]).max(0.0);
        }
        let mut found: Option<(f32, Pinyin)> = None;
        let mut next = f32::NEG_INFINITY;
        let scores = candidates.iter().filter_map(|candidate| {
            let class = self
                .classes
                .iter()
                .position(|class| class.as_ref() == Some(candidate))?;
            let score = dot(self.output.weight.row(class), &inner) + self.output.bias[class];
            Some((score, *candidate))
        });
        for (score, candidate) in scores {
            match found {
                Some((best, _)) if score < best => next = next.max(score),
                _ => {
                    next = found.map_or(next, |(best, _)| best);
                    found = Some((score, candidate));
                }
            }
        }
        found.map(|(best, candidate)| (candidate, best - next))
    }
}

fn direction(data: &mut Reader, characters: usize) -> Direction {
    let input = data.matrix(GATES, EMBEDDING).transposed();
    let hidden = data.matrix(GATES, HIDDEN).transposed();
    let (of_input, of_hidden) = (data.floats(GATES), data.floats(GATES));
    let mut bias = [0.0; GATES];
    for (sum, (a, b)) in bias.iter_mut().zip(of_input.iter().zip(&of_hidden)) {
        *sum = a + b;
    }
    let characters = (0..characters).map(|_| OnceLock::new()).collect();
    Direction {
        input,
        bias,
        hidden,
        characters,
    }
}

fn layer(data: &mut Reader, rows: usize, width: usize) -> Layer {
    let weight = data.matrix(rows, width);
    let bias = data.floats(rows);
    Layer { weight, bias }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// e to the power of `x` to about five digits, which is enough for gates. Unlike the standard library's
/// it can be vectorised: a power of two by its bits, times a polynomial for the rest.
fn fast_exp(x: f32) -> f32 {
    // Adding and subtracting this rounds to a whole number without an instruction for it.
    const ROUNDING: f32 = 12_582_912.0;
    let power = x.clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
    let whole = (power + ROUNDING) - ROUNDING;
    let rest = power - whole;
    let polynomial = 1.0
        + rest
            * (std::f32::consts::LN_2
                + rest
                    * (0.240_226_5
                        + rest * (0.055_503_3 + rest * (0.009_618_4 + rest * 0.001_339_9))));
    f32::from_bits(((whole as i32 + 127) << 23) as u32) * polynomial
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + fast_exp(-x))
}

fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}

/// The last hidden state after the given characters; gates in the order input, forget, cell,
/// output.
fn run(
    direction: &Direction,
    embedding: &Matrix,
    numbers: impl Iterator<Item = usize>,
) -> [f32; HIDDEN] {
    let mut hidden = [0.0; HIDDEN];
    let mut cell = [0.0; HIDDEN];
    for number in numbers {
        let mut gates = *direction.of_character(number, embedding);
        accumulate(&mut gates, &direction.hidden, &hidden);
        // One loop for each kind of gate, so that each can be vectorised.
        let (taken, rest) = gates.split_at_mut(HIDDEN);
        let (kept, rest) = rest.split_at_mut(HIDDEN);
        let (new, shown) = rest.split_at_mut(HIDDEN);
        taken.iter_mut().for_each(|gate| *gate = sigmoid(*gate));
        kept.iter_mut().for_each(|gate| *gate = sigmoid(*gate));
        shown.iter_mut().for_each(|gate| *gate = sigmoid(*gate));
        new.iter_mut().for_each(|gate| *gate = tanh(*gate));
        for (((cell, kept), taken), new) in cell.iter_mut().zip(&*kept).zip(&*taken).zip(&*new) {
            *cell = kept * *cell + taken * new;
        }
        for ((hidden, shown), cell) in hidden.iter_mut().zip(&*shown).zip(&cell) {
            *hidden = shown * tanh(*cell);
        }
    }
    hidden
}

/// Adds to the gates what each input contributes; one row of `weight` for each input.
fn accumulate(gates: &mut [f32; GATES], weight: &Matrix, inputs: &[f32]) {
    // Four inputs at a time, so that the gates are read and written a quarter as often.
    for (inputs, rows) in inputs
        .chunks_exact(4)
        .zip(weight.values.chunks_exact(4 * GATES))
    {
        let (first, rows) = rows.split_at(GATES);
        let (second, rows) = rows.split_at(GATES);
        let (third, fourth) = rows.split_at(GATES);
        let rows = first.iter().zip(second).zip(third).zip(fourth);
        for (gate, (((first, second), third), fourth)) in gates.iter_mut().zip(rows) {
            *gate +=
                inputs[0] * first + inputs[1] * second + inputs[2] * third + inputs[3] * fourth;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_exponential_is_near_the_librarys() {
        for step in -400..400 {
            let x = step as f32 / 20.0;
            assert!((fast_exp(x) / x.exp() - 1.0).abs() < 1e-4, "{x}");
        }
    }

    #[test]
    fn a_character_is_read_by_what_stands_around_it() {
        let model = Model::load();
        let candidates: Vec<Pinyin> = ["xing2", "hang2"]
            .iter()
            .filter_map(|text| Pinyin::parse(text))
            .collect();
        for (text, at, pronunciation) in
            [("他在银行工作", 3, "hang2"), ("这次飞行很顺利", 3, "xing2")]
        {
            let text: Vec<char> = text.chars().collect();
            let found = model
                .pronunciation(&text, at, &candidates)
                .map(|(pinyin, _)| pinyin.to_string());
            assert_eq!(found.as_deref(), Some(pronunciation));
        }
    }
}
