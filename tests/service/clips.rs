//! Clips: made once, the same again, and gone from nowhere they should be.

use std::time::{Duration, Instant};

use langdu::reading::{ReadOptions, Source};
use langdu_audio::Encoding;
use langdu_clips::{ClipError, ClipId, Form, Layout, Recipe, Tier, Visibility};
use langdu_proto::AudioEncoding;
use langdu_voice::Melody;
use langdu_voice::pool::Urgency;
use langdu_voice::voices::VoiceChoice;

use langdu_harness::{Service, eventually, eventually_async, hear, request, shared, text, url};

const MP3: Form = Form {
    encoding: Encoding::Mp3,
    sample_rate_hz: 24_000,
    gain_centi_db: 0,
    layout: Layout::Stream,
};

async fn clips_of(service: &Service, text: &str) -> Vec<ClipId> {
    clips_in(service, Source::Text(text.to_owned())).await
}

/// The clips of a page that other replicas may know.
async fn public_clips(service: &Service) -> Vec<ClipId> {
    clips_in(service, Source::Url(service.page("/second.html"))).await
}

async fn clips_in(service: &Service, source: Source) -> Vec<ClipId> {
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
            tokio::spawn(async move {
                clips
                    .get(id, MP3, Urgency::now())
                    .await
                    .map(|clip| clip.bytes)
            })
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
    let first = service
        .reader
        .clips()
        .get(id, MP3, Urgency::now())
        .await
        .unwrap();
    service.reader.clips().clear_memory();
    let before = service.reader.clips().syntheses();
    let second = service
        .reader
        .clips()
        .get(id, MP3, Urgency::now())
        .await
        .unwrap();
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
    let form = Form::plain(Encoding::Linear16, Layout::Stream);
    // Each voice, each line and each rate; all of each with all others would only take longer.
    let spoken = [
        ("zf_xiaohe", [0.5, 1.0]),
        ("zm_yunjian", [1.37, 2.0]),
        ("zm_yunxia", [1.0, 0.8]),
    ];
    for (number, (voice, rates)) in spoken.into_iter().enumerate() {
        for (step, rate) in rates.into_iter().enumerate() {
            let line = lines[(number + step) % lines.len()];
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
                let timing = clips.timing(id, Urgency::now()).await.unwrap();
                assert!(timing.exact, "the pack has a timing model");
                let clip = clips.get(id, form, Urgency::now()).await.unwrap();
                let bytes = timing.samples * 2;
                assert_eq!(clip.bytes.len(), bytes, "{voice} {rate} {line}");
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
        request(url(&service.page("/brief.html")), AudioEncoding::Mp3),
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
    let source = Source::Url(service.page("/brief.html"));
    let reading = service
        .reader
        .read(source, ReadOptions::default())
        .await
        .unwrap();
    let id = reading.clips[0];
    let first = service
        .reader
        .clips()
        .get(id, MP3, Urgency::now())
        .await
        .unwrap();
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
    let again = other
        .reader
        .clips()
        .get(id, MP3, Urgency::now())
        .await
        .unwrap();
    assert_eq!(first.bytes, again.bytes);
}

#[tokio::test]
async fn private_clips_expire() {
    let service = Service::start(|config| config.clips.private_ttl_s = 5);
    let id = clips_of(&service, "这句话很快就会被忘掉。").await[0];
    let clips = service.reader.clips();
    clips.get(id, MP3, Urgency::now()).await.unwrap();
    let is_gone = eventually_async(async || clips.get(id, MP3, Urgency::now()).await.is_err());
    assert!(is_gone.await);
}

#[tokio::test]
async fn a_clip_comes_from_the_nearest_tier_that_has_it() {
    let service = Service::start(|_| {});
    // The warm-up speaks too.
    service.is_ready().await;
    let id = public_clips(&service).await[0];
    let clips = service.reader.clips();
    let tier = async |form| clips.get(id, form, Urgency::now()).await.unwrap().tier;
    let file = Form {
        layout: Layout::File,
        ..MP3
    };
    let telephone = Form {
        sample_rate_hz: 8_000,
        gain_centi_db: 300,
        ..Form::plain(Encoding::Linear16, Layout::Stream)
    };
    assert!(!clips.is_cached(id, MP3));
    assert_eq!(tier(MP3).await, Tier::Voice);
    let spoken = clips.syntheses();
    assert_eq!(tier(MP3).await, Tier::Memory);
    assert_eq!(tier(file).await, Tier::Memory, "a file is its frames");
    assert_eq!(tier(file).await, Tier::Memory);
    assert!(clips.is_cached(id, telephone), "its samples are there");
    assert_eq!(tier(telephone).await, Tier::Memory);
    assert_eq!(clips.syntheses(), spoken);

    clips.flushed().await;
    clips.clear_memory();
    assert!(clips.is_cached(id, MP3) && clips.is_cached(id, file));
    assert!(!clips.is_cached(id, telephone), "it is not stored");
    assert!(clips.is_on_disk(id, MP3).await && clips.is_on_disk(id, file).await);
    assert!(!clips.is_on_disk(id, telephone).await);
    assert_eq!(tier(file).await, Tier::Disk);
    assert_eq!(tier(MP3).await, Tier::Memory, "the frames came with it");
    assert_eq!(clips.syntheses(), spoken);
    assert_eq!(tier(telephone).await, Tier::Voice);
    assert!(!clips.are_remote(&[id], MP3).await, "there is no such tier");
    assert!(clips.remote().is_none() && clips.can_purge());
    let pace = clips.pace().real_time_factor();
    assert!(pace.is_some_and(|factor| factor > 0.0), "{pace:?}");
    assert!(clips.disk().is_some_and(|disk| disk.bytes() > 0));
}

#[tokio::test]
async fn every_form_that_is_asked_for_while_a_clip_is_made_is_of_the_same_synthesis() {
    let service = Service::start(|_| {});
    service.is_ready().await;
    let id = public_clips(&service).await[0];
    let clips = service.reader.clips();
    let before = clips.syntheses();
    let opus = Form::plain(Encoding::OggOpus, Layout::Stream);
    let wav = Form::plain(Encoding::Linear16, Layout::File);
    let [mp3, opus, wav] = [MP3, opus, wav].map(|form| clips.get(id, form, Urgency::now()));
    let (mp3, opus, wav) = tokio::join!(mp3, opus, wav);
    assert!(opus.unwrap().bytes.starts_with(b"OggS"));
    assert!(wav.unwrap().bytes.starts_with(b"RIFF"));
    assert_eq!(mp3.unwrap().bytes.len() % 144, 0, "whole frames");
    assert_eq!(clips.syntheses() - before, 1);
}

#[tokio::test]
async fn what_waits_for_the_voice_is_counted_until_it_is_made() {
    let service = Service::start(|config| config.voices.workers = 1);
    service.is_ready().await;
    let clips = service.reader.clips();
    assert_eq!(clips.waiting(), 0);
    let ids = clips_in(&service, Source::Url(service.page("/brief.html"))).await;
    let asked = ids.iter().map(|&id| clips.get(id, MP3, Urgency::now()));
    let mut all = std::pin::pin!(futures::future::join_all(asked));
    let mut most = 0;
    let made = loop {
        tokio::select! {
            made = &mut all => break made,
            () = tokio::time::sleep(Duration::from_millis(2)) => most = most.max(clips.waiting()),
        }
    };
    assert!(made.iter().all(Result::is_ok));
    assert!(most > 3, "{most} of {}", ids.len());
    assert_eq!(clips.waiting(), 0);
}

#[tokio::test]
async fn a_clip_is_prepared_once_and_put_back_where_the_store_has_lost_it() {
    let service = Service::start(|_| {});
    let id = public_clips(&service).await[0];
    let clips = service.reader.clips();
    let prepared = async || {
        let made = clips.prepare(id, MP3, Urgency::Prepare(Instant::now()));
        let made = made.await.unwrap();
        clips.flushed().await;
        made
    };
    assert!(prepared().await);
    assert!(clips.is_on_disk(id, MP3).await);
    assert!(!prepared().await, "it is there");
    let folder = service.clips.join(&id.to_string()[..2]);
    std::fs::remove_file(folder.join(format!("{id}.mp3frames"))).unwrap();
    assert!(!clips.is_on_disk(id, MP3).await);
    assert!(!prepared().await, "memory has it");
    assert!(clips.is_on_disk(id, MP3).await);
}

#[tokio::test]
async fn without_a_store_a_clip_is_prepared_into_memory() {
    let service = Service::start(|config| config.clips.path = None);
    let id = public_clips(&service).await[0];
    let clips = service.reader.clips();
    let prepared = async || {
        let made = clips.prepare(id, MP3, Urgency::Prepare(Instant::now()));
        made.await.unwrap()
    };
    assert!(prepared().await);
    assert!(!prepared().await);
    assert!(!clips.is_on_disk(id, MP3).await && clips.disk().is_none());
    clips.clear_memory();
    assert!(prepared().await);
}

fn is_unknown<T>(outcome: Result<T, ClipError>, id: ClipId) -> bool {
    matches!(outcome, Err(ClipError::Unknown(unknown)) if unknown == id)
}

#[tokio::test]
async fn a_purged_clip_is_unknown_until_it_is_read_again() {
    let service = Service::start(|_| {});
    let ids = public_clips(&service).await;
    let clips = service.reader.clips();
    for &id in &ids {
        clips.get(id, MP3, Urgency::now()).await.unwrap();
    }
    let [gone, stays] = [ids[0], ids[1]];
    assert_eq!(clips.purge(&[gone]).await, [gone]);
    assert!(is_unknown(clips.get(gone, MP3, Urgency::now()).await, gone));
    assert!(is_unknown(clips.timing(gone, Urgency::now()).await, gone));
    assert!(is_unknown(clips.recipe(gone).await, gone));
    assert!(!clips.is_on_disk(gone, MP3).await && !clips.is_cached(gone, MP3));
    assert!(clips.get(stays, MP3, Urgency::now()).await.is_ok());

    let recipe = clips.recipe(stays).await.unwrap();
    clips.add_tombstones(&[stays]);
    assert!(is_unknown(
        clips.get(stays, MP3, Urgency::now()).await,
        stays
    ));
    clips.lift_tombstones(&[stays]);
    assert!(clips.get(stays, MP3, Urgency::now()).await.is_ok());

    clips.add_tombstones(&[stays]);
    assert_eq!(clips.register((*recipe).clone(), Visibility::Public), stays);
    let found = clips.get(stays, MP3, Urgency::now()).await.unwrap();
    assert_eq!(found.tier, Tier::Memory, "it was never removed");
    assert_eq!(clips.finish_purge(&[stays]).await, [stays]);
    assert!(
        clips.is_on_disk(stays, MP3).await,
        "a document is read with it"
    );
}

#[tokio::test]
async fn a_clip_of_a_pack_that_is_not_installed_says_so() {
    let service = Service::start(|_| {});
    let recipe = Recipe {
        pack: [9; 32],
        speaker: "nobody".to_owned(),
        phonemes: "ma".to_owned(),
        part: 0..2,
        syllables: std::iter::once(0..2).collect(),
        rate_milli: 1000,
        length_milli: 1000,
        pause_ms: 0,
        melody: Melody::default(),
        read: None,
    };
    let clips = service.reader.clips();
    let id = clips.register(recipe, Visibility::Public);
    let error = clips.get(id, MP3, Urgency::now()).await.unwrap_err();
    assert!(
        matches!(error, ClipError::PackGone(gone) if gone == id),
        "{error}"
    );
    assert!(error.to_string().contains(&id.to_string()));
    let error = clips.timing(id, Urgency::now()).await.unwrap_err();
    assert!(matches!(error, ClipError::PackGone(_)), "{error}");
}

#[tokio::test]
async fn a_private_clip_that_is_read_again_is_kept_for_as_long_again() {
    let service = Service::start(|config| config.clips.private_ttl_s = 8);
    let words = "这句话听了两遍。";
    let id = clips_of(&service, words).await[0];
    let clips = service.reader.clips();
    let recipe = (*clips.recipe(id).await.unwrap()).clone();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let caller = Visibility::PrivateTo("");
    assert_eq!(clips.register(recipe.clone(), caller), id);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(clips.recipe(id).await.is_ok(), "9 s after the first time");
    let is_gone = eventually_async(async || is_unknown(clips.recipe(id).await, id));
    assert!(is_gone.await);
    let public = clips.register(recipe, Visibility::Public);
    assert_ne!(public, id, "a guess finds no other");
}

#[tokio::test]
async fn what_was_read_stands_in_the_stored_recipe_alone() {
    let service = Service::start(|_| {});
    let ids = public_clips(&service).await;
    let clips = service.reader.clips();
    clips.flushed().await;
    assert_eq!(clips.recipe(ids[0]).await.unwrap().read, None);
    let config = langdu_clips::ClipsConfig {
        path: Some(service.clips.clone()),
        ..Default::default()
    };
    let stored = langdu_clips::stored_recipe(ids[0], &config).await.unwrap();
    let read = stored.unwrap().read.unwrap();
    assert_eq!(read.text, "关于发放高龄津贴有关事项的通知");
    assert_eq!(read.syllables.len(), 15);
    let unknown = "0".repeat(32).parse().unwrap();
    let stored = langdu_clips::stored_recipe(unknown, &config).await.unwrap();
    assert_eq!(stored, None);
    let nowhere = langdu_clips::ClipsConfig {
        path: None,
        ..Default::default()
    };
    let stored = langdu_clips::stored_recipe(ids[0], &nowhere).await.unwrap();
    assert_eq!(stored, None);
}
