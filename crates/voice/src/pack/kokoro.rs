//! Kokoro-82M in Piper's interface, whole or in two halves.
//!
//! The export takes `tokens`, `style` and `speed`; Piper's takes `input`, `input_lengths`,
//! `scales` and `sid`. The graphs written here put the one in front of the other:
//!
//! * `timing.onnx` is the part up to the durations, about 3 % of the work: how long every token is, and what
//!   the next one needs to know of it.
//! * `prosody.onnx` goes on from there: the pitch, the energy and the sounds of a whole sentence, frame by
//!   frame.
//! * `decoder.onnx` makes the generator's features of them. Between the two the pitch can be changed.
//! * `model.onnx` is the generator, nine tenths of the work: the sound of those frames of them that
//!   are wanted. Its normalisations are frozen ([`fuse`]), so that the frames around change
//!   nothing.
//!
//! In a plain pack `model.onnx` is all of the export, and there is no `prosody.onnx`.

use prost::Message;

use super::durations;
use super::fuse;
use super::onnx::{
    self, Additions, Attribute, ElementType, GraphProto, ModelProto, OnnxError, ValueInfoProto,
    declare, prune, redirect, require,
};
use super::sizes::FEATURE_CHANNELS;
use super::style::{STYLE_ROWS, STYLE_WIDTH, TIMBRE_WIDTH};

/// The frames of each token, as float32 `[1, tokens]`.
const DURATIONS: &str = "/encoder/Clip_output_0";

/// What the encoder knows of each token beside its duration, float32 `[1, tokens, 640]`.
const STATES: &str = "/encoder/predictor/text_encoder/Concat_4_output_0";

/// The width of a token's states.
const STATES_WIDTH: i64 = 640;

/// What the prosody plans of a sentence: pitch and energy, float32 `[1, steps]`, and the sounds,
/// `[1, 512, frames]`.
const PITCH: &str = "/encoder/Reshape_output_0";
const ENERGY: &str = "/encoder/Reshape_1_output_0";
const SOUNDS: &str = "/encoder/MatMul_1_output_0";

/// The channels of the sounds.
const SOUND_CHANNELS: i64 = 512;

/// The generator's two inputs, features and pitch, which have two steps a frame on their last axis.
const GENERATOR_INPUTS: [&str; 2] = [
    "/decoder/decoder/decode.3/Div_4_output_0",
    "/decoder/decoder/Unsqueeze_output_0",
];

/// Nodes of the generator bear this in their names.
const GENERATOR: &str = "/decoder/decoder/generator/";

/// The row whose timbre every length is spoken with. Timbres of rows from 40 on differ from it by
/// less than a fifth of their size; those of shorter ones, which differ by up to nine tenths, do not
/// fit moments taken over sentences.
const TIMBRE_ROW: usize = 80;

/// The files of a pack that are made from the export.
pub struct PackModels {
    /// `model.onnx`: the generator; in a plain pack everything.
    pub model: Vec<u8>,
    /// `timing.onnx`, which predicts how long everything will be.
    pub timing: Vec<u8>,
    /// What a pack that is not plain has besides.
    pub halves: Option<Halves>,
}

/// What a pack in two halves has besides.
pub struct Halves {
    /// `prosody.onnx`: from the durations to pitch, energy and sounds.
    pub prosody: Vec<u8>,
    /// `decoder.onnx`: from these to what the generator is fed.
    pub decoder: Vec<u8>,
    /// `weights.bin`, which our own operators in the graphs read.
    pub weights: Vec<u8>,
}

