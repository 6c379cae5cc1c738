//! Replaces groups of nodes with our own operators.
//!
//! The export spells a convolution as six nodes with 32-bit integers between them, and a layer of
//! the generator's residual blocks as some thirty. ONNX Runtime runs each over the whole length;
//! [`operators`](crate::operators) do the same arithmetic in one pass.
//!
//! The export takes the means and variances of the residual blocks' normalisations from each
//! utterance. Here they are constants of the speaker, averaged over sentences
//! (`voices/make_moments.py`): the tensor [`MOMENTS`], which whoever uses the graph has to make. For each
//! group of [`BLOCK_GROUPS`], block, and layer in the order in which it is applied, it holds a mean
//! for each channel and then a variance for each channel.

use std::collections::HashMap;
use std::ops::Range;

use super::onnx::{
    Additions, Attribute, GraphProto, NodeProto, OnnxError, TensorProto, bytes_of, floats_of,
    integer_of, ints_of,
};
use super::schema;

/// The groups of residual blocks: the blocks whose mean is taken, and the tensor that holds it.
const BLOCK_GROUPS: [(&[&str], &str); 4] = [
    (&["noise_res.0"], "noise_res.0/Add_8_output_0"),
    (&["noise_res.1"], "noise_res.1/Add_8_output_0"),
    (
        &["resblocks.0", "resblocks.1", "resblocks.2"],
        "Div_2_output_0",
    ),
    (
        &["resblocks.3", "resblocks.4", "resblocks.5"],
        "Div_4_output_0",
    ),
];

/// The moments of the speaker, float32 `[1, moments]`.
pub(super) const MOMENTS: &str = "langdu_moments";

/// What was fused.
pub(super) struct Fused {
    /// For the file beside the graph ([`schema::WEIGHTS_FILE`]).
    pub(super) weights: Vec<u8>,
    /// How many numbers [`MOMENTS`] has.
    pub(super) moments: usize,
}

/// The dilated pairs of layers of a residual block.
const PAIRS: usize = 3;

/// Which nodes write and which read each tensor.
struct Wiring<'a> {
    graph: &'a GraphProto,
    makers: HashMap<&'a str, &'a NodeProto>,
    readers: HashMap<&'a str, Vec<&'a NodeProto>>,
    constants: HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Wiring<'a> {
    fn of(graph: &'a GraphProto) -> Self {
        let mut readers: HashMap<&str, Vec<&NodeProto>> = HashMap::new();
        let mut makers = HashMap::new();
        for node in &graph.node {
            for input in &node.input {
                readers.entry(input).or_default().push(node);
            }
            for output in &node.output {
                makers.insert(output.as_str(), node);
            }
        }
        let constants = graph.initializer.iter();
        Self {
            graph,
            makers,
            readers,
            constants: constants
                .filter_map(|tensor| Some((tensor.name.as_deref()?, tensor)))
                .collect(),
        }
    }

    /// The node that writes `tensor`, if it is of this type.
    fn maker(&self, tensor: &str, op_type: &str) -> Option<&'a NodeProto> {
        let maker = self.makers.get(tensor)?;
        (maker.op_type.as_deref() == Some(op_type)).then_some(*maker)
    }

    /// The only node that reads `tensor`.
    fn only_reader(&self, tensor: &str) -> Option<&'a NodeProto> {
        match self.readers.get(tensor)?.as_slice() {
            [reader] => Some(reader),
            _ => None,
        }
    }

    fn constant(&self, tensor: &str) -> Result<&'a TensorProto, OnnxError> {
        let found = self.constants.get(tensor).copied();
        found.ok_or_else(|| OnnxError::MissingTensor(tensor.to_owned()))
    }

    fn bytes(&self, tensor: &str) -> Result<Vec<u8>, OnnxError> {
        bytes_of(self.constant(tensor)?).ok_or_else(|| OnnxError::MissingTensor(tensor.to_owned()))
    }

    fn floats(&self, tensor: &str) -> Result<Vec<f32>, OnnxError> {
        floats_of(self.constant(tensor)?).ok_or_else(|| OnnxError::MissingTensor(tensor.to_owned()))
    }
}

/// A convolution of the export with all that belongs to it.
struct QuantisedConv {
    input: String,
    weights: String,
    zero_point: String,
    scale: String,
    bias: Option<String>,
    dilation: i64,
    pads: Vec<i64>,
    output: String,
}

