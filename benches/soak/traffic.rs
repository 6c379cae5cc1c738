//! Listeners of every kind, and what each of them got.

use std::path::Path;
use std::time::{Duration, Instant};

use langdu_proto::read_aloud_client::ReadAloudClient;
use langdu_proto::synthesize_stream_response::Response as Part;
use langdu_proto::{SynthesizeRequest, SynthesizeStreamResponse};
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;

use langdu_harness::portal::Portal;
use langdu_harness::process::{Process, Setup};

/// Longer than any answer may take: what comes later is a request without an answer.
const WITHOUT_ANSWER: Duration = Duration::from_secs(60);

/// How far ahead of the ear a player fetches.
const AHEAD: Duration = Duration::from_secs(10);

pub(crate) type Client = ReadAloudClient<Channel>;

/// A service of this configuration that reads the portal's pages and is ready, with all that is its
/// own in `folder`.
pub(crate) async fn serve(folder: &Path, portal: &Portal, config: &str) -> Process {
    let web = format!("127.0.0.1:{}", portal.port());
    let setup = Setup {
        config,
        is_trial: true,
        ..Setup::default()
    };
    let process = Process::start(folder, &folder.join("clips"), &web, &setup);
    process.is_ready().await;
    process
}

/// A client that connects when it first calls.
pub(crate) fn client(process: &Process) -> Client {
    client_at(process.grpc)
}

/// As [`client`], by the port of the gRPC listener.
pub(crate) fn client_at(port: u16) -> Client {
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"));
    let channel = endpoint.expect("it is an address").connect_lazy();
    ReadAloudClient::new(channel).max_decoding_message_size(64 << 20)
}

/// How somebody listens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// Takes what comes as soon as it comes.
    Fast,
    /// Hears it at the speed of speech and fetches a little ahead.
    ByEar,
    /// Hangs up after so long.
    Leaving(Duration),
    /// Waits so long before it takes each message.
    Slow(Duration),
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// All of it was heard.
    Heard,
    /// The listener hung up, as it meant to.
    Left,
    /// The service was full and said so.
    Refused,
    /// Any other error.
    Failed(String),
    /// No answer came.
    Unanswered,
}

/// What one listener got.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) outcome: Outcome,
    /// From asking to being let in or sent away.
    pub(crate) answered: Option<Duration>,
    /// From asking to the first sound.
    pub(crate) first_audio: Option<Duration>,
    /// Sound that came later than a listener who plays as it comes needed it.
    pub(crate) stalls: usize,
    /// The sound, utterance by utterance.
    pub(crate) audio: Vec<Vec<u8>>,
    /// Utterances that the voice spoke for this visit.
    pub(crate) synthesized: usize,
}

/// Asks and listens.
pub(crate) async fn visit(client: &mut Client, asked: SynthesizeRequest, manner: Manner) -> Visit {
    let mut visit = Visit {
        outcome: Outcome::Unanswered,
        answered: None,
        first_audio: None,
        stalls: 0,
        audio: Vec::new(),
        synthesized: 0,
    };
    let begun = Instant::now();
    let answer = timeout(WITHOUT_ANSWER, client.synthesize_stream(asked)).await;
    let Ok(answer) = answer else {
        return visit;
    };
    visit.answered = Some(begun.elapsed());
    let outcome = match answer {
        Err(status) => of_error(&status),
        Ok(stream) => {
            let mut listening = Listening::new(begun, manner);
            let heard = listening.hear(stream.into_inner(), &mut visit);
            match manner {
                Manner::Leaving(after) => timeout(after, heard).await.unwrap_or(Outcome::Left),
                _ => heard.await,
            }
        }
    };
    Visit { outcome, ..visit }
}

fn of_error(status: &Status) -> Outcome {
    let says_when = status.get_details_retry_info().is_some();
    if status.code() == Code::ResourceExhausted && says_when {
        return Outcome::Refused;
    }
    Outcome::Failed(format!("{:?}: {}", status.code(), status.message()))
}

/// Somebody in the middle of a stream.
struct Listening {
    begun: Instant,
    manner: Manner,
    /// When all that has come will have been heard.
    plays_until: Option<Instant>,
    length: Duration,
}

impl Listening {
    fn new(begun: Instant, manner: Manner) -> Self {
        Self {
            begun,
            manner,
            plays_until: None,
            length: Duration::ZERO,
        }
    }

    async fn hear(
        &mut self,
        mut stream: Streaming<SynthesizeStreamResponse>,
        visit: &mut Visit,
    ) -> Outcome {
        loop {
            let Ok(message) = timeout(WITHOUT_ANSWER, stream.message()).await else {
                return Outcome::Unanswered;
            };
            match message.map(|message| message.and_then(|message| message.response)) {
                Err(status) => return of_error(&status),
                Ok(None) => return Outcome::Failed("the stream has no end".to_owned()),
                Ok(Some(Part::End(_))) => return Outcome::Heard,
                Ok(Some(Part::UtteranceError(error))) => return Outcome::Failed(error.message),
                Ok(Some(Part::Header(_) | Part::More(_))) => {}
                Ok(Some(Part::Utterance(start))) => {
                    visit.synthesized += usize::from(start.synthesized);
                    let length_ms = start.timing.map_or(0, |timing| timing.duration_ms);
                    self.length = Duration::from_millis(length_ms.into());
                }
                Ok(Some(Part::Audio(bytes))) => {
                    self.comes(visit);
                    visit.audio.push(bytes.to_vec());
                }
            }
            self.pause().await;
        }
    }

    fn comes(&mut self, visit: &mut Visit) {
        let now = Instant::now();
        visit.first_audio.get_or_insert(now - self.begun);
        let until = self.plays_until.unwrap_or(now);
        visit.stalls += usize::from(until < now);
        self.plays_until = Some(until.max(now) + self.length);
    }

    async fn pause(&self) {
        match (self.manner, self.plays_until) {
            (Manner::ByEar, Some(until)) => {
                let enough = until.checked_sub(AHEAD).unwrap_or(until);
                tokio::time::sleep_until(enough.into()).await;
            }
            (Manner::Slow(wait), _) => tokio::time::sleep(wait).await,
            _ => {}
        }
    }
}

/// A document of so many sentences that shares none with another of another number.
pub(crate) fn document(number: u64, sentences: usize) -> String {
    let subjects = ["助餐", "津贴", "体检", "社保", "供暖", "公交"];
    (1..=sentences)
        .map(|index| {
            let subject = subjects[(number as usize + index) % subjects.len()];
            format!("第{number}份文件第{index}条，{subject}服务请到社区窗口办理。")
        })
        .collect()
}
