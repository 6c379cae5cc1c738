//! Whether AMX may be used: the processor must have it, and the system must permit it.

use std::arch::x86_64::__cpuid_count;

/// The bits of AMX-TILE and AMX-INT8 in EDX of the processor's leaf 7.
const TILES_AND_BYTES: u32 = 1 << 24 | 1 << 25;

/// Whether the processor multiplies tiles of bytes, and the system lets this process use them.
pub(super) fn is_available() -> bool {
    __cpuid_count(7, 0).edx & TILES_AND_BYTES == TILES_AND_BYTES && is_permitted()
}

/// Since 5.16, Linux saves the tile registers only of processes that have asked for permission.
/// Asking again changes nothing.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn is_permitted() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_ulong = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_ulong = 18;
    // SAFETY: the call takes two numbers and touches no memory of this process.
    unsafe {
        libc::syscall(
            libc::SYS_arch_prctl,
            ARCH_REQ_XCOMP_PERM,
            XFEATURE_XTILEDATA,
        ) == 0
    }
}

#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}