/// Rewrites the export, an ONNX file. `styles` holds one table of 510 × 256 values for each speaker,
/// in the order of their ids, and `moments` the constants of the generator's normalisations for each
/// of them (`voices/make_moments.py`). Without them the pack becomes plain: everything stays as the export has it.
///
/// # Errors
///
/// When `export` is no ONNX file, or another export than this version rewrites, or there are not as
/// many moments as it has.
pub fn rewrite(
    export: &[u8],
    styles: &[Vec<f32>],
    moments: Option<&[f32]>,
) -> Result<PackModels, OnnxError> {
    let mut model = ModelProto::decode(export)?;
    let graph = model.graph.get_or_insert_default();
    let cut = [DURATIONS, STATES, PITCH, ENERGY, SOUNDS];
    for name in cut.into_iter().chain(GENERATOR_INPUTS) {
        require(graph, name)?;
    }
    let Some(moments) = moments else {
        let mut additions = Additions::new("langdu");
        accept_piper_inputs(graph, &mut additions, styles);
        let durations = whole_durations(&mut additions);
        additions.apply(graph);
        let timing = with_outputs(&model, &[(durations.as_str(), DURATIONS_OUTPUT)]);
        let graph = model.graph.get_or_insert_default();
        give_piper_output(graph);
        prune(graph);
        return Ok(PackModels {
            model: model.encode_to_vec(),
            timing,
            halves: None,
        });
    };
    durations::round_ends(graph)?;
    let fused = fuse::fuse(graph, GENERATOR)?;
    if moments.len() != styles.len() * fused.moments {
        return Err(OnnxError::UnfitMoments {
            found: moments.len(),
            expected: styles.len() * fused.moments,
        });
    }
    onnx::import_own_operators(&mut model);
    let styles: Vec<_> = styles.iter().map(|table| with_one_timbre(table)).collect();
    let generator = generator(model.clone(), &styles, moments);
    let decoder = decoder(model.clone(), &styles);

    let graph = model.graph.get_or_insert_default();
    let mut additions = Additions::new("langdu");
    accept_piper_inputs(graph, &mut additions, &styles);
    let durations = whole_durations(&mut additions);
    additions.apply(graph);
    let prosody = prosody(model.clone());
    let timing = [
        (durations.as_str(), DURATIONS_OUTPUT),
        (STATES, STATES_OUTPUT),
    ];
    Ok(PackModels {
        model: generator,
        timing: with_outputs(&model, &timing),
        halves: Some(Halves {
            prosody,
            decoder,
            weights: fused.weights,
        }),
    })
}

/// A tensor that is an input or an output: its name, what it holds, and its shape, `None` where that varies.
type Declared = (&'static str, ElementType, &'static [Option<i64>]);

const DURATIONS_OUTPUT: Declared = ("durations", ElementType::Int64, &[None]);
const STATES_OUTPUT: Declared = (
    "states",
    ElementType::Float,
    &[Some(1), None, Some(STATES_WIDTH)],
);
const PITCH_OUTPUT: Declared = ("pitch", ElementType::Float, &[Some(1), None]);
const ENERGY_OUTPUT: Declared = ("energy", ElementType::Float, &[Some(1), None]);
const SOUNDS_OUTPUT: Declared = (
    "sounds",
    ElementType::Float,
    &[Some(1), Some(SOUND_CHANNELS), None],
);
const FEATURES_OUTPUT: Declared = (
    "features",
    ElementType::Float,
    &[Some(1), Some(FEATURE_CHANNELS as i64), None],
);
const SPEAKER_INPUT: Declared = ("sid", ElementType::Int64, &[Some(1)]);

fn declared((name, element, shape): Declared) -> ValueInfoProto {
    declare(name, element, shape)
}

/// From `input` and what `timing.onnx` says of it to `pitch` and `energy`, two steps a frame, and `sounds`.
fn prosody(mut model: ModelProto) -> Vec<u8> {
    const DURATIONS_INPUT: Declared = ("durations", ElementType::Float, &[Some(1), None]);
    const IDS_INPUT: Declared = ("input", ElementType::Int64, &[Some(1), None]);
    let graph = model.graph.get_or_insert_default();
    let inputs = [IDS_INPUT, SPEAKER_INPUT, DURATIONS_INPUT, STATES_OUTPUT];
    graph.input = inputs.into_iter().map(declared).collect();
    for (tensor, name) in [(DURATIONS, "durations"), (STATES, "states")] {
        redirect(graph, tensor, name, |_| true);
    }
    let outputs = [
        (PITCH, PITCH_OUTPUT),
        (ENERGY, ENERGY_OUTPUT),
        (SOUNDS, SOUNDS_OUTPUT),
    ];
    with_outputs(&model, &outputs)
}

