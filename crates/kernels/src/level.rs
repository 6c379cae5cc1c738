//! Which instructions a kernel may use.

#[cfg(target_arch = "x86_64")]
use crate::simd;

/// An instruction set, from the plainest up. One above [`Plain`](Self::Plain) comes from
/// [`best`](Self::best) or [`all`](Self::all) only, so whoever has one may use its instructions:
///
/// ```compile_fail,E0603
/// let level = langdu_kernels::Level::Avx512Vnni;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No more than the target has by default.
    Plain,
    /// AVX2 and FMA. Activations have seven bits here, so that sums of two products fit 16 bits.
    #[non_exhaustive]
    Avx2,
    /// AVX-512 with VNNI.
    #[non_exhaustive]
    Avx512Vnni,
    /// Intel's tiles of bytes (AMX), and AVX-512 with VNNI where a tile is not filled.
    #[non_exhaustive]
    Amx,
    /// What every 64-bit Arm has. Activations have seven bits here too.
    #[non_exhaustive]
    Neon,
    /// Arm's dot product of bytes (most since Armv8.2). Weights have no sign here.
    #[non_exhaustive]
    NeonDot,
}

impl Level {
    /// The best that this machine has.
    pub fn best() -> Self {
        Self::all().last().unwrap_or(Self::Plain)
    }

    /// Every level that this machine has, the plainest first.
    pub fn all() -> impl Iterator<Item = Self> {
        [
            Self::Plain,
            Self::Avx2,
            Self::Avx512Vnni,
            Self::Amx,
            Self::Neon,
            Self::NeonDot,
        ]
        .into_iter()
        .filter(|level| level.is_available())
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        match self {
            Self::Plain => true,
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Avx512Vnni => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
                    && Self::Avx2.is_available()
            }
            Self::Amx => Self::Avx512Vnni.is_available() && simd::tiles_may_be_used(),
            Self::Neon | Self::NeonDot => false,
        }
    }

    #[cfg(target_arch = "aarch64")]
    fn is_available(self) -> bool {
        match self {
            Self::Plain => true,
            Self::Avx2 | Self::Avx512Vnni | Self::Amx => false,
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::NeonDot => {
                Self::Neon.is_available() && std::arch::is_aarch64_feature_detected!("dotprod")
            }
        }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn is_available(self) -> bool {
        self == Self::Plain
    }

    /// The largest quantised activation: zero is the smallest.
    pub(crate) fn activation_steps(self) -> f32 {
        match self {
            Self::Avx2 | Self::Neon => 127.0,
            Self::Plain | Self::Avx512Vnni | Self::Amx | Self::NeonDot => 255.0,
        }
    }

    /// What is taken from a weight of 0 to 255 before it is packed into eight bits.
    pub(crate) fn weight_centre(self) -> u8 {
        match self {
            Self::NeonDot => 0,
            _ => 128,
        }
    }

    /// The level's name, as a log or a table shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Avx2 => "avx2",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Amx => "amx",
            Self::Neon => "neon",
            Self::NeonDot => "neon-dot",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn the_plain_level_is_everywhere_and_the_best_is_one_of_all() {
        assert_eq!(Level::all().next(), Some(Level::Plain));
        assert!(Level::all().any(|level| level == Level::best()));
    }
}