impl QuantisedConv {
    /// Reads the nodes around a `ConvInteger`; `None` where they are not as expected or the
    /// convolution has a stride or groups.
    fn read(wiring: &Wiring<'_>, conv: &NodeProto) -> Option<Self> {
        let [quantised, weights, _, zero_point] = conv.input.as_slice() else {
            return None;
        };
        if ints_of(conv, "strides") != [1] || conv.op_type.as_deref() != Some("ConvInteger") {
            return None;
        }
        let quantise = wiring.maker(quantised, "DynamicQuantizeLinear")?;
        let mut sums = conv.output.first()?;
        let mut next = wiring.only_reader(sums)?;
        let mut bias = None;
        if next.op_type.as_deref() == Some("Add") {
            let other = next.input.iter().find(|input| *input != sums)?;
            let shaped = wiring.maker(other, "Reshape")?;
            let whole = wiring.maker(shaped.input.first()?, "Cast")?;
            let rounded = wiring.maker(whole.input.first()?, "Floor")?;
            let steps = wiring.maker(rounded.input.first()?, "Div")?;
            bias = Some(steps.input.first()?.clone());
            sums = next.output.first()?;
            next = wiring.only_reader(sums)?;
        }
        let floats = (next.op_type.as_deref() == Some("Cast")).then(|| next.output.first())??;
        let scaled = wiring.only_reader(floats)?;
        let scales = scaled.input.iter().find(|input| *input != floats)?;
        let scales = wiring.maker(scales, "Mul")?;
        let own_scale = quantise.output.get(1)?;
        let scale = scales.input.iter().find(|input| *input != own_scale)?;
        let weights_tensor = wiring.constants.get(weights.as_str())?;
        (weights_tensor.dims.len() == 3 && wiring.constants.contains_key(scale.as_str()))
            .then_some(())?;
        Some(Self {
            input: quantise.input.first()?.clone(),
            weights: weights.clone(),
            zero_point: zero_point.clone(),
            scale: scale.clone(),
            bias,
            dilation: *ints_of(conv, "dilations").first()?,
            pads: ints_of(conv, "pads").to_vec(),
            output: scaled.output.first()?.clone(),
        })
    }

    fn node(
        &self,
        wiring: &Wiring<'_>,
        additions: &mut Additions,
        file: &mut Vec<u8>,
    ) -> Result<(), OnnxError> {
        let weights = wiring.constant(&self.weights)?;
        let shape = weights.dims.clone();
        let weights = wiring.bytes(&self.weights)?;
        let bias = match &self.bias {
            Some(bias) => bias.clone(),
            None => {
                let zeros = vec![0.0; usize::try_from(shape[0]).unwrap_or(0)];
                additions.floats(&[shape[0]], &zeros)
            }
        };
        additions.own_operator(
            schema::CONV,
            &[&self.input, &self.zero_point, &self.scale, &bias],
            vec![
                Attribute::Int("weights", append(file, &weights)),
                Attribute::Ints("shape", shape),
                Attribute::Int("dilation", self.dilation),
                Attribute::Ints("pads", self.pads.clone()),
            ],
            vec![self.output.clone()],
        );
        Ok(())
    }
}

/// Fuses convolutions and, in the nodes whose names begin with `generator`, residual blocks and the
/// spectrum.
pub(super) fn fuse(graph: &mut GraphProto, generator: &str) -> Result<Fused, OnnxError> {
    let wiring = Wiring::of(graph);
    let convolutions: HashMap<String, QuantisedConv> = wiring
        .graph
        .node
        .iter()
        .filter_map(|node| QuantisedConv::read(&wiring, node))
        .map(|conv| (conv.output.clone(), conv))
        .collect();
    let mut additions = Additions::new("langdu_fused");
    let mut weights = Vec::new();
    let mut moments = 0;
    let mut inside_blocks: Vec<String> = Vec::new();
    let mut replaced: Vec<String> = Vec::new();
    for (blocks, output) in BLOCK_GROUPS {
        let blocks: Vec<_> = blocks.iter().map(|b| format!("{generator}{b}")).collect();
        let output = format!("{generator}{output}");
        let node = residual_blocks(&wiring, &convolutions, &mut additions, &blocks)?;
        inside_blocks.extend(node.convolutions.iter().cloned());
        let from = moments;
        moments += 2 * node.alphas.len();
        node.add(&mut additions, &mut weights, from..moments, output.clone());
        replaced.push(output);
    }
    replaced.extend(spectrum(&wiring, &mut additions, generator)?);
    // In the graph's order, so that the file is the same each time.
    for conv in wiring
        .graph
        .node
        .iter()
        .filter_map(|node| convolutions.get(node.output.first()?))
        .filter(|conv| !inside_blocks.contains(&conv.output))
    {
        conv.node(&wiring, &mut additions, &mut weights)?;
        replaced.push(conv.output.clone());
    }
    graph
        .node
        .retain(|node| !node.output.iter().any(|output| replaced.contains(output)));
    additions.apply(graph);
    Ok(Fused { weights, moments })
}

