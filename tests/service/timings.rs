//! Whether what the timings tell is what is heard, in the files that a player plays.

use serde_json::{Value, json};

use langdu_harness::{http_client, shared};
use langdu_testkit::decode;

/// Sentences that begin with many different sounds; none was used for the table of leads.
const SENTENCES: &str = "百姓办事只跑一次。批复如下。没有收入的家庭优先。符合条件的都可以申请。\
    对照清单逐项检查。通过手机就能办理。农村地区同步推进。两年内全部完成。\
    国务院批准了这个方案。开通绿色通道。海南省率先试行。\
    经过认真研究决定。请携带户口簿原件。向社会公开征求意见。\
    转发给各有关单位。成立工作专班。实施期限为五年。认真抓好落实。\
    自发布之日起执行。从今年秋季学期开始。所需资金由财政承担。\
    为了方便老年人。应当及时告知本人。由街道办事处负责。";

async fn get(path: &Value) -> Vec<u8> {
    let address = shared().http(&format!("/{}", path.as_str().unwrap()));
    let response = http_client().get(address).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

/// Milliseconds from the start to the first 2.5 ms within 35 dB of the loudest.
fn onset_ms(samples: &[f32], rate_hz: u32) -> f64 {
    let window = rate_hz as usize / 400;
    let energies: Vec<f32> = samples
        .chunks_exact(window)
        .map(|part| part.iter().map(|sample| sample * sample).sum())
        .collect();
    let loudest = energies.iter().copied().fold(0.0, f32::max);
    let threshold = loudest * 10_f32.powf(-3.5);
    let first = energies.iter().position(|energy| *energy > threshold);
    first.unwrap() as f64 * 2.5
}

#[tokio::test]
async fn a_first_syllable_is_heard_when_the_timings_say_in_mp3_and_in_opus() {
    let mut errors = Vec::new();
    // All sentences of the first speaker, and of the others every second one, each its own.
    let heard = [
        ("zf_xiaohe", 0, 1),
        ("zm_yunze", 0, 2),
        ("zf_xiaobei", 1, 2),
    ];
    for (voice, first, every) in heard {
        let response = shared()
            .post_reading(&json!({ "text": SENTENCES, "voice": voice }))
            .await;
        let reading: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let utterances = reading["utterances"].as_array().unwrap();
        assert!(utterances.len() >= 24, "a sentence is an utterance");
        for utterance in utterances.iter().skip(first).step_by(every) {
            let timing: Value = serde_json::from_slice(&get(&utterance["timing"]).await).unwrap();
            assert_eq!(timing["exact"], true);
            let told = timing["syllables"][0]["start_ms"].as_f64().unwrap();
            let mp3 = decode::symphonia(&get(&utterance["audio"]["mp3"]).await, "mp3", true);
            let opus = decode::opus(&get(&utterance["audio"]["opus"]).await);
            let text = &utterance["text"];
            let heard_in_mp3 = onset_ms(&mp3.samples, mp3.rate_hz);
            errors.push((heard_in_mp3 - told, format!("{voice} mp3 {text}")));
            let heard_in_opus = onset_ms(&opus[0].samples, 48_000);
            errors.push((heard_in_opus - told, format!("{voice} opus {text}")));
        }
    }
    errors.sort_by(|(a, _), (b, _)| a.abs().total_cmp(&b.abs()));
    let (median, _) = errors[errors.len() / 2];
    assert!(median.abs() <= 10.0, "half of them are within {median} ms");
    let beyond: Vec<_> = errors
        .iter()
        .filter(|(error, _)| error.abs() > 25.0)
        .collect();
    // Speakers differ in how early a nasal or a fricative begins.
    assert!(
        beyond.len() * 10 <= errors.len(),
        "beyond 25 ms: {beyond:#?}"
    );
}

/// How long the voice is heard in a few sentences, from each first syllable to the last, in ms.
async fn heard_ms(voice: &str, rate: f64) -> f64 {
    let text = "办理居住证的群众可以就近到社区服务站提交材料，不必再跑到窗口排队。\
        雨季来临之前，城管部门组织人员对排水管道进行了全面疏通。";
    let asked = json!({ "text": text, "voice": voice, "rate": rate });
    let response = shared().post_reading(&asked).await;
    let reading: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let mut heard = 0.0;
    for utterance in reading["utterances"].as_array().unwrap() {
        let timing: Value = serde_json::from_slice(&get(&utterance["timing"]).await).unwrap();
        let syllables = timing["syllables"].as_array().unwrap();
        let end = syllables.last().unwrap()["end_ms"].as_f64().unwrap();
        heard += end - syllables[0]["start_ms"].as_f64().unwrap();
    }
    heard
}

#[tokio::test]
async fn a_rate_is_kept_although_sounds_last_whole_frames() {
    let rates: [(_, &[f64]); 2] = [("zf_xiaohe", &[0.7, 0.9, 1.2]), ("zm_yunze", &[0.8, 1.1])];
    for (voice, rates) in rates {
        let normal = heard_ms(voice, 1.0).await;
        for &rate in rates {
            let kept = normal / heard_ms(voice, rate).await;
            assert!(
                (kept / rate - 1.0).abs() < 0.03,
                "{voice}: {kept} for {rate}"
            );
        }
    }
}