/// From `sounds`, `pitch` and `energy` to `features`.
fn decoder(mut model: ModelProto, styles: &[Vec<f32>]) -> Vec<u8> {
    let graph = model.graph.get_or_insert_default();
    let inputs = [SOUNDS_OUTPUT, PITCH_OUTPUT, ENERGY_OUTPUT, SPEAKER_INPUT];
    graph.input = inputs.into_iter().map(declared).collect();
    for (tensor, name) in [(SOUNDS, "sounds"), (PITCH, "pitch"), (ENERGY, "energy")] {
        redirect(graph, tensor, name, |_| true);
    }
    let mut additions = Additions::new("langdu");
    add_constant_of_speaker(
        &mut additions,
        "style",
        &one_style_each(styles),
        styles.len(),
    );
    additions.apply(graph);
    with_outputs(&model, &[(GENERATOR_INPUTS[0], FEATURES_OUTPUT)])
}

/// The style table with the timbre of [`TIMBRE_ROW`] in each row.
fn with_one_timbre(table: &[f32]) -> Vec<f32> {
    let timbre = &table[TIMBRE_ROW * STYLE_WIDTH..][..TIMBRE_WIDTH];
    let mut table = table.to_vec();
    for row in table.chunks_exact_mut(STYLE_WIDTH) {
        row[..TIMBRE_WIDTH].copy_from_slice(timbre);
    }
    table
}

/// The generator alone: `features` float32 `[1, 512, steps]`, `pitch` float32 `[1, 1, steps]`, two steps
/// a frame, and `sid` to `audio`.
fn generator(mut model: ModelProto, styles: &[Vec<f32>], moments: &[f32]) -> Vec<u8> {
    let graph = model.graph.get_or_insert_default();
    const PITCH_INPUT: Declared = ("pitch", ElementType::Float, &[Some(1), Some(1), None]);
    graph.input = [FEATURES_OUTPUT, PITCH_INPUT, SPEAKER_INPUT]
        .into_iter()
        .map(declared)
        .collect();
    for (tensor, name) in GENERATOR_INPUTS.into_iter().zip(["features", "pitch"]) {
        redirect(graph, tensor, name, |_| true);
    }
    let mut additions = Additions::new("langdu");
    let style = one_style_each(styles);
    for (name, values) in [("style", style.as_slice()), (fuse::MOMENTS, moments)] {
        add_constant_of_speaker(&mut additions, name, values, styles.len());
    }
    // What made the former inputs is not needed any more, and may not write the style's name.
    prune(graph);
    additions.apply(graph);
    model.encode_to_vec()
}

/// Each speaker's style where only the timbre is read: every row has the same.
fn one_style_each(styles: &[Vec<f32>]) -> Vec<f32> {
    let rows = styles.iter().flat_map(|table| &table[..STYLE_WIDTH]);
    rows.copied().collect()
}

/// The tensor `name`: of as many rows in `values` as there are speakers, the one of `sid`.
fn add_constant_of_speaker(additions: &mut Additions, name: &str, values: &[f32], speakers: usize) {
    let width = values.len() / speakers.max(1);
    let table = additions.floats(&[speakers as i64, width as i64], values);
    let axis = vec![Attribute::Int("axis", 0)];
    additions.named_node("Gather", &[&table, "sid"], axis, name.to_owned());
}

/// The part of `model` up to the tensors of these names, under other names.
fn with_outputs(model: &ModelProto, outputs: &[(&str, Declared)]) -> Vec<u8> {
    let mut model = model.clone();
    let graph = model.graph.get_or_insert_default();
    let mut additions = Additions::new("langdu_output");
    for (tensor, (name, ..)) in outputs {
        additions.named_node("Identity", &[tensor], Vec::new(), (*name).to_owned());
    }
    graph.output = outputs
        .iter()
        .map(|(_, output)| declared(*output))
        .collect();
    additions.apply(graph);
    prune(graph);
    model.encode_to_vec()
}

