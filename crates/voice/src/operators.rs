//! Our own operators, for ONNX Runtime: [`langdu_kernels`] behind its interface.
//!
//! A pack's graphs use them where an install put them ([`crate::pack`]); every session knows them.
//! They run their tasks on ONNX Runtime's own threads. They read their weights from a file of their
//! own, because ONNX Runtime would keep weights that are part of the graph in memory, besides the
//! copy in the order that a kernel reads.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use langdu_kernels::{
    BlockWeights, Conv, ConvWeights, Executor, InstructionSet, LayerWeights, ResidualBlocks, Stft,
};
use ort::operator::{
    Kernel, KernelAttributes, KernelContext, Operator, OperatorDomain, OperatorInput,
    OperatorOutput,
};
use ort::value::{TensorElementType, TensorValueType};

use crate::pack::schema::{CONV, DOMAIN, RESIDUAL_BLOCKS, STFT, WEIGHTS_FILE};

/// The operators, for a session over the graph in `model` that is being built.
pub(crate) fn domain(model: &Path, instruction_set: InstructionSet) -> ort::Result<OperatorDomain> {
    let weights = || WeightsFile(model.with_file_name(WEIGHTS_FILE));
    OperatorDomain::new(DOMAIN)?
        .add(ConvOperator(instruction_set, weights()))?
        .add(ResidualBlocksOperator(instruction_set, weights()))?
        .add(StftOperator)
}

/// ONNX Runtime's threads.
struct RuntimeThreads<'a>(&'a KernelContext);

impl Executor for RuntimeThreads<'_> {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Send + Sync)) {
        // A batch for each task, so that a thread that is late takes fewer.
        if count < 2 || self.0.par_for(count, count, task).is_err() {
            (0..count).for_each(task);
        }
    }
}

/// The file that holds the weights.
struct WeightsFile(PathBuf);

impl WeightsFile {
    fn read(&self, from: usize, len: usize) -> ort::Result<Vec<u8>> {
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&self.0)?;
            file.seek(SeekFrom::Start(from as u64))?;
            let mut bytes = vec![0; len];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| failed(format!("cannot read {}: {error}", self.0.display())))
    }
}

fn failed(what: impl std::fmt::Display) -> ort::Error {
    ort::Error::new(what.to_string())
}

/// A constant input's values.
fn constant<T>(attributes: &KernelAttributes, index: usize) -> ort::Result<Vec<T>>
where
    T: ort::value::PrimitiveTensorElementType + std::fmt::Debug + Clone,
{
    let value = attributes.constant_input::<TensorValueType<T>>(index)?;
    Ok(value.extract_tensor().1.to_vec())
}

/// An integer attribute that counts something.
fn count(value: i64) -> ort::Result<usize> {
    usize::try_from(value).map_err(failed)
}

fn counts(attributes: &KernelAttributes, name: &str) -> ort::Result<Vec<usize>> {
    let values: Vec<i64> = attributes
        .get(name)
        .ok_or_else(|| failed(format!("the operator has no attribute `{name}`")))?;
    values.into_iter().map(count).collect()
}

fn single(attributes: &KernelAttributes, name: &str) -> ort::Result<usize> {
    let value: i64 = attributes
        .get(name)
        .ok_or_else(|| failed(format!("the operator has no attribute `{name}`")))?;
    count(value)
}

const FLOATS: TensorElementType = TensorElementType::Float32;
const BYTES: TensorElementType = TensorElementType::Uint8;

fn required_inputs<const N: usize>(types: [TensorElementType; N]) -> Vec<OperatorInput> {
    types.map(OperatorInput::required).into()
}

fn float_outputs<const N: usize>() -> Vec<OperatorOutput> {
    [FLOATS; N].map(OperatorOutput::required).into()
}

struct ConvOperator(InstructionSet, WeightsFile);

impl Operator for ConvOperator {
    fn name(&self) -> &str {
        CONV
    }

    fn inputs(&self) -> Vec<OperatorInput> {
        required_inputs([FLOATS, BYTES, FLOATS, FLOATS])
    }

    fn outputs(&self) -> Vec<OperatorOutput> {
        float_outputs::<1>()
    }

    fn create_kernel(&self, attributes: &KernelAttributes) -> ort::Result<Box<dyn Kernel>> {
        let [outputs, inputs, taps] = counts(attributes, "shape")?[..] else {
            return Err(failed("a convolution's weights have three dimensions"));
        };
        let offset = single(attributes, "weights")?;
        let weights = self.1.read(offset, outputs * inputs * taps)?;
        let [before, after] = counts(attributes, "pads")?[..] else {
            return Err(failed("a convolution has two pads"));
        };
        let first = |values: Vec<f32>| values.first().copied().unwrap_or(1.0);
        let conv = ConvWeights {
            weights: &weights,
            outputs,
            inputs,
            taps,
            dilation: single(attributes, "dilation")?,
            zero_point: constant(attributes, 1)?.first().copied().unwrap_or(0),
            scale: first(constant(attributes, 2)?),
            bias: &constant::<f32>(attributes, 3)?,
        };
        let conv = Conv::new(self.0, &conv, (before, after)).map_err(failed)?;
        Ok(Box::new(move |context: &KernelContext| {
            let input = context.input(0)?.ok_or_else(|| failed("no input"))?;
            let (shape, input) = input.try_extract_tensor::<f32>()?;
            let (inputs, outputs) = conv.channels();
            let length = input.len() / inputs;
            if shape[..] != [1, inputs as i64, length as i64] {
                return Err(failed(format!("{inputs} channels expected, not {shape}")));
            }
            let out_shape = vec![1, outputs as i64, conv.out_length(length) as i64];
            let mut out = context
                .output(0, out_shape)?
                .ok_or_else(|| failed("no output"))?;
            let (_, out) = out.try_extract_tensor_mut::<f32>()?;
            conv.run(&RuntimeThreads(context), input, out);
            Ok(())
        }))
    }
}

