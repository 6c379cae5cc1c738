//! g2pM's polyphone model: a small bidirectional LSTM over characters that says how a character
//! with several readings is read where it stands.
//!
//! It answers only where dictionaries and rules do not: alone it reads common words wrong. It
//! looks at a few characters to each side; more does not change its answers on the CPP
//! development set. Weights: g2pM 0.1.2.5, Apache-2.0, rounded to 8 bits.

use std::collections::{HashMap, HashSet};

use super::Pinyin;

const DATA: &[u8] = include_bytes!("../data/g2pm.bin");

/// Characters looked at to each side.
const REACH: usize = 8;
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
    characters: HashMap<char, usize>,
    classes: Vec<Option<Pinyin>>,
    polyphones: HashSet<char>,
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
}

struct Layer {
    weight: Matrix,
    bias: Vec<f32>,
}

struct Direction {
    /// From the character; its bias is the sum of both published ones.
    input: Layer,
    hidden: Matrix,
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
        let characters: HashMap<char, usize> = data
            .line()
            .chars()
            .enumerate()
            .map(|(n, c)| (c, n + FIRST_CHARACTER))
            .collect();
        let classes: Vec<Option<Pinyin>> = data.line().split(' ').map(Pinyin::parse).collect();
        let polyphones = data.line().chars().collect();
        let embedding = data.matrix(characters.len() + FIRST_CHARACTER, EMBEDDING);
        let forward = direction(&mut data);
        let backward = direction(&mut data);
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

    /// Whether the model was taught this character.
    pub(crate) fn knows(&self, c: char) -> bool {
        self.polyphones.contains(&c)
    }

    /// The likeliest reading of `text[at]` among `candidates`.
    pub(crate) fn reading(
        &self,
        text: &[char],
        at: usize,
        candidates: &[Pinyin],
    ) -> Option<Pinyin> {
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
        candidates
            .iter()
            .filter_map(|candidate| {
                let class = self
                    .classes
                    .iter()
                    .position(|class| class.as_ref() == Some(candidate))?;
                let score = dot(self.output.weight.row(class), &inner) + self.output.bias[class];
                Some((score, *candidate))
            })
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, candidate)| candidate)
    }
}

fn direction(data: &mut Reader) -> Direction {
    let input = data.matrix(GATES, EMBEDDING);
    let hidden = data.matrix(GATES, HIDDEN);
    let bias: Vec<f32> = data
        .floats(GATES)
        .into_iter()
        .zip(data.floats(GATES))
        .map(|(a, b)| a + b)
        .collect();
    Direction {
        input: Layer {
            weight: input,
            bias,
        },
        hidden,
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

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
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
        let character = embedding.row(number);
        let gate = |index: usize| {
            dot(direction.input.weight.row(index), character)
                + direction.input.bias[index]
                + dot(direction.hidden.row(index), &hidden)
        };
        let mut next = [0.0; HIDDEN];
        for unit in 0..HIDDEN {
            let input = sigmoid(gate(unit));
            let forget = sigmoid(gate(HIDDEN + unit));
            let candidate = gate(2 * HIDDEN + unit).tanh();
            let output = sigmoid(gate(3 * HIDDEN + unit));
            cell[unit] = forget * cell[unit] + input * candidate;
            next[unit] = output * cell[unit].tanh();
        }
        hidden = next;
    }
    hidden
}