/// `input`, `input_lengths`, `scales`, `sid` in place of `tokens`, `style`, `speed`.
fn accept_piper_inputs(graph: &mut GraphProto, additions: &mut Additions, styles: &[Vec<f32>]) {
    graph.input = vec![
        declare("input", ElementType::Int64, &[None, None]),
        declare("input_lengths", ElementType::Int64, &[None]),
        declare("scales", ElementType::Float, &[Some(3)]),
        declare("sid", ElementType::Int64, &[None]),
    ];
    // Piper frames ids as `^ (id _)* $` and all three marks are mapped to 0 here: dropping the
    // zeros leaves the phonemes, and the model wants one 0 at each end.
    let flat = additions.ints(&[-1]);
    let ids = additions.node("Reshape", &["input", &flat]);
    let zero = additions.ints(&[0]);
    let is_zero = additions.node("Equal", &[&ids, &zero]);
    let is_phoneme = additions.node("Not", &[&is_zero]);
    let phonemes = additions.node("Compress", &[&ids, &is_phoneme]);
    let framed = additions.node_with(
        "Concat",
        &[&zero, &phonemes, &zero],
        vec![Attribute::Int("axis", 0)],
    );
    additions.named_node(
        "Unsqueeze",
        &[&framed, &zero],
        Vec::new(),
        "tokens".to_owned(),
    );

    let table = additions.floats(
        &[styles.len() as i64, STYLE_ROWS as i64, STYLE_WIDTH as i64],
        &styles.concat(),
    );
    let speaker = additions.node_with("Gather", &[&table, "sid"], vec![Attribute::Int("axis", 0)]);
    let count = additions.node("Shape", &[&phonemes]);
    let last_row = additions.ints(&[STYLE_ROWS as i64 - 1]);
    let row = additions.node("Min", &[&count, &last_row]);
    let style = additions.node_with("Gather", &[&speaker, &row], vec![Attribute::Int("axis", 1)]);
    let style_shape = additions.ints(&[1, STYLE_WIDTH as i64]);
    additions.named_node(
        "Reshape",
        &[&style, &style_shape],
        Vec::new(),
        "style".to_owned(),
    );

    let index = additions.ints(&[1]);
    let axis = vec![Attribute::Int("axis", 0)];
    let scale = additions.node_with("Gather", &["scales", &index], axis);
    let one = additions.floats(&[1], &[1.0]);
    additions.named_node("Div", &[&one, &scale], Vec::new(), "speed".to_owned());
}

/// The frames of each token, as the name of an int64 tensor `[tokens]`.
fn whole_durations(additions: &mut Additions) -> String {
    let flat = additions.ints(&[-1]);
    let durations = additions.node("Reshape", &[DURATIONS, &flat]);
    additions.node_with(
        "Cast",
        &[&durations],
        vec![Attribute::Int("to", ElementType::Int64 as i64)],
    )
}

/// `output` float32 `[1, 1, 1, samples]` in place of `audio`.
fn give_piper_output(graph: &mut GraphProto) {
    let mut additions = Additions::new("langdu_output");
    let shape = additions.ints(&[1, 1, 1, -1]);
    additions.named_node(
        "Reshape",
        &["audio", &shape],
        Vec::new(),
        "output".to_owned(),
    );
    additions.apply(graph);
    graph.output = vec![declare(
        "output",
        ElementType::Float,
        &[Some(1), Some(1), Some(1), None],
    )];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_export_is_refused_by_name() {
        let error = rewrite(&[], &[], Some(&[])).err().unwrap();
        assert!(error.to_string().contains(DURATIONS));
    }

    #[test]
    fn bytes_that_are_not_onnx_are_refused() {
        let refused = rewrite(b"\xff\xff\xff not a model", &[], None).err();
        assert!(matches!(refused, Some(OnnxError::NotOnnx(_))));
    }
}