struct ResidualBlocksOperator(InstructionSet, WeightsFile);

impl Operator for ResidualBlocksOperator {
    fn name(&self) -> &str {
        RESIDUAL_BLOCKS
    }

    fn inputs(&self) -> Vec<OperatorInput> {
        required_inputs([FLOATS, FLOATS, FLOATS, BYTES, FLOATS, FLOATS, FLOATS])
    }

    fn outputs(&self) -> Vec<OperatorOutput> {
        float_outputs::<1>()
    }

    fn create_kernel(&self, attributes: &KernelAttributes) -> ort::Result<Box<dyn Kernel>> {
        let block_count = single(attributes, "blocks")?;
        let taps = counts(attributes, "taps")?;
        let dilations = counts(attributes, "dilations")?;
        let zero_points: Vec<u8> = constant(attributes, 3)?;
        let scales: Vec<f32> = constant(attributes, 4)?;
        let biases: Vec<f32> = constant(attributes, 5)?;
        let alphas: Vec<f32> = constant(attributes, 6)?;
        let layers = taps.len();
        let unfit = || failed("the residual blocks' constants do not fit each other");
        if layers == 0
            || block_count == 0
            || [dilations.len(), zero_points.len(), scales.len()] != [layers; 3]
            || biases.len() != alphas.len()
        {
            return Err(unfit());
        }
        let channels = alphas.len() / layers;
        let offset = single(attributes, "weights")?;
        let all_taps: usize = taps.iter().sum();
        let weights = self.1.read(offset, channels * channels * all_taps)?;
        let mut rest = weights.as_slice();
        let mut of_layers = Vec::with_capacity(layers);
        for layer in 0..layers {
            let len = channels * channels * taps[layer];
            let (own, others) = rest.split_at_checked(len).ok_or_else(unfit)?;
            rest = others;
            let of_channels = layer * channels..(layer + 1) * channels;
            of_layers.push(LayerWeights {
                alpha: &alphas[of_channels.clone()],
                conv: ConvWeights {
                    weights: own,
                    outputs: channels,
                    inputs: channels,
                    taps: taps[layer],
                    dilation: dilations[layer],
                    zero_point: zero_points[layer],
                    scale: scales[layer],
                    bias: &biases[of_channels],
                },
            });
        }
        let mut blocks = Vec::with_capacity(block_count);
        let mut of_layers = of_layers.into_iter();
        for _ in 0..block_count {
            let layers = of_layers.by_ref().take(layers / block_count).collect();
            blocks.push(BlockWeights { layers });
        }
        let kernel = ResidualBlocks::new(self.0, channels, &blocks).map_err(failed)?;
        Ok(Box::new(move |context: &KernelContext| {
            let input = context.input(0)?.ok_or_else(|| failed("no input"))?;
            let style = context.input(1)?.ok_or_else(|| failed("no style"))?;
            let moments = context.input(2)?.ok_or_else(|| failed("no moments"))?;
            let (shape, input) = input.try_extract_tensor::<f32>()?;
            let (_, style) = style.try_extract_tensor::<f32>()?;
            let (_, moments) = moments.try_extract_tensor::<f32>()?;
            let length = input.len() / channels;
            let fits = [style.len(), moments.len()] == [kernel.style_len(); 2];
            if shape[..] != [1, channels as i64, length as i64] || !fits {
                return Err(failed(format!("{channels} channels expected, not {shape}")));
            }
            let mut out = context
                .output(0, shape.clone())?
                .ok_or_else(|| failed("no output"))?;
            let (_, out) = out.try_extract_tensor_mut::<f32>()?;
            kernel.run(&RuntimeThreads(context), input, style, moments, out);
            Ok(())
        }))
    }
}

struct StftOperator;

impl Operator for StftOperator {
    fn name(&self) -> &str {
        STFT
    }

    fn inputs(&self) -> Vec<OperatorInput> {
        required_inputs([FLOATS; 2])
    }

    fn outputs(&self) -> Vec<OperatorOutput> {
        float_outputs::<2>()
    }

    fn create_kernel(&self, attributes: &KernelAttributes) -> ort::Result<Box<dyn Kernel>> {
        let window: Vec<f32> = constant(attributes, 1)?;
        let stft = Stft::new(&window, single(attributes, "step")?).map_err(failed)?;
        Ok(Box::new(move |context: &KernelContext| {
            let signal = context.input(0)?.ok_or_else(|| failed("no signal"))?;
            let (_, signal) = signal.try_extract_tensor::<f32>()?;
            let frames = stft.frames(signal.len());
            let shape = || vec![1, stft.bins() as i64, frames as i64];
            let no_output = || failed("no output");
            let mut real = context.output(0, shape())?.ok_or_else(no_output)?;
            let mut imaginary = context.output(1, shape())?.ok_or_else(no_output)?;
            let (_, real) = real.try_extract_tensor_mut::<f32>()?;
            let (_, imaginary) = imaginary.try_extract_tensor_mut::<f32>()?;
            stft.run(&RuntimeThreads(context), signal, real, imaginary);
            Ok(())
        }))
    }
}
