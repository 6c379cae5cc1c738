//! Kokoro-82M in Piper's interface.
//!
//! The export takes `tokens`, `style` and `speed`; Piper's takes `input`, `input_lengths`,
//! `scales` and `sid`. The two graphs written here put the one in front of the other:
//!
//! * `model.onnx` speaks. Unless it is to be plain, the model's own silence is cropped behind the
//!   prosody, before the generator, which is most of the work. (Shortening it earlier, at the
//!   durations, ruins the speech: the prosody needs the room.)
//! * `timing.onnx` is the part up to the durations, with the same crop: it predicts exactly how
//!   long everything will be, in about 3 % of the time.

use prost::Message;

use super::fuse;
use super::onnx::{
    self, Additions, Attribute, ElementType, GraphProto, ModelProto, OnnxError, declare, prune,
    redirect, require,
};

/// Samples of one duration frame at 24 kHz: 25 ms.
pub const FRAME_SAMPLES: usize = 600;

/// The rows of a speaker's style table: one for each number of phonemes.
pub(crate) const STYLE_ROWS: usize = 510;

/// The width of a style vector.
pub(crate) const STYLE_WIDTH: usize = 256;

/// The frames of each token, as float32 `[1, tokens]`.
const DURATIONS: &str = "/encoder/Clip_output_0";

/// The generator's two inputs, which have two steps a frame on their last axis.
const GENERATOR_INPUTS: [&str; 2] = [
    "/decoder/decoder/decode.3/Div_4_output_0",
    "/decoder/decoder/Unsqueeze_output_0",
];

/// Nodes of the generator bear this in their names.
const GENERATOR: &str = "/decoder/decoder/generator/";

/// The vocabulary's ids up to this one are punctuation and the word space; phonemes are above.
const LAST_SILENT_ID: i64 = 16;

/// How much of the model's own silence is kept, in frames of 25 ms at the normal rate.
///
/// The voice starts inside the first token, a few frames before its end, and a slow voice starts
/// earlier; it ends a few frames after the last phoneme's start. Measured over all speakers as the
/// first and last 5 ms within 45 dB of an utterance's peak: at length scale 1 it starts at most
/// 4.2 frames before the first token's end and ends at most 5.2 after the last phoneme's start;
/// at 2, 21.6 before and 0.2 after.
struct Crop;

impl Crop {
    /// Kept before the first phoneme: `max(HEAD_MIN, HEAD_SLOPE × length scale − HEAD_OFFSET)`.
    const HEAD_MIN: f32 = 7.0;
    const HEAD_SLOPE: f32 = 16.0;
    const HEAD_OFFSET: f32 = 9.0;
    /// Kept from the start of the last phoneme on, times the length scale.
    const TAIL: f32 = 9.0;
}

/// The files of a pack that are made from the export.
pub struct PackModels {
    /// `model.onnx`, which speaks.
    pub model: Vec<u8>,
    /// `timing.onnx`, which predicts how long everything will be.
    pub timing: Vec<u8>,
    /// `weights.bin`, which our own operators in them read; `None` in a plain pack.
    pub weights: Option<Vec<u8>>,
}

/// Rewrites the export, an ONNX file. `styles` holds one table of 510 × 256 values for each speaker,
/// in the order of their ids. With `plain`, no silence is cropped.
///
/// # Errors
///
/// When `export` is no ONNX file, or another export than this version rewrites.
pub fn rewrite(export: &[u8], styles: &[Vec<f32>], plain: bool) -> Result<PackModels, OnnxError> {
    let mut model = ModelProto::decode(export)?;
    let graph = model.graph.get_or_insert_default();
    require(graph, DURATIONS)?;
    for name in GENERATOR_INPUTS {
        require(graph, name)?;
    }
    let mut weights = None;
    if !plain {
        weights = Some(fuse::fuse(graph, GENERATOR)?);
        onnx::import_own_operators(&mut model);
    }
    let graph = model.graph.get_or_insert_default();
    let mut additions = Additions::new("langdu");
    accept_piper_inputs(graph, &mut additions, styles);
    let crop = crop_bounds(&mut additions, plain);
    if !plain {
        crop_generator_inputs(graph, &mut additions, &crop);
    }
    additions.apply(graph);

    let mut timing = model.clone();
    let graph = model.graph.get_or_insert_default();
    give_piper_output(graph);
    prune(graph);

    let timing_graph = timing.graph.get_or_insert_default();
    timing_graph.output = vec![
        declare(&crop.durations, ElementType::Int64, &[None]),
        declare(&crop.first, ElementType::Int64, &[Some(1)]),
        declare(&crop.end, ElementType::Int64, &[Some(1)]),
    ];
    prune(timing_graph);
    rename_outputs(timing_graph, &["durations", "first", "end"]);
    Ok(PackModels {
        model: model.encode_to_vec(),
        timing: timing.encode_to_vec(),
        weights,
    })
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

    let scale = length_scale(additions);
    let one = additions.floats(&[1], &[1.0]);
    additions.named_node("Div", &[&one, &scale], Vec::new(), "speed".to_owned());
}

/// `scales[1]`, of shape `[1]`.
fn length_scale(additions: &mut Additions) -> String {
    let index = additions.ints(&[1]);
    additions.node_with(
        "Gather",
        &["scales", &index],
        vec![Attribute::Int("axis", 0)],
    )
}

/// Where the sound is kept, as names of int64 tensors: the frames of each token `[tokens]`, the
/// first frame kept `[1]` and one past the last `[1]`.
struct CropBounds {
    durations: String,
    first: String,
    end: String,
}

