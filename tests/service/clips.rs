//! Clips: made once, the same again, and gone from nowhere they should be.

use std::time::{Duration, Instant};

use langdu::audio::Encoding;
use langdu::clip::{ClipId, Form, Part};
use langdu::reading::{ReadOptions, Source};
use langdu::server::proto::AudioEncoding;
use langdu::voice::pool::Urgency;
use langdu::voice::voices::VoiceChoice;

use crate::support::{Service, eventually, hear, request, shared, text, url};

const MP3: Form = Form {
    encoding: Encoding::Mp3,
    sample_rate_hz: 24_000,
    gain_centi_db: 0,
    part: Part::Stream,
};

fn now() -> Urgency {
    Urgency::Listener(Instant::now())
}

async fn clips_of(service: &Service, text: &str) -> Vec<ClipId> {
    let source = Source::Text(text.to_owned());
    service
        .reader
        .read(source, ReadOptions::default())
        .await
        .unwrap()
        .clips
        .clone()
}

#[tokio::test]
async fn thirty_two_askers_of_whom_the_first_hangs_up_share_one_synthesis() {
    let service = Service::start(|_| {});
    // The warm-up speaks too.
    service.is_ready().await;
    let before = service.reader.clips().syntheses();

    let id = clips_of(&service, "大家同时要听这一句话。").await[0];
    let mut askers: Vec<_> = (0..32)
        .map(|_| {
            let clips = service.reader.clips().clone();
            tokio::spawn(async move { clips.get(id, MP3, now()).await.map(|clip| clip.bytes) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    askers.remove(0).abort();
    let mut heard = Vec::new();
    for asker in askers {
        heard.push(asker.await.unwrap().unwrap());
    }
    assert!(heard.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(service.reader.clips().syntheses() - before, 1);
}

#[tokio::test]
async fn a_clip_has_the_same_bytes_when_it_is_made_again() {
    let service = Service::start(|_| {});
    let id = clips_of(&service, "同样的话，同样的声音。").await[0];
    let first = service.reader.clips().get(id, MP3, now()).await.unwrap();
    service.reader.clips().clear_memory();
    let before = service.reader.clips().syntheses();
    let second = service.reader.clips().get(id, MP3, now()).await.unwrap();
    assert!(
        service.reader.clips().syntheses() > before,
        "it was made again"
    );
    assert_eq!(first.bytes, second.bytes);
}

#[tokio::test]
async fn the_samples_are_as_many_as_the_timing_model_predicts() {
    let service = shared();
    let lines = [
        "您好。",
        "到2026年底，全市建成老年食堂120个，覆盖率达到85.5%。",
        "详情请登录APP或拨打12345热线。",
    ];
    let form = Form::plain(Encoding::Linear16, Part::Stream);
    for voice in ["zf_xiaoyi", "zm_yunjian", "zm_yunxia"] {
        for rate in [0.5, 1.0, 1.37, 2.0] {
            for line in lines {
                let options = ReadOptions {
                    voice: VoiceChoice {
                        name: voice.to_owned(),
                        ..VoiceChoice::default()
                    },
                    rate,
                    ..ReadOptions::default()
                };
                let source = Source::Text(line.to_owned());
                let reading = service.reader.read(source, options).await.unwrap();
                for &id in &reading.clips {
                    let clips = service.reader.clips();
                    let timing = clips.timing(id, now()).await.unwrap();
                    let clip = clips.get(id, form, now()).await.unwrap();
                    assert_eq!(
                        clip.bytes.len(),
                        timing.samples * 2,
                        "{voice} {rate} {line}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn public_clips_reach_the_disk_and_private_ones_do_not() {
    let service = Service::start(|_| {});
    let files = || {
        std::fs::read_dir(&service.clips)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_dir() && entry.file_name() != ".unfinished")
            .flat_map(|entry| std::fs::read_dir(entry.path()).into_iter().flatten())
            .filter_map(Result::ok)
            .filter(|file| file.path().extension().is_some_and(|e| e == "mp3frames"))
            .count()
    };
    hear(
        &service,
        request(text("这句话是私人的。"), AudioEncoding::Mp3),
    )
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(files(), 0);
    let heard = hear(
        &service,
        request(url(&service.page("/policy.html")), AudioEncoding::Mp3),
    )
    .await;
    let distinct: std::collections::HashSet<String> = heard
        .unwrap()
        .header
        .unwrap()
        .utterances
        .into_iter()
        .map(|utterance| utterance.clip_id)
        .collect();
    assert!(
        eventually(|| files() == distinct.len()).await,
        "{} of {}",
        files(),
        distinct.len()
    );
}

#[tokio::test]
async fn a_public_clip_is_made_again_from_its_id_alone_by_another_replica() {
    let service = Service::start(|_| {});
    let source = Source::Url(service.page("/policy.html"));
    let reading = service
        .reader
        .read(source, ReadOptions::default())
        .await
        .unwrap();
    let id = reading.clips[0];
    let first = service.reader.clips().get(id, MP3, now()).await.unwrap();
    let recipe = service
        .clips
        .join(&id.to_string()[..2])
        .join(format!("{id}.recipe.json"));
    assert!(eventually(|| recipe.is_file()).await);
    let other = Service::start(|config| {
        let folder = config
            .clips
            .path
            .as_ref()
            .unwrap()
            .join(&id.to_string()[..2]);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(&recipe, folder.join(format!("{id}.recipe.json"))).unwrap();
    });
    let again = other.reader.clips().get(id, MP3, now()).await.unwrap();
    assert_eq!(first.bytes, again.bytes);
}

#[tokio::test]
async fn private_clips_expire() {
    let service = Service::start(|config| config.clips.private_ttl_s = 1);
    let id = clips_of(&service, "这句话很快就会被忘掉。").await[0];
    service.reader.clips().get(id, MP3, now()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(service.reader.clips().get(id, MP3, now()).await.is_err());
}
