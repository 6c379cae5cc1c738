//! langdu's border to espeak-ng over words, punctuation, other scripts and noise, for so many
//! seconds: built with sanitizers, whatever espeak-ng does wrong with memory ends it.
//!
//! `scripts/sanitize.sh` builds and runs it.

#[path = "../../../src/voice/espeak.rs"]
mod espeak;
#[path = "../../../src/voice/espeak_data.rs"]
mod espeak_data;

use std::time::{Duration, Instant};

/// What the border's code knows of its module above.
#[derive(Debug, thiserror::Error)]
enum VoiceError {
    #[error("{0}")]
    Espeak(String),
}

/// Languages of the front-end's English words and of Piper voices.
const VOICES: [&str; 4] = ["en-us", "cmn", "de", "ru"];

/// What texts are made of.
const PARTS: [&str; 24] = [
    "hello", "Wi-Fi", "GDP", "PM2.5", "H7N9", "it's", "don't", "naïve", "3,000.5", "1/2", "www.example.gov.cn",
    "a@b.cn", "老年人", "Привет", "שלום", "👵🏻", "\u{200b}", "\u{202e}", "\0", "[[h@l'oU]]", "<break/>", "&amp;",
    "\\", "\r\n",
];

/// Numbers that are the same for the same seed.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    fn text(&mut self) -> String {
        let parts = 1 + self.below(12);
        (0..parts).map(|_| self.part()).collect()
    }

    fn part(&mut self) -> String {
        match self.below(4) {
            0 => " ".to_owned(),
            1 => {
                let length = 1 + self.below(30);
                let scalar = |noise: &mut Self| char::from_u32(noise.below(0x2_0000) as u32);
                (0..length).filter_map(|_| scalar(self)).collect()
            }
            2 => {
                let length = 1 + self.below(300);
                let letter = char::from(b'a' + self.below(26) as u8);
                letter.to_string().repeat(length)
            }
            _ => PARTS[self.below(PARTS.len())].to_owned(),
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| {
        let given = arguments.next();
        given.map_or(default, |text| text.parse().expect("seconds, then a seed"))
    };
    let lasting = Duration::from_secs(number(60));
    let mut noise = Noise(number(1) | 1);
    let begun = Instant::now();
    let (mut texts, mut bytes) = (0_u64, 0_usize);
    while begun.elapsed() < lasting {
        let text = noise.text();
        let voice = VOICES[noise.below(VOICES.len())];
        let phonemes = espeak::phonemes(&text, voice).expect("espeak-ng's data is installed");
        bytes += phonemes.len();
        texts += 1;
    }
    println!("{texts} texts gave {bytes} bytes of phonemes; nothing was found");
}
