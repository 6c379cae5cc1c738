//! The phonemes that a voice is fed for an utterance: the front-end's own, or espeak-ng's.
//!
//! A pack in two halves is fed the whole sentence that an utterance is part of, so that pitch and length
//! run through it. A few syllables alone are fed inside a carrier, a sentence that is never heard: by
//! itself the model gives them hardly any tones.

use std::ops::Range;

use crate::error::VoiceError;
use crate::espeak;
use crate::pack::{Pack, PhonemeScheme};
use crate::voices::is_mandarin;
use langdu_text::{GoesOn, Utterance};

/// The most phonemes that are planned at once. The model takes 510, of which the ends need a few.
const MOST_PLANNED: usize = 500;

/// The most syllables that are spoken inside a carrier.
const MOST_CARRIED: usize = 4;

/// What is planned before and after a few syllables that stand alone: 他大声地说，…。大家都知道。 Of the
/// carriers that were tried, the tones are clearest in this one (`docs/measurements/voice.md`).
const CARRIER: (&str, &str) = ("tʰa→ ta↘ʂə→ŋ tɤ ʂwo→, ", " ta↘ʨja→ tou→ ꭧɨ→tau↘.");

/// The length of what is not carried, in thousandths.
pub const NORMAL_LENGTH_MILLI: u32 = 1000;

/// How much longer everything lasts inside a carrier, in thousandths: a sentence hurries over a lone
/// syllable.
const CARRIED_LENGTH_MILLI: u32 = 1100;

/// An utterance in a voice's own scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoicePhonemes {
    /// What the model is fed.
    pub phonemes: String,
    /// The `char` range of `phonemes` that is the utterance.
    pub part: Range<usize>,
    /// For each syllable of the utterance, its `char` range in `phonemes`: exact in the
    /// front-end's scheme, even shares in espeak's.
    pub syllables: Vec<Range<usize>>,
    /// How long everything is to last, relative to other utterances, in thousandths.
    pub length_milli: u32,
}

/// Puts the utterance `index` of a script into the scheme of `pack`. Mandarin espeak voices are given the
/// normalised text, voices of other languages the text as it stands, which is espeak-ng's own to
/// normalise.
///
/// # Errors
///
/// When espeak-ng fails.
///
/// # Panics
///
/// When there is no such utterance.
pub fn for_pack(
    pack: &Pack,
    utterances: &[Utterance],
    index: usize,
) -> Result<VoicePhonemes, VoiceError> {
    let utterance = &utterances[index];
    match &pack.scheme {
        PhonemeScheme::Espeak(voice) => of_espeak(pack, voice, utterance),
        _ if pack.prosody.is_some() => Ok(in_its_sentence(utterances, index)),
        _ => Ok(moved(utterance, utterance.phonemes.clone(), 0)),
    }
}

fn of_espeak(pack: &Pack, voice: &str, utterance: &Utterance) -> Result<VoicePhonemes, VoiceError> {
    let mandarin = pack.language_codes.iter().any(|code| is_mandarin(code));
    let text = if mandarin {
        &utterance.spoken
    } else {
        &utterance.text
    };
    let phonemes = pack.known_symbols(&espeak::phonemes(text, voice)?);
    let length = phonemes.chars().count();
    let count = utterance.syllables.len();
    let syllables = (0..count)
        .map(|index| index * length / count..(index + 1) * length / count)
        .collect();
    Ok(VoicePhonemes {
        phonemes,
        part: 0..length,
        syllables,
        length_milli: NORMAL_LENGTH_MILLI,
    })
}

/// The utterance as a part of `phonemes`, in which its own begin at `from`.
fn moved(utterance: &Utterance, phonemes: String, from: usize) -> VoicePhonemes {
    let syllables = utterance.syllables.iter();
    let syllables: Vec<_> = syllables
        .map(|s| s.phonemes.start + from..s.phonemes.end + from)
        .collect();
    let own = utterance.phonemes.chars().count();
    let end = (from + own).min(phonemes.chars().count());
    VoicePhonemes {
        phonemes,
        part: from..end,
        syllables,
        length_milli: NORMAL_LENGTH_MILLI,
    }
}

fn in_its_sentence(utterances: &[Utterance], index: usize) -> VoicePhonemes {
    let utterance = &utterances[index];
    let planned = planned_with(utterances, index);
    let parts = &utterances[planned.clone()];
    if parts.iter().map(|part| part.syllables.len()).sum::<usize>() <= MOST_CARRIED {
        let (before, after) = CARRIER;
        let own = utterance.phonemes.trim_end_matches(['.', ',']);
        let from = before.chars().count();
        let mark = if own.ends_with(is_mark) { "" } else { "." };
        let carried = moved(utterance, format!("{before}{own}{mark}{after}"), from);
        let silence = before.len() - before.trim_end_matches([',', ' ']).len();
        return VoicePhonemes {
            // With the silence before it.
            part: from - silence..from + own.chars().count(),
            length_milli: CARRIED_LENGTH_MILLI,
            ..carried
        };
    }
    let mut phonemes = String::new();
    let mut from = 0;
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            phonemes.push(' ');
        }
        if planned.start + place == index {
            from = phonemes.chars().count();
        }
        phonemes.push_str(within_sentence(part, place + 1 == parts.len()));
    }
    moved(utterance, phonemes, from)
}

