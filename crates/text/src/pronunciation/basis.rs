//! What the pronunciation of a character rests on, so that an editor can be shown the doubtful ones.

use crate::model::GuessReason;

/// What a pronunciation rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Basis {
    /// A dictionary has the word, or the character has one pronunciation only.
    Word,
    /// A rule that has seen what decides.
    Rule,
    /// A rule that has seen nothing that decides.
    Guess,
    /// The statistical model.
    Model {
        /// By how much its score leads the next: a logit.
        lead: f32,
    },
    /// Nothing spoke for another than the usual pronunciation.
    Usual,
}

/// Below this lead the model's other pronunciation is worth a look: a logit. On the development set of the
/// CPP data, a third of the model's mistakes lie below 4, over half below 8.
const CLOSE_CALL: f32 = 8.0;

/// Characters that are common with either pronunciation, so that the usual one says little of a word that no
/// dictionary has.
const EVEN: &str = "乐难丧折藏传朝曾几倒冠劲卷圈铺差强弹斗累调载降塞监称曲便参切乘散转舍称盛处率数";

impl Basis {
    /// Why an editor should look at the pronunciation of `hanzi`; `None` where there is little doubt.
    pub(crate) fn doubt(self, hanzi: char) -> Option<GuessReason> {
        match self {
            Self::Guess => Some(GuessReason::Grammar),
            Self::Model { lead } if lead < CLOSE_CALL => Some(GuessReason::CloseCall),
            Self::Usual if EVEN.contains(hanzi) => Some(GuessReason::Usual),
            Self::Word | Self::Rule | Self::Model { .. } | Self::Usual => None,
        }
    }
}