/// Appends `bytes` to `file` and returns where they begin.
fn append(file: &mut Vec<u8>, bytes: &[u8]) -> i64 {
    let at = file.len() as i64;
    file.extend_from_slice(bytes);
    at
}

/// The parts of a node for the mean of some residual blocks.
#[derive(Default)]
struct BlocksNode {
    blocks: i64,
    /// The outputs of the convolutions in it.
    convolutions: Vec<String>,
    input: String,
    style: String,
    taps: Vec<i64>,
    dilations: Vec<i64>,
    weights: Vec<u8>,
    zero_points: Vec<u8>,
    scales: Vec<f32>,
    biases: Vec<f32>,
    alphas: Vec<f32>,
}

impl BlocksNode {
    /// The node reads the numbers `moments` of [`MOMENTS`].
    fn add(
        self,
        additions: &mut Additions,
        file: &mut Vec<u8>,
        moments: Range<usize>,
        output: String,
    ) {
        let [from, to] = [moments.start, moments.end].map(|at| additions.ints(&[at as i64]));
        let axis = additions.ints(&[1]);
        let moments = additions.node("Slice", &[MOMENTS, &from, &to, &axis]);
        let zero_points = additions.bytes(self.zero_points);
        let [scales, biases, alphas] = [self.scales, self.biases, self.alphas]
            .map(|values| additions.floats(&[values.len() as i64], &values));
        additions.own_operator(
            schema::RESIDUAL_BLOCKS,
            &[
                &self.input,
                &self.style,
                &moments,
                &zero_points,
                &scales,
                &biases,
                &alphas,
            ],
            vec![
                Attribute::Int("weights", append(file, &self.weights)),
                Attribute::Int("blocks", self.blocks),
                Attribute::Ints("taps", self.taps),
                Attribute::Ints("dilations", self.dilations),
            ],
            vec![output],
        );
    }
}

/// Reads the residual blocks of these names, of whose results the mean is taken.
fn residual_blocks(
    wiring: &Wiring<'_>,
    convolutions: &HashMap<String, QuantisedConv>,
    additions: &mut Additions,
    blocks: &[String],
) -> Result<BlocksNode, OnnxError> {
    let missing = |tensor: &str| OnnxError::MissingTensor(tensor.to_owned());
    let mut node = BlocksNode {
        blocks: blocks.len() as i64,
        ..Default::default()
    };
    let mut styles = Vec::new();
    for block in blocks {
        for (half, pair) in (0..PAIRS).flat_map(|pair| [(1, pair), (2, pair)]) {
            let name = format!("{block}/convs{half}.{pair}/Conv_output_0");
            let conv = convolutions.get(&name).ok_or_else(|| missing(&name))?;
            let alpha = format!("{}.alpha{half}.{pair}", dotted(block));
            let bias = conv.bias.as_deref().ok_or_else(|| missing(&name))?;
            node.convolutions.push(name.clone());
            node.alphas.extend(wiring.floats(&alpha)?);
            node.biases.extend(wiring.floats(bias)?);
            node.scales.extend(wiring.floats(&conv.scale)?);
            node.weights.extend(wiring.bytes(&conv.weights)?);
            node.zero_points.extend(wiring.bytes(&conv.zero_point)?);
            node.taps.push(wiring.constant(&conv.weights)?.dims[2]);
            node.dilations.push(conv.dilation);
            styles.push(format!("{block}/adain{half}.{pair}/fc/Gemm_output_0"));
        }
    }
    let mean = format!("{}/adain1.0/ReduceMean_output_0", blocks[0]);
    let input = wiring.maker(&mean, "ReduceMean");
    let input = input.and_then(|node| node.input.first());
    node.input = input.ok_or_else(|| missing(&mean))?.clone();
    let styles: Vec<&str> = styles.iter().map(String::as_str).collect();
    node.style = additions.node_with("Concat", &styles, vec![Attribute::Int("axis", 1)]);
    Ok(node)
}

/// Adds one node for the spectrum of the harmonic source. Returns its outputs: the real and the
/// imaginary part.
fn spectrum(
    wiring: &Wiring<'_>,
    additions: &mut Additions,
    generator: &str,
) -> Result<Vec<String>, OnnxError> {
    let missing = |tensor: &str| OnnxError::MissingTensor(tensor.to_owned());
    let made = format!("{generator}STFT_output_0");
    let node = wiring.maker(&made, "STFT").ok_or_else(|| missing(&made))?;
    let [signal, step, window, _] = node.input.as_slice() else {
        return Err(missing(&made));
    };
    let step = integer_of(wiring.constant(step)?).ok_or_else(|| missing(step))?;
    let parts = ["Gather_4_output_0", "Gather_5_output_0"];
    let parts = parts.map(|part| format!("{generator}{part}")).to_vec();
    let attributes = vec![Attribute::Int("step", step)];
    additions.own_operator(schema::STFT, &[signal, window], attributes, parts.clone());
    Ok(parts)
}

