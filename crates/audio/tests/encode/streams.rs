//! Parts of a stream, laid end to end.

use langdu_audio::encode::mp3::{DELAY_SAMPLES, FRAME_BYTES, frames};
use langdu_audio::encode::{self, OUTPUT_SAMPLE_RATES_HZ, stream_chunk};
use langdu_audio::pcm::{self, MP3_FRAME_SAMPLES};
use langdu_audio::{Encoding, resampled_len};

use crate::speech;
use langdu_testkit::decode::{self, lag, largest_step, snr_db};

/// Utterances as they come in a document: different lengths, and pauses from none to a title's.
fn utterances(rate_hz: u32) -> Vec<Vec<f32>> {
    [
        (1.1, 0),
        (0.4, 120),
        (2.3, 350),
        (0.7, 0),
        (1.6, 900),
        (0.25, 40),
    ]
    .into_iter()
    .zip(10..)
    .map(|((seconds, pause_ms), seed)| speech::clip(seconds, rate_hz, seed, pause_ms))
    .collect()
}

fn chunk(clip: &[f32], rate_hz: u32, encoding: Encoding, out_hz: u32, seed: u8) -> Vec<u8> {
    stream_chunk(clip, rate_hz, encoding, out_hz, 0.0, &speech::tags(seed)).unwrap()
}

#[test]
fn concatenated_mp3_chunks_have_the_exact_length_and_one_constant_delay() {
    let clips = utterances(24_000);
    let mut stream = Vec::new();
    for clip in &clips {
        let bytes = chunk(clip, 24_000, Encoding::Mp3, 24_000, 0);
        assert_eq!(bytes.len(), clip.len() / MP3_FRAME_SAMPLES * FRAME_BYTES);
        stream.extend(bytes);
    }
    let decoded = decode::symphonia(&stream, "mp3", false).samples;
    let total: usize = clips.iter().map(Vec::len).sum();
    assert_eq!(decoded.len(), total);
    let mut start = 0;
    for clip in &clips {
        let shift = lag(clip, &decoded[start..], 1_400);
        assert_eq!(shift, DELAY_SAMPLES as isize, "clip at {start}");
        start += clip.len();
    }
    let snr = snr_db(&clips.concat(), &decoded[DELAY_SAMPLES..]);
    println!("concatenated chunks: {snr:.1} dB");
    assert!(snr > 18.0, "{snr}");
}

#[test]
fn a_clip_in_a_stream_sounds_as_it_does_alone() {
    let clips = utterances(24_000);
    let mut stream = Vec::new();
    for clip in &clips {
        stream.extend(frames(clip).unwrap());
    }
    let together = decode::symphonia(&stream, "mp3", false).samples;
    let mut start = 0;
    for clip in &clips {
        let mut alone_frames = frames(clip).unwrap();
        // A frame behind it, so that a decoder has nothing left to wait for.
        alone_frames.extend(frames(&[0.0; MP3_FRAME_SAMPLES]).unwrap());
        let alone = decode::symphonia(&alone_frames, "mp3", false).samples;
        let inner = MP3_FRAME_SAMPLES..clip.len();
        let difference = together[start..][inner.clone()]
            .iter()
            .zip(&alone[inner])
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        // After its first frame, which overlaps the clip before, nothing differs.
        assert!(difference < 1e-6, "clip at {start}: {difference}");
        start += clip.len();
    }
}

#[test]
fn no_click_is_heard_where_mp3_chunks_meet() {
    let clips = utterances(24_000);
    let stream: Vec<u8> = clips
        .iter()
        .flat_map(|clip| frames(clip).unwrap())
        .collect();
    let decoded = decode::symphonia(&stream, "mp3", false).samples;
    let samples = clips.concat();
    let coding_error: Vec<f32> = samples
        .iter()
        .zip(&decoded[DELAY_SAMPLES..])
        .map(|(before, after)| after - before)
        .collect();
    // A click would stand out from the error that coding leaves in running speech.
    let anywhere = largest_step(&coding_error, 0, coding_error.len());
    let mut join = 0;
    for clip in &clips[..clips.len() - 1] {
        join += clip.len();
        // Where the last frame of one clip ends, the sound is 1105 samples earlier.
        let seam = join - DELAY_SAMPLES;
        let at_seam = largest_step(&coding_error, seam, MP3_FRAME_SAMPLES);
        let at_join = largest_step(&coding_error, join, MP3_FRAME_SAMPLES / 2);
        println!("largest step of the error: {at_seam:.5} at the seam, {at_join:.5} at the join");
        assert!(at_seam < anywhere / 4.0 && at_join < anywhere / 2.0);
    }
}

