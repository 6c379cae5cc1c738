//! How fast clips are finished and encoded. The element counted is a second of audio, so that the
//! throughput printed (`Kelem/s`) is thousands of times real time, on one thread.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use langdu_audio::encode::{clip, stream_chunk};
use langdu_audio::{Encoding, Tags, pcm};

const VOICE_RATE_HZ: u32 = 24_000;
const CLIP_SECONDS: u32 = 4;
const PAUSE_MS: u32 = 300;

/// Harmonics of 200 Hz swelling four times a second: about as much to code as a voice.
fn voice() -> Vec<f32> {
    (0..VOICE_RATE_HZ * CLIP_SECONDS)
        .map(|index| {
            let turn = std::f32::consts::TAU * index as f32 / VOICE_RATE_HZ as f32;
            let harmonics: f32 = (1..30u16)
                .map(|n| (turn * 200.0 * f32::from(n)).sin() / f32::from(n))
                .sum();
            0.2 * harmonics * (turn * 2.0).sin().powi(2)
        })
        .collect()
}

fn encode(criterion: &mut Criterion) {
    let samples = voice();
    let finished = pcm::finish(&samples, VOICE_RATE_HZ, 1.0, PAUSE_MS);
    let tags = Tags::default();

    let mut group = criterion.benchmark_group("seconds of audio");
    group.throughput(Throughput::Elements(u64::from(CLIP_SECONDS)));
    group.bench_function("finish", |bencher| {
        bencher.iter(|| pcm::finish(black_box(&samples), VOICE_RATE_HZ, 1.0, PAUSE_MS));
    });
    group.bench_function("finish, limited", |bencher| {
        bencher.iter(|| pcm::finish(black_box(&samples), VOICE_RATE_HZ, 4.0, PAUSE_MS));
    });
    for encoding in [Encoding::Linear16, Encoding::Mp3, Encoding::OggOpus] {
        for out_hz in [24_000, 48_000] {
            group.bench_function(format!("clip {encoding:?} {out_hz}"), |bencher| {
                bencher.iter(|| {
                    clip(
                        black_box(&finished),
                        VOICE_RATE_HZ,
                        encoding,
                        out_hz,
                        0.0,
                        &tags,
                    )
                    .unwrap()
                });
            });
        }
    }
    group.bench_function("stream chunk Mp3 24000", |bencher| {
        bencher.iter(|| {
            let pcm = black_box(&finished);
            stream_chunk(pcm, VOICE_RATE_HZ, Encoding::Mp3, 24_000, 0.0, &tags).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
