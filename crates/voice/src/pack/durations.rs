//! Makes an utterance last as long as its rate says.
//!
//! The export rounds each token's duration to whole frames by itself. A token of Mandarin lasts about one
//! frame or about two, so that a pace is kept badly: 20 % slower came out as 13 % slower, 26 % as 25 %,
//! with every sound of two frames grown to three at once and no sound of one frame grown at all. Here the
//! ends are rounded instead, counted from the start of the utterance: each token is at most a frame longer
//! or shorter than it should be, and what is rounded off one is given to the next.
//!
//! The first token is the silence before the voice. The voice begins so many frames into it however long
//! it is, so that at a slow rate it began up to half a second before the first phoneme's frames. It is
//! therefore as long at every rate.

use super::onnx::{Additions, Attribute, GraphProto, OnnxError, redirect, require};

/// The frames of each token as the prosody wants them, float32 `[1, tokens]`.
const WANTED: &str = "/encoder/Div_output_0";

/// The same at rate 1 of the model.
const UNSCALED: &str = "/encoder/predictor/ReduceSum_output_0";

/// The wanted frames, each rounded by itself.
const ROUNDED: &str = "/encoder/Round_output_0";

/// Rounds the ends of the tokens in place of their durations, and leaves the first as the model has it.
///
/// # Errors
///
/// When the graph is of another export.
pub(crate) fn round_ends(graph: &mut GraphProto) -> Result<(), OnnxError> {
    require(graph, WANTED)?;
    require(graph, UNSCALED)?;
    require(graph, ROUNDED)?;
    let mut additions = Additions::new("langdu_durations");
    let axis = additions.ints(&[-1]);
    let [start, first, end] = [0, 1, i64::MAX].map(|at| additions.ints(&[at]));
    let silence = additions.node("Slice", &[UNSCALED, &start, &first, &axis]);
    let others = additions.node("Slice", &[WANTED, &first, &end, &axis]);
    let last_axis = vec![Attribute::Int("axis", -1)];
    let wanted = additions.node_with("Concat", &[&silence, &others], last_axis);
    let exclusive = vec![Attribute::Int("exclusive", 1)];
    let starts = additions.node_with("CumSum", &[&wanted, &axis], exclusive);
    let ends = additions.node("CumSum", &[&wanted, &axis]);
    let starts = additions.node("Round", &[&starts]);
    let ends = additions.node("Round", &[&ends]);
    let durations = additions.node("Sub", &[&ends, &starts]);
    redirect(graph, ROUNDED, &durations, |_| true);
    additions.apply(graph);
    Ok(())
}
