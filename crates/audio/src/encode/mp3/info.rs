//! The `Info` frame: a silent frame before the audio that holds its exact length, what to cut at
//! either end, and a seek table.
//!
//! The layout is Xing's and LAME's, which every player reads. It is written here because LAME
//! leaves it out where a frame of the audio's own bit rate is too small for it, and cannot write
//! it for audio that does not exist yet.

/// The tag behind the side information: Xing's part (120 bytes) and LAME's (36 bytes).
const TAG_BYTES: usize = 156;

/// The shape of an `Info` frame at one sample rate. Its bit rate is the lowest whose frame has
/// room for the tag; it need not be the audio's.
pub(super) struct Layout {
    /// Second header byte: MPEG version, layer III, no checksum.
    version_byte: u8,
    /// The two bits of the sample rate in the third header byte.
    sample_rate_bits: u8,
    /// Bit rates by header index, in kbit/s, index 0 left out.
    bitrates_kbps: [u16; 14],
    sample_rate_hz: usize,
    frame_samples: usize,
    info_kbps: u16,
    /// Side information of a mono frame, which decoders skip to find the tag.
    side_info_bytes: usize,
}

/// Bit rates of MPEG-1 layer III.
const MPEG1_KBPS: [u16; 14] = [
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];

/// Bit rates of MPEG-2 and MPEG-2.5 layer III.
const MPEG2_KBPS: [u16; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

pub(super) const MPEG1_48_KHZ: Layout = Layout {
    version_byte: 0xFB,
    sample_rate_bits: 1,
    bitrates_kbps: MPEG1_KBPS,
    sample_rate_hz: 48_000,
    frame_samples: 1152,
    info_kbps: 64,
    side_info_bytes: 17,
};

pub(super) const MPEG2_24_KHZ: Layout = Layout {
    version_byte: 0xF3,
    sample_rate_bits: 1,
    bitrates_kbps: MPEG2_KBPS,
    sample_rate_hz: 24_000,
    frame_samples: 576,
    info_kbps: 64,
    side_info_bytes: 9,
};

pub(super) const MPEG2_16_KHZ: Layout = Layout {
    sample_rate_bits: 2,
    sample_rate_hz: 16_000,
    info_kbps: 40,
    ..MPEG2_24_KHZ
};

pub(super) const MPEG25_8_KHZ: Layout = Layout {
    version_byte: 0xE3,
    sample_rate_bits: 2,
    sample_rate_hz: 8_000,
    info_kbps: 24,
    ..MPEG2_24_KHZ
};

impl Layout {
    /// The four header bytes of a mono frame of this rate at `kbps`.
    pub(super) fn header(&self, kbps: u16) -> [u8; 4] {
        let position = self.bitrates_kbps.iter().position(|rate| *rate == kbps);
        // Index 0 means a free bit rate, so the table starts at 1. Rates outside it do not occur.
        let index = position.map_or(0, |place| place as u8 + 1);
        // The last byte: mono, original.
        [
            0xFF,
            self.version_byte,
            index << 4 | self.sample_rate_bits << 2,
            0xC4,
        ]
    }

    /// The bytes of the whole `Info` frame.
    pub(super) fn frame_bytes(&self) -> usize {
        self.frame_samples * usize::from(self.info_kbps) * 125 / self.sample_rate_hz
    }
}

/// What the tag says.
pub(super) struct Info {
    /// Frames of audio, this one not among them.
    pub(super) frame_count: u64,
    /// Bytes of audio, this frame not among them.
    pub(super) audio_bytes: u64,
    /// Samples to cut at the start, besides the decoder's own delay; at most 4095.
    pub(super) delay_samples: usize,
    /// Samples to cut at the end, the decoder's own delay included; at most 4095.
    pub(super) padding_samples: usize,
    /// The audio's bit rate.
    pub(super) audio_kbps: u16,
    /// [`crc16`] of the audio, or 0 when it is not known.
    pub(super) audio_crc: u16,
}

impl Info {
    /// The whole frame. Counts that do not fit their 32 bits (three years of audio, or six days
    /// of bytes) are written as the highest.
    pub(super) fn frame(&self, layout: &Layout) -> Vec<u8> {
        let frame_bytes = layout.frame_bytes();
        let stream_bytes = saturate(self.audio_bytes + frame_bytes as u64);
        let mut frame = layout.header(layout.info_kbps).to_vec();
        frame.resize(4 + layout.side_info_bytes, 0);
        debug_assert!(frame.len() + TAG_BYTES <= frame_bytes);
        self.push_xing(&mut frame, stream_bytes);
        self.push_lame(&mut frame, stream_bytes);
        let crc = crc16(&frame);
        frame.extend_from_slice(&crc.to_be_bytes());
        frame.resize(frame_bytes, 0);
        frame
    }

    /// Length in frames and bytes, seek table and quality. The name `Info` (rather than `Xing`)
    /// says that the bit rate is constant, and so the table is a straight line.
    fn push_xing(&self, frame: &mut Vec<u8>, stream_bytes: u32) {
        const HAS_ALL_FOUR: u32 = 0b1111;
        frame.extend_from_slice(b"Info");
        frame.extend_from_slice(&HAS_ALL_FOUR.to_be_bytes());
        frame.extend_from_slice(&saturate(self.frame_count).to_be_bytes());
        frame.extend_from_slice(&stream_bytes.to_be_bytes());
        frame.extend((0..100u32).map(|percent| (percent * 256 / 100) as u8));
        frame.extend_from_slice(&0u32.to_be_bytes());
    }

    /// LAME's part up to its checksum. Players read delay and padding only behind the name of an
    /// encoder they know. Zero means "not known" in the fields that are zero.
    fn push_lame(&self, frame: &mut Vec<u8>, stream_bytes: u32) {
        const REVISION_0_CONSTANT_BITRATE: u8 = 0x01;
        const LOWPASS_PEAK_AND_REPLAY_GAIN: [u8; 9] = [0; 9];
        const MONO_SOURCE_UP_TO_32_KHZ: u8 = 0x00;
        frame.extend_from_slice(b"LAME3.100");
        frame.push(REVISION_0_CONSTANT_BITRATE);
        frame.extend_from_slice(&LOWPASS_PEAK_AND_REPLAY_GAIN);
        frame.push(0);
        frame.push(self.audio_kbps.min(255) as u8);
        let delays = (self.delay_samples.min(0xFFF) << 12 | self.padding_samples.min(0xFFF)) as u32;
        frame.extend_from_slice(&delays.to_be_bytes()[1..]);
        frame.extend_from_slice(&[MONO_SOURCE_UP_TO_32_KHZ, 0, 0, 0]);
        frame.extend_from_slice(&stream_bytes.to_be_bytes());
        frame.extend_from_slice(&self.audio_crc.to_be_bytes());
    }
}

fn saturate(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The checksum of LAME's tag: CRC-16/ARC (polynomial 0x8005, reflected, start 0).
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    const REFLECTED_POLYNOMIAL: u16 = 0xA001;
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |bits, _| {
            let shifted = bits >> 1;
            if bits & 1 == 1 {
                shifted ^ REFLECTED_POLYNOMIAL
            } else {
                shifted
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_16_arc() {
        // The check value of CRC-16/ARC in the usual catalogues.
        assert_eq!(crc16(b"123456789"), 0xBB3D);
    }

    #[test]
    fn the_tag_fits_its_frame_at_every_rate() {
        for layout in [MPEG1_48_KHZ, MPEG2_24_KHZ, MPEG2_16_KHZ, MPEG25_8_KHZ] {
            assert!(4 + layout.side_info_bytes + TAG_BYTES <= layout.frame_bytes());
            assert_ne!(layout.header(layout.info_kbps)[2] >> 4, 0);
        }
    }

    #[test]
    fn counts_beyond_32_bits_are_written_as_the_highest() {
        let info = Info {
            frame_count: u64::MAX / 1024,
            audio_bytes: u64::MAX / 1024,
            delay_samples: 576,
            padding_samples: 576,
            audio_kbps: 48,
            audio_crc: 0,
        };
        let frame = info.frame(&MPEG2_24_KHZ);
        assert_eq!(&frame[13..17], b"Info");
        assert_eq!(&frame[21..29], &[0xFF; 8]);
    }
}