#[test]
fn no_click_is_heard_where_clips_meet() {
    let clips = utterances(24_000);
    let samples = clips.concat();
    let mut join = 0;
    for clip in &clips[..clips.len() - 1] {
        join += clip.len();
        // 2 ms: well inside both fades, the voice itself is not yet back.
        assert!(largest_step(&samples, join, 48) < 0.02);
    }
}

#[test]
fn mp3_chunks_at_48_khz_are_whole_frames_without_drift() {
    for rate_hz in [22_050, 24_000] {
        let clips = utterances(rate_hz);
        let mut stream = Vec::new();
        let mut expected_len = 0;
        for clip in &clips {
            stream.extend(chunk(clip, rate_hz, Encoding::Mp3, 48_000, 0));
            expected_len += resampled_len(clip.len(), rate_hz, 48_000);
        }
        let decoded = decode::symphonia(&stream, "mp3", false);
        assert_eq!(
            (decoded.samples.len(), decoded.rate_hz),
            (expected_len, 48_000)
        );
    }
}

#[test]
fn mp3_chunks_at_low_rates_lose_no_sound() {
    for out_hz in [8_000, 16_000] {
        for clip in utterances(24_000) {
            let reference = chunk(&clip, 24_000, Encoding::Linear16, out_hz, 0);
            let reference = pcm::from_linear16(&reference);
            let bytes = chunk(&clip, 24_000, Encoding::Mp3, out_hz, 0);
            assert_eq!(bytes.len() % if out_hz == 8_000 { 216 } else { 144 }, 0);
            let decoded = decode::symphonia(&bytes, "mp3", false).samples;
            let audible = reference.iter().rposition(|s| s.abs() > 0.001).unwrap();
            assert!(decoded.len() >= audible + DELAY_SAMPLES);
            assert_eq!(lag(&reference, &decoded, 1_200), DELAY_SAMPLES as isize);
        }
    }
}

#[test]
fn linear16_chunks_are_bare_samples_of_the_exact_length() {
    for rate_hz in [22_050, 24_000] {
        let clip = speech::clip(0.6, rate_hz, 30, 200);
        for out_hz in OUTPUT_SAMPLE_RATES_HZ {
            let bytes = chunk(&clip, rate_hz, Encoding::Linear16, out_hz, 0);
            assert_eq!(bytes.len(), 2 * resampled_len(clip.len(), rate_hz, out_hz));
        }
    }
    let clip = speech::clip(0.6, 24_000, 31, 200);
    let samples = pcm::from_linear16(&chunk(&clip, 24_000, Encoding::Linear16, 24_000, 0));
    assert!(snr_db(&clip, &samples) > 60.0);
}

#[test]
fn opus_chunks_are_a_chained_ogg_with_a_serial_each() {
    let clips = utterances(24_000);
    let stream: Vec<u8> = clips
        .iter()
        .zip(0..)
        .flat_map(|(clip, seed)| chunk(clip, 24_000, Encoding::OggOpus, 24_000, seed))
        .collect();
    let links = decode::opus(&stream);
    assert_eq!(links.len(), clips.len());
    let serials: std::collections::HashSet<u32> = links.iter().map(|link| link.serial).collect();
    assert_eq!(serials.len(), links.len());
    for (link, clip) in links.iter().zip(&clips) {
        assert_eq!(link.samples.len(), 2 * clip.len());
        assert!(link.comments.contains_key("AIGC"));
        // Where one link's decoder hands to the next's, the step is far below those of speech.
        let in_speech = largest_step(&link.samples, 0, link.samples.len());
        let ends = [link.samples[0], link.samples[link.samples.len() - 1]];
        println!("ends {ends:?}, largest step in speech {in_speech}");
        assert!(
            ends.iter().all(|end| end.abs() < in_speech / 4.0),
            "{ends:?}"
        );
    }
}

#[test]
fn an_opus_chunk_under_another_serial_sounds_the_same() {
    let clip = &utterances(24_000)[0];
    let first = chunk(clip, 24_000, Encoding::OggOpus, 24_000, 1);
    let again = encode::again(&first, Encoding::OggOpus, &[9; 32]).unwrap();
    assert_ne!(first, again);
    // The page header's serial and checksum are all that differs.
    let pages = |bytes: &[u8]| -> Vec<(u32, Vec<u8>)> {
        let mut reader = ogg::PacketReader::new(std::io::Cursor::new(bytes.to_vec()));
        std::iter::from_fn(|| reader.read_packet().unwrap())
            .map(|packet| (packet.stream_serial(), packet.data))
            .collect()
    };
    let (first, again) = (pages(&first), pages(&again));
    assert!(first.iter().zip(&again).all(|(a, b)| a.1 == b.1));
    assert_eq!(first.len(), again.len());
    assert!(first.iter().all(|page| page.0 != again[0].0));
    assert!(again.iter().all(|page| page.0 == again[0].0));
}
