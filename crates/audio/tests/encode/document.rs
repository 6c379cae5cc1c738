//! A whole document as one MP3.

use langdu_audio::encode::mp3::{document_header, document_len, document_trailer, frames, id3};
use langdu_audio::{Tags, pcm};

use crate::speech;
use langdu_testkit::decode::{self, lag, snr_db};

fn document(clips: &[Vec<f32>], tags: &Tags) -> Vec<u8> {
    let total_samples = clips.iter().map(|clip| clip.len() as u64).sum();
    let mut file = document_header(total_samples, tags);
    for clip in clips {
        file.extend(frames(clip).unwrap());
    }
    file.extend(document_trailer());
    assert_eq!(file.len() as u64, document_len(total_samples, tags));
    file
}

fn clips() -> Vec<Vec<f32>> {
    (0..8)
        .map(|seed| speech::clip(0.5 + 0.3 * seed as f32, 24_000, 40 + seed, 100 * seed))
        .collect()
}

#[test]
fn a_document_decodes_to_the_exact_sum_of_its_clips_without_delay() {
    let clips = clips();
    let file = document(&clips, &speech::tags(1));
    let decoded = decode::symphonia(&file, "mp3", true);
    let original = clips.concat();
    assert_eq!(decoded.samples.len(), original.len());
    assert_eq!(decoded.stated_len, Some(original.len() as u64));
    assert_eq!(decoded.tags["title"], speech::tags(1).title.unwrap());
    assert!(decoded.tags.contains_key("TXXX:AIGC"));
    let mut start = 0;
    for clip in &clips {
        assert_eq!(lag(clip, &decoded.samples[start..], 60), 0);
        start += clip.len();
    }
    assert!(snr_db(&original, &decoded.samples) > 18.0);
}

#[test]
fn a_player_that_seeks_in_a_document_lands_on_the_sample() {
    let clips = clips();
    let file = document(&clips, &speech::tags(4));
    let original = clips.concat();
    // Behind the place it takes some frames until the decoder has the bits it needs.
    let settled = 10 * pcm::MP3_FRAME_SAMPLES;
    for start in [20_000, 100_000, 250_000] {
        let decoded = decode::seek(&file, start as u64);
        assert_eq!(decoded.len(), original.len() - start);
        let expected = &original[start + settled..][..24_000];
        let snr = snr_db(expected, &decoded[settled..]);
        assert!(snr > 15.0, "from {start}: {snr}");
    }
}

#[test]
fn the_length_is_known_before_any_audio_exists() {
    let tags = speech::tags(2);
    let voices = [(10_000, 0), (33_333, 250), (1, 40)];
    let total_samples = voices
        .iter()
        .map(|(samples, pause_ms)| pcm::finished_len(*samples, 24_000, *pause_ms) as u64)
        .sum();
    let promised = document_len(total_samples, &tags);
    let clips: Vec<Vec<f32>> = voices
        .iter()
        .map(|(samples, pause_ms)| pcm::finish(&vec![0.1; *samples], 24_000, 1.0, *pause_ms))
        .collect();
    assert_eq!(document(&clips, &tags).len() as u64, promised);
}

#[test]
fn the_header_is_as_long_for_a_minute_as_for_a_month() {
    let tags = speech::tags(3);
    let minute = document_header(24_000 * 60, &tags);
    let month = document_header(24_000 * 60 * 60 * 24 * 30, &tags);
    assert_eq!(minute.len(), month.len());
    assert_eq!(document_header(u64::MAX, &tags).len(), minute.len());
    assert_ne!(minute, month);
}

#[test]
fn a_total_that_is_no_whole_frames_is_exact_too() {
    let tags = speech::tags(5);
    let voice = [speech::voice(0.5, 24_000, 60), vec![0.0; 1105]].concat();
    for total in [1, 575, 577, 10_001] {
        let mut file = document_header(total as u64, &tags);
        file.extend(frames(&voice[voice.len() - total..]).unwrap());
        file.extend(document_trailer());
        assert_eq!(file.len() as u64, document_len(total as u64, &tags));
        assert_eq!(decode::symphonia(&file, "mp3", true).samples.len(), total);
    }
}

#[test]
fn an_empty_title_leaves_the_label_alone_in_the_tag() {
    let tag = id3(&Tags::default());
    let read = id3::Tag::read_from2(std::io::Cursor::new(&tag)).unwrap();
    let label = read.extended_texts().next().unwrap();
    assert_eq!(label.description, "AIGC");
    assert_eq!(label.value, Tags::default().label.to_json());
    assert_eq!(read.frames().count(), 1);
}
