//! Which instructions a kernel may use.

#[cfg(target_arch = "x86_64")]
mod amx;

/// An instruction set that kernels are compiled for, from the plainest up.
///
/// A value other than [`Plain`](Self::Plain) comes only from [`best`](Self::best) or
/// [`all`](Self::all), which ask the processor. Whoever holds one may therefore use its
/// instructions, and the unsafe code of this crate relies on that. It cannot be made by name:
///
/// ```compile_fail,E0603
/// let instruction_set = langdu_kernels::InstructionSet::Avx512Vnni;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// What the compilation target has by default.
    Plain,
    /// AVX2 and FMA.
    #[non_exhaustive]
    Avx2,
    /// AVX-512 with VNNI.
    #[non_exhaustive]
    Avx512Vnni,
    /// Intel's tile registers (AMX), and AVX-512 with VNNI where a tile would not be filled.
    #[non_exhaustive]
    Amx,
    /// What every 64-bit Arm processor has. Activations have seven bits here, so that the sum of two
    /// products fits in 16 bits.
    #[non_exhaustive]
    Neon,
    /// Arm's dot product of bytes, which most processors since Armv8.2 have. Weights are unsigned
    /// here.
    #[non_exhaustive]
    NeonDot,
    /// Arm's products of small matrices of bytes (i8mm), which processors since Armv8.6 have. Weights are unsigned
    /// here, too.
    #[non_exhaustive]
    NeonI8mm,
}

impl InstructionSet {
    /// The fastest instruction set that this machine has.
    pub fn best() -> Self {
        Self::all().last().unwrap_or(Self::Plain)
    }

    /// Every instruction set that this machine has, the plainest first.
    pub fn all() -> impl Iterator<Item = Self> {
        [
            Self::Plain,
            Self::Avx2,
            Self::Avx512Vnni,
            Self::Amx,
            Self::Neon,
            Self::NeonDot,
            Self::NeonI8mm,
        ]
        .into_iter()
        .filter(|instruction_set| instruction_set.is_available())
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
            Self::Amx => Self::Avx512Vnni.is_available() && amx::is_available(),
            Self::Neon | Self::NeonDot | Self::NeonI8mm => false,
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
            Self::NeonI8mm => {
                Self::NeonDot.is_available() && std::arch::is_aarch64_feature_detected!("i8mm")
            }
        }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn is_available(self) -> bool {
        self == Self::Plain
    }

    /// The largest quantised activation; the smallest is 0.
    pub(crate) fn activation_steps(self) -> f32 {
        match self {
            Self::Neon => 127.0,
            Self::Plain
            | Self::Avx2
            | Self::Avx512Vnni
            | Self::Amx
            | Self::NeonDot
            | Self::NeonI8mm => 255.0,
        }
    }

    /// What is subtracted from `weights` before they are packed into eight bits. `zero_point` is the weight
    /// that stands for zero.
    pub(crate) fn weight_centre(self, weights: &[u8], zero_point: u8) -> u8 {
        match self {
            Self::NeonDot | Self::NeonI8mm => 0,
            // As near to the zero point as all of them fit: most are near it, and of such small numbers many
            // products fit 16 bits.
            Self::Avx2 => {
                let least = weights.iter().copied().min().unwrap_or(zero_point);
                let greatest = weights.iter().copied().max().unwrap_or(zero_point);
                zero_point.clamp(greatest.saturating_sub(127), least.saturating_add(128))
            }
            _ => 128,
        }
    }

    /// The name, as a log or a table shows it: `avx2`, `avx512-vnni`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Avx2 => "avx2",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Amx => "amx",
            Self::Neon => "neon",
            Self::NeonDot => "neon-dot",
            Self::NeonI8mm => "neon-i8mm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::InstructionSet;

    #[test]
    fn the_plain_instruction_set_is_everywhere_and_the_best_is_one_of_all() {
        assert_eq!(InstructionSet::all().next(), Some(InstructionSet::Plain));
        assert!(
            InstructionSet::all().any(|instruction_set| instruction_set == InstructionSet::best())
        );
    }
}
