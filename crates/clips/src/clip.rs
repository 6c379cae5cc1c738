//! A clip as it is given to whoever asked for it.

use std::time::Duration;

use bytes::Bytes;

use crate::metrics;

/// A clip in the form that was asked for.
#[derive(Debug, Clone)]
pub struct Clip {
    /// The encoded audio.
    pub bytes: Bytes,
    /// Where it came from.
    pub tier: Tier,
}

impl Clip {
    /// Counts a clip that took so long to get.
    pub(crate) fn count(&self, took: Duration) {
        let tier = self.tier.label();
        metrics::CLIPS.increment(tier);
        metrics::CLIP_SECONDS.record(tier, took);
    }
}

/// Where a clip came from, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The memory of this process.
    Memory,
    /// The folder of this machine.
    Disk,
    /// The storage that replicas share.
    Remote,
    /// Synthesised just now.
    Voice,
}

impl Tier {
    /// The value of the label `tier` in the metrics. Operators' dashboards and alerts use these,
    /// so they stay as they are whatever the code calls the tiers.
    fn label(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "store",
            Self::Remote => "shared",
            Self::Voice => "voice",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tier_has_the_name_that_the_figures_show() {
        let tiers = [Tier::Memory, Tier::Disk, Tier::Remote, Tier::Voice];
        let names = tiers.map(Tier::label);
        assert_eq!(names, ["memory", "store", "shared", "voice"]);
    }
}
