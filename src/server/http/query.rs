//! What several routes have in common: how a reading is asked for, and by what address it is heard.

use url::form_urlencoded;

use super::super::access::Authenticator;
use crate::reading::{ReadOptions, Reading};
use langdu_voice::voices::VoiceChoice;

/// The options that a voice's name, empty for the default one, and a rate stand for.
pub(super) fn read_options(voice: String, rate: Option<f64>) -> ReadOptions {
    ReadOptions {
        voice: VoiceChoice {
            name: voice,
            ..VoiceChoice::default()
        },
        rate: rate.unwrap_or(1.0),
        ..ReadOptions::default()
    }
}

/// The address of a reading's file under the gateway's root. A public one can be made again from
/// its address alone.
pub(super) fn audio_address(
    reading: &Reading,
    extension: &str,
    authenticator: &Authenticator,
) -> String {
    let path = format!("v1/audio/{}.{extension}", reading.id);
    let Some(url) = &reading.url else {
        return path;
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("url", url);
    query.append_pair("voice", &reading.voice.speaker.name);
    if reading.attachments_followed {
        query.append_pair("follow_attachments", "true");
    }
    if reading.rate_milli != 1000 {
        let rate = f64::from(reading.rate_milli) / 1000.0;
        query.append_pair("rate", &rate.to_string());
    }
    authenticator.sign(url, &mut query);
    format!("{path}?{}", query.finish())
}
