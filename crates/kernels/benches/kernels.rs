//! The kernels alone, on one thread, at the widest layer of the default voice: billions of
//! operations a second (a multiplication and an addition are two).

use std::hint::black_box;
use std::time::Instant;

use langdu_kernels::{
    BlockWeights, ConvWeights, InstructionSet, LayerWeights, ResidualBlocks, Sequential,
};

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    println!("| instruction set | channels | taps | ms | GOP/s |");
    println!("| --- | --- | --- | --- | --- |");
    for (channels, length) in [(128_usize, 4800_usize), (256, 800)] {
        for taps in [3, 7, 11] {
            let noise = |i: usize| (i.wrapping_mul(2_654_435_761) >> 7) as u8;
            // Near the zero point, as the voice's are: with a standard deviation of 9.
            let near = |i| 112 + noise(i) / 8;
            let weights: Vec<u8> = (0..channels * channels * taps).map(near).collect();
            let bias = vec![0.0; channels];
            let alpha = vec![1.0; channels];
            let layer = |dilation| LayerWeights {
                alpha: &alpha,
                conv: ConvWeights {
                    weights: &weights,
                    outputs: channels,
                    inputs: channels,
                    taps,
                    dilation,
                    zero_point: 128,
                    scale: 1e-3,
                    bias: &bias,
                },
            };
            let layers = [1, 1, 3, 1, 5, 1].map(layer).into();
            let blocks = [BlockWeights { layers }];
            let input: Vec<f32> = (0..channels * length)
                .map(|i| f32::from(noise(i)) / 128.0 - 1.0)
                .collect();
            let mut out = vec![0.0; input.len()];
            for instruction_set in InstructionSet::all() {
                let kernel =
                    ResidualBlocks::new(instruction_set, channels, &blocks).expect("it fits");
                let style = vec![0.0; kernel.style_len()];
                // Means of 0 and then variances of 1 for each layer.
                let moments = [vec![0.0; channels], vec![1.0; channels]].concat();
                let moments = moments.repeat(6);
                let rounds = if instruction_set == InstructionSet::Plain {
                    1
                } else {
                    7
                };
                let times = (0..rounds).map(|_| {
                    let started = Instant::now();
                    kernel.run(&Sequential, black_box(&input), &style, &moments, &mut out);
                    black_box(&out);
                    started.elapsed().as_secs_f64()
                });
                let took = median(times.collect());
                let operations = 2.0 * 6.0 * (channels * channels * taps * length) as f64;
                println!(
                    "| {} | {channels} | {taps} | {:.1} | {:.0} |",
                    instruction_set.name(),
                    took * 1e3,
                    operations / took / 1e9
                );
            }
        }
    }
}