/// The export names a parameter as it names the node that uses it, but with dots.
fn dotted(node: &str) -> String {
    node.trim_start_matches('/').replace('/', ".")
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::super::onnx::{self, ElementType, ModelProto};
    use super::*;
    use crate::{pack, runtime};

    /// A model whose `theirs` is ONNX Runtime's transform of `signal`, and whose `real` and
    /// `imaginary` are ours.
    fn both_transforms(window: &[f32], step: i64) -> ModelProto {
        let mut additions = Additions::new("test");
        let window_name = additions.floats(&[window.len() as i64], window);
        let inputs = ["signal", "step", &window_name];
        additions.named_node("STFT", &inputs, Vec::new(), "theirs".to_owned());
        additions.own_operator(
            schema::STFT,
            &["signal", &window_name],
            vec![Attribute::Int("step", step)],
            vec!["real".to_owned(), "imaginary".to_owned()],
        );
        let mut graph = GraphProto {
            name: Some("both".to_owned()),
            input: vec![onnx::declare(
                "signal",
                ElementType::Float,
                &[Some(1), None],
            )],
            output: vec![
                onnx::declare(
                    "theirs",
                    ElementType::Float,
                    &[Some(1), None, None, Some(2)],
                ),
                onnx::declare("real", ElementType::Float, &[Some(1), None, None]),
                onnx::declare("imaginary", ElementType::Float, &[Some(1), None, None]),
            ],
            initializer: vec![TensorProto {
                name: Some("step".to_owned()),
                data_type: Some(ElementType::Int64 as i32),
                int64_data: vec![step],
                ..Default::default()
            }],
            ..Default::default()
        };
        additions.apply(&mut graph);
        let mut model = ModelProto {
            ir_version: Some(8),
            graph: Some(graph),
            ..Default::default()
        };
        onnx::import_own_operators(&mut model);
        let mut standard = model.opset_import[0].clone();
        (standard.domain, standard.version) = (None, Some(17));
        model.opset_import.push(standard);
        model
    }

    /// Voiced, silent of both signs, tiny and loud stretches.
    fn signal() -> Vec<f32> {
        let of = |n: usize| {
            let wave = (n as f32 * 0.05).sin() + 0.3 * (n as f32 * 1.7).cos();
            match n / 500 {
                0 => 0.1 * wave,
                1 => 0.0,
                2 => -0.0,
                3 => 1e-20 * wave,
                4 => 0.1,
                _ => 3.0 * wave,
            }
        };
        (0..3_003).map(of).collect()
    }

    #[test]
    #[cfg_attr(
        not(target_arch = "x86_64"),
        ignore = "elsewhere the compiler of ONNX Runtime fuses multiplications and additions"
    )]
    fn the_transform_has_the_bits_of_onnx_runtime_s() {
        let voices = concat!(env!("CARGO_MANIFEST_DIR"), "/../../voices");
        runtime::init(&pack::runtime_library(voices.as_ref()), 0).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (length, step) in [(20, 5), (33, 7), (6, 1)] {
            let window: Vec<_> = (0..length)
                .map(|n| {
                    (std::f32::consts::PI * n as f32 / length as f32)
                        .sin()
                        .powi(2)
                })
                .collect();
            let path = folder.path().join("both.onnx");
            let model = both_transforms(&window, step);
            std::fs::write(&path, model.encode_to_vec()).unwrap();
            let mut session = runtime::session(&path).unwrap();
            let signal = ort::value::Tensor::from_array(([1, 3_003], signal())).unwrap();
            let outputs = session.run(ort::inputs!["signal" => signal]).unwrap();
            let bits = |name: &str| -> Vec<u32> {
                let (_, values) = outputs[name].try_extract_tensor::<f32>().unwrap();
                values.iter().map(|value| value.to_bits()).collect()
            };
            let (theirs, real, imaginary) = (bits("theirs"), bits("real"), bits("imaginary"));
            let bins = length / 2 + 1;
            let frames = real.len() / bins;
            assert_eq!(theirs.len(), 2 * bins * frames);
            for (index, parts) in theirs.chunks_exact(2).enumerate() {
                let (frame, bin) = (index / bins, index % bins);
                let at = bin * frames + frame;
                assert_eq!(
                    parts,
                    [real[at], imaginary[at]],
                    "bin {bin} of frame {frame}"
                );
            }
        }
    }
}
