"""Loudness, pauses and pace."""

import numpy as np
import pyloudnorm

WINDOW_S = 0.005
# What counts as voice, below the loudest window.
VOICE_DB = 35.0


def powers_db(samples, rate_hz, window_s=WINDOW_S):
    window = int(window_s * rate_hz)
    count = len(samples) // window
    return 10 * np.log10((samples[:count * window].reshape(count, window) ** 2).mean(1) + 1e-12)


def loudness(samples, rate_hz):
    """The loudness of what is voice, in LUFS: K-weighted power over the windows of 10 ms within 30 dB of
    the loudest. Unlike EBU R 128's blocks of 400 ms it means the same for one syllable as for many."""
    # The K-weighting is pyloudnorm's; its meter refuses what is shorter than a block.
    weighted = np.asarray(samples, np.float64)
    for stage in pyloudnorm.Meter(rate_hz)._filters.values():
        weighted = stage.apply_filter(weighted)
    power = 10 ** (powers_db(weighted, rate_hz, 0.01) / 10)
    return -0.691 + 10 * np.log10(power[power > power.max() * 1e-3].mean())


def voice_bounds(samples, rate_hz):
    """First and one past the last sample of the voice."""
    voice = powers_db(samples, rate_hz)
    loud = np.flatnonzero(voice > voice.max() - VOICE_DB)
    window = int(WINDOW_S * rate_hz)
    return loud[0] * window, (loud[-1] + 1) * window


def silences_ms(samples, rate_hz, start, end):
    """The lengths of the silences between two samples, in ms."""
    levels = powers_db(samples, rate_hz)
    window = int(WINDOW_S * rate_hz)
    span = levels[start // window:end // window] < levels.max() - VOICE_DB
    lengths, run = [], 0
    for silent in [*span, False]:
        if silent:
            run += 1
        elif run:
            lengths.append(run * WINDOW_S * 1000)
            run = 0
    return lengths


def silence_between(spoken, rate_hz, first, second):
    """The longest silence between the middles of two syllables, in ms."""
    middles = ((one.start + one.end) // 2 for one in (first, second))
    return max(silences_ms(spoken.samples, rate_hz, *middles), default=0.0)


def pace(samples, rate_hz, syllables):
    """Syllables a second from the first sound to the last: pauses over 100 ms left in, and taken out."""
    start, end = voice_bounds(samples, rate_hz)
    heard_s = (end - start) / rate_hz
    pauses_s = sum(ms for ms in silences_ms(samples, rate_hz, start, end) if ms > 100) / 1000
    return syllables / heard_s, syllables / (heard_s - pauses_s)