fn crop_bounds(additions: &mut Additions, plain: bool) -> CropBounds {
    let flat = additions.ints(&[-1]);
    let float_durations = additions.node("Reshape", &[DURATIONS, &flat]);
    let durations = to_int(additions, &float_durations);
    let total = additions.node_with(
        "ReduceSum",
        &[&durations],
        vec![Attribute::Int("keepdims", 1)],
    );
    let zero = additions.ints(&[0]);
    if plain {
        let first = additions.node("Mul", &[&total, &zero]);
        return CropBounds {
            durations,
            first,
            end: total,
        };
    }
    let scale = length_scale(additions);
    let one = additions.ints(&[1]);

    let head = additions.node("Slice", &[&durations, &zero, &one]);
    let slope = additions.floats(&[1], &[Crop::HEAD_SLOPE]);
    let offset = additions.floats(&[1], &[Crop::HEAD_OFFSET]);
    let least = additions.floats(&[1], &[Crop::HEAD_MIN]);
    let sloped = additions.node("Mul", &[&scale, &slope]);
    let shifted = additions.node("Sub", &[&sloped, &offset]);
    let kept_head = additions.node("Max", &[&shifted, &least]);
    let kept_head = additions.node("Ceil", &[&kept_head]);
    let kept_head = to_int(additions, &kept_head);
    let first = additions.node("Sub", &[&head, &kept_head]);
    let first = additions.node("Max", &[&first, &zero]);

    // The start of the last token that sounds: frames before it, by an exclusive running sum that
    // is masked to the sounding tokens; it grows along the tokens, so its maximum is the last.
    let axis = additions.ints(&[0]);
    let starts = additions.node_with(
        "CumSum",
        &[&durations, &axis],
        vec![Attribute::Int("exclusive", 1)],
    );
    let tokens = additions.node("Reshape", &["tokens", &flat]);
    let silent = additions.ints(&[LAST_SILENT_ID]);
    let sounds = additions.node("Greater", &[&tokens, &silent]);
    let sounds = to_int(additions, &sounds);
    let starts = additions.node("Mul", &[&starts, &sounds]);
    let last_start =
        additions.node_with("ReduceMax", &[&starts], vec![Attribute::Int("keepdims", 1)]);
    let tail = additions.floats(&[1], &[Crop::TAIL]);
    let kept_tail = additions.node("Mul", &[&scale, &tail]);
    let kept_tail = additions.node("Ceil", &[&kept_tail]);
    let kept_tail = to_int(additions, &kept_tail);
    let end = additions.node("Add", &[&last_start, &kept_tail]);
    // Nothing that sounds at all: keep one frame, so that no later node meets an empty tensor.
    let at_least = additions.node("Add", &[&first, &one]);
    let end = additions.node("Max", &[&end, &at_least]);
    let end = additions.node("Min", &[&end, &total]);
    CropBounds {
        durations,
        first,
        end,
    }
}

fn to_int(additions: &mut Additions, tensor: &str) -> String {
    additions.node_with(
        "Cast",
        &[tensor],
        vec![Attribute::Int("to", ElementType::Int64 as i64)],
    )
}

/// The generator reads only the frames that are kept; everything before it sees them all.
fn crop_generator_inputs(graph: &mut GraphProto, additions: &mut Additions, crop: &CropBounds) {
    let steps_per_frame = additions.ints(&[2]);
    let from = additions.node("Mul", &[&crop.first, &steps_per_frame]);
    let to = additions.node("Mul", &[&crop.end, &steps_per_frame]);
    let last_axis = additions.ints(&[-1]);
    for tensor in GENERATOR_INPUTS {
        let kept = additions.node("Slice", &[tensor, &from, &to, &last_axis]);
        redirect(graph, tensor, &kept, |node| {
            node.name
                .as_deref()
                .is_some_and(|name| name.starts_with(GENERATOR))
        });
    }
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

fn rename_outputs(graph: &mut GraphProto, names: &[&str]) {
    let mut additions = Additions::new("langdu_output");
    for (output, &name) in graph.output.iter_mut().zip(names) {
        let from = output.name.replace(name.to_owned()).unwrap_or_default();
        additions.named_node("Identity", &[&from], Vec::new(), name.to_owned());
    }
    additions.apply(graph);
}

/// Checks that the bytes of a style file are a whole table of finite numbers.
pub(crate) fn parse_style(bytes: &[u8]) -> Option<Vec<f32>> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() || chunks.len() != STYLE_ROWS * STYLE_WIDTH {
        return None;
    }
    let values: Vec<f32> = chunks.iter().map(|&c| f32::from_le_bytes(c)).collect();
    values.iter().all(|v| v.is_finite()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_export_is_refused_by_name() {
        let error = rewrite(&[], &[], false).err().unwrap();
        assert!(error.to_string().contains(DURATIONS));
    }

    #[test]
    fn bytes_that_are_not_onnx_are_refused() {
        let refused = rewrite(b"\xff\xff\xff not a model", &[], true).err();
        assert!(matches!(refused, Some(OnnxError::NotOnnx(_))));
    }

    #[test]
    fn a_style_table_of_the_wrong_size_or_with_nan_is_refused() {
        assert!(parse_style(&[0; 16]).is_none());
        let mut table = vec![0_u8; STYLE_ROWS * STYLE_WIDTH * 4];
        assert!(parse_style(&table).is_some());
        table[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(parse_style(&table).is_none());
    }
}