/// A part's phonemes. Where a clause was cut, the comma that keeps the voice up at the end of what is
/// planned would be a pause inside it.
fn within_sentence(part: &Utterance, is_last: bool) -> &str {
    match part.goes_on {
        GoesOn::WithoutMark if !is_last => part.phonemes.trim_end_matches(','),
        _ => &part.phonemes,
    }
}

fn is_mark(c: char) -> bool {
    ";:,.!?…".contains(c)
}

/// The utterances that are planned with this one: its sentence, or as much of a very long one as the
/// model takes, cut where the sentence was cut.
fn planned_with(utterances: &[Utterance], index: usize) -> Range<usize> {
    let goes_on = |utterance: &Utterance| utterance.goes_on != GoesOn::No;
    let before = utterances[..index].iter().rev();
    let mut start = index - before.take_while(|u| goes_on(u)).count();
    let mut length = 0;
    for (at, utterance) in utterances.iter().enumerate().skip(start) {
        // The space between two.
        let own = utterance.phonemes.chars().count() + 1;
        if length + own > MOST_PLANNED && at > start {
            if at > index {
                return start..at;
            }
            (start, length) = (at, 0);
        }
        length += own;
        if !goes_on(utterance) && at >= index {
            return start..at + 1;
        }
    }
    start..utterances.len()
}

#[cfg(test)]
mod tests {
    use langdu_text::FrontEnd;

    use super::*;

    fn said(text: &str) -> Vec<Utterance> {
        FrontEnd::new().explain(text)
    }

    const LONG: &str = "申请人应当在收到补正通知之日起十五个工作日内向受理机关提交全部材料，\
        逾期没有提交的，视为放弃申请，受理机关应当在三个工作日内书面告知申请人。";

    #[test]
    fn the_parts_of_a_sentence_are_planned_together_and_are_all_of_it() {
        let utterances = said(LONG);
        assert!(utterances.len() > 2, "{utterances:?}");
        let fed = fed_all(&utterances);
        let plan = &fed[0].phonemes;
        let mut next = 0;
        for (fed, utterance) in fed.iter().zip(&utterances) {
            assert_eq!(&fed.phonemes, plan, "one plan");
            assert!(fed.part.start <= next + 1 && fed.part.start >= next);
            next = fed.part.end;
            let chars: Vec<char> = fed.phonemes.chars().collect();
            for (range, syllable) in fed.syllables.iter().zip(&utterance.syllables) {
                let own: String = chars[range.clone()].iter().collect();
                let chars: Vec<char> = utterance.phonemes.chars().collect();
                let expected: String = chars[syllable.phonemes.clone()].iter().collect();
                assert_eq!(own, expected);
            }
        }
        assert_eq!(next, plan.chars().count());
        assert!(!plan.contains(", ʦai↘"), "no comma where none is written");
    }

    fn fed_all(utterances: &[Utterance]) -> Vec<VoicePhonemes> {
        (0..utterances.len())
            .map(|index| in_its_sentence(utterances, index))
            .collect()
    }

    #[test]
    fn another_sentence_changes_nothing() {
        let alone = in_its_sentence(&said("请携带身份证原件。"), 0);
        let beside = said("请携带身份证原件。办理时间为每周一至周五。");
        assert_eq!(in_its_sentence(&beside, 0), alone);
    }

    #[test]
    fn a_few_syllables_are_carried_and_more_are_not() {
        for (text, is_carried) in [
            ("三、", true),
            ("附则", true),
            ("是吗？", true),
            ("申请人员名单", false),
        ] {
            let utterances = said(text);
            let fed = in_its_sentence(&utterances, 0);
            assert_eq!(fed.phonemes.starts_with(CARRIER.0), is_carried, "{text}");
            assert_eq!(fed.length_milli > 1000, is_carried, "{text}");
            let own: String = fed
                .phonemes
                .chars()
                .skip(fed.part.start)
                .take(fed.part.len())
                .collect();
            let trimmed = |text: &str| text.trim_matches(['.', ',', ' ']).to_owned();
            assert_eq!(trimmed(&own), trimmed(&utterances[0].phonemes), "{text}");
            assert_eq!(
                own.starts_with(','),
                is_carried,
                "{text}: with the silence before it"
            );
        }
    }

    #[test]
    fn a_sentence_that_is_too_long_is_planned_in_pieces_that_fit() {
        let utterances = said(&format!(
            "{}。",
            "各单位应当按照规定的时间和要求报送材料，".repeat(20)
        ));
        let mut starts = Vec::new();
        for index in 0..utterances.len() {
            let planned = planned_with(&utterances, index);
            assert!(planned.contains(&index));
            let fed = in_its_sentence(&utterances, index);
            assert!(
                fed.phonemes.chars().count() <= MOST_PLANNED,
                "{}",
                fed.phonemes
            );
            if starts.last() != Some(&planned.start) {
                starts.push(planned.start);
            }
        }
        assert!(starts.len() > 1 && starts.is_sorted(), "{starts:?}");
    }
}
