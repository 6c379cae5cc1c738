"""Pitch: the tones of lone syllables, the ends of clauses, questions, and how far the voice ranges.

Pitch is Praat's (autocorrelation), in semitones over 100 Hz. A second pass takes its bounds from the
first, which spares most octave errors (De Looze and Hirst 2008).
"""

import numpy as np
import parselmouth

STEP_S = 0.005


class Pitch:
    """The pitch of a sound: times in samples, and semitones, of what is voiced."""

    def __init__(self, samples, rate_hz):
        sound = parselmouth.Sound(np.asarray(samples, np.float64), rate_hz)
        hertz, times = track(sound, 60, 500)
        if len(hertz) > 20:
            low, high = np.percentile(hertz, [25, 75])
            hertz, times = track(sound, max(50, 0.75 * low), min(600, 2.0 * high))
        self.semitones = 12 * np.log2(hertz / 100)
        self.at = times * rate_hz

    def between(self, start, end):
        return self.semitones[(self.at >= start) & (self.at < end)]

    def range(self):
        """From the 5th to the 95th percentile, in semitones; NaN where next to nothing is voiced."""
        if len(self.semitones) < 20:
            return np.nan
        return float(np.subtract(*np.percentile(self.semitones, [95, 5])))


def track(sound, floor, ceiling):
    # Three periods of the floor have to fit; a lone syllable is padded by its own pauses.
    pitch = sound.to_pitch_ac(time_step=STEP_S, pitch_floor=floor, pitch_ceiling=ceiling)
    hertz = pitch.selected_array["frequency"]
    return hertz[hertz > 0], pitch.xs()[hertz > 0]


def contour(pitch, start, end):
    """Start, middle and end of a syllable's pitch in semitones: medians of the first, middle and last
    fifth of what is voiced; `None` where less than 50 ms is."""
    voiced = pitch.between(start, end)
    if len(voiced) < 10:
        return None
    fifth = max(1, len(voiced) // 5)
    middle = len(voiced) // 2
    return (float(np.median(voiced[:fifth])),
            float(np.median(voiced[middle - fifth // 2:middle + fifth // 2 + 1])),
            float(np.median(voiced[-fifth:])))


def has_its_tone(tone, contour_st, level_st):
    """Whether a lone syllable's pitch moves as its tone does. `level_st` is the speaker's first tone.
    The first stays within 2.5 st, the second rises by 2 st, the third lies 2.5 st below the first or
    dips by as much, the fourth falls by 3 st."""
    if contour_st is None:
        return False
    start, middle, end = contour_st
    if tone == 1:
        return abs(end - start) <= 2.5
    if tone == 2:
        return end - min(start, middle) >= 2
    if tone == 3:
        return middle <= level_st - 2.5 or middle <= min(start, end) - 2.5
    return start - end >= 3


def falls_and_jumps(spoken, pitch):
    """For each mark inside a text: how far the last 150 ms of the clause lie from its median, and the
    step up from there to the first 300 ms of the next. In semitones."""
    rate_hz = 24_000
    ends = [place for place, one in enumerate(spoken.syllables[:-1]) if one.mark_after]
    begins = [0] + [place + 1 for place in ends]
    rows = []
    for number, end in enumerate(ends):
        clause = pitch.between(spoken.syllables[begins[number]].start, spoken.syllables[end].end)
        last = ends[number + 1] if number + 1 < len(ends) else len(spoken.syllables) - 1
        after = pitch.between(spoken.syllables[end + 1].start, spoken.syllables[last].end)
        steps = int(0.15 / STEP_S)
        if len(clause) < 3 * steps or len(after) < 2 * steps:
            continue
        low = np.median(clause[-steps:])
        rows.append((low - np.median(clause), np.median(after[:2 * steps]) - low))
    return rows


def last_syllable(spoken, pitch):
    """The median pitch of the last syllable less the whole's, and its end less its start."""
    last = spoken.syllables[-1]
    voiced = pitch.between(last.start, last.end)
    if len(voiced) < 10:
        return None
    fifth = max(1, len(voiced) // 5)
    return (float(np.median(voiced) - np.median(pitch.semitones)),
            float(np.median(voiced[-fifth:]) - np.median(voiced[:fifth])))
