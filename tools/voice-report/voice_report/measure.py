"""Speaks the texts with one voice and measures what is heard."""

import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from . import melody, recogniser, sound
from .speak import RATE_HZ

TEXTS = Path(__file__).parent.parent / "texts"
# Clips by their number of syllables, for their loudness.
LENGTHS = [(1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 99)]
# How fast a sentence is spoken beside the speaker's own pace: beyond 0.7 and 1.2 its sound is stretched.
RATES = (0.25, 0.5, 0.7, 1.2, 1.5, 2.0, 3.0, 4.0)


def lines(name, every):
    """Every so-manieth line of a file of texts."""
    return [line.split("\t") for line in (TEXTS / name).read_text("utf-8").splitlines()[::every]]


def syllables_in(text):
    return len(re.findall(r"[\u3400-\u9fff]", text))


class Measures(defaultdict):
    """From what is measured to its values, each a number or a pair of errors and length."""

    def __init__(self):
        super().__init__(list)

    def add_pitch_and_pace(self, spoken, pitch, count):
        self["pitch range"].append(pitch.range())
        paces = sound.pace(spoken.samples, RATE_HZ, count)
        self["pace with pauses"].append(paces[0])
        self["pace without pauses"].append(paces[1])


class Bench:
    """The recogniser and the predictors, with the texts."""

    def __init__(self, hearing, predictors, every):
        self.hearing, self.predictors, self.every = hearing, predictors, every

    def texts(self, name, of_what):
        texts = lines(name, self.every)
        for number, fields in enumerate(texts):
            if sys.stderr.isatty():
                print(f"\r{of_what}: {name} {number + 1}/{len(texts)}   ", end="", file=sys.stderr)
            yield fields
        print(f"\r{of_what}: {name} done{' ' * 12}", file=sys.stderr)

    def heard_wrong(self, reference, samples):
        return recogniser.wrong(reference, self.hearing.hear(samples, RATE_HZ))

    def quality(self, measures, kind, spoken):
        for name, score in self.predictors(spoken.samples, RATE_HZ).items():
            measures[f"{name}, {kind}"].append(score)
        wrong = self.heard_wrong(spoken.spoken, spoken.samples)
        measures[f"wrong syllables, {kind}"].append(wrong)

    def voice(self, service, voice, name):
        """Everything, of a voice of a running service."""
        measures = Measures()
        say = lambda text: service.speak(text, voice)
        for (text,) in self.texts("short.txt", name):
            spoken = say(text)
            self.quality(measures, "short items", spoken)
            add_loudness(measures, spoken)
        for (text,) in self.texts("sentences.txt", name):
            spoken = say(text)
            self.quality(measures, "sentences", spoken)
            add_loudness(measures, spoken)
            pitch = melody.Pitch(spoken.samples, RATE_HZ)
            measures.add_pitch_and_pace(spoken, pitch, len(spoken.syllables))
            add_pauses(measures, spoken)
            for fall, jump in melody.falls_and_jumps(spoken, pitch):
                measures["fall at a mark"].append(fall)
                measures["jump after a mark"].append(jump)
        self.rates(measures, service, voice, name)
        for (text,) in self.texts("pauses.txt", name):
            add_pauses(measures, say(text))
        self.questions(measures, say, name)
        self.tones(measures, say, name)
        for file in ("terms.tsv", "more-terms.tsv"):
            for term, text in self.texts(file, name):
                heard = self.hearing.hear(say(text).samples, RATE_HZ)
                right, of = recogniser.letters_right(term, heard)
                measures[f"letters heard, {file}"].append((right, of))
        return measures

    def rates(self, measures, service, voice, name):
        for (text,) in self.texts("sentences.txt", name):
            for rate in RATES:
                spoken = service.speak(text, voice, rate)
                wrong = self.heard_wrong(spoken.spoken, spoken.samples)
                measures[f"wrong syllables, rate {rate}"].append(wrong)

    def questions(self, measures, say, name):
        for (text,) in self.texts("questions.txt", name):
            ends = []
            for mark in "。？":
                spoken = say(text + mark)
                ends.append(melody.last_syllable(spoken, melody.Pitch(spoken.samples, RATE_HZ)))
            if None not in ends:
                statement, question = ends
                measures["question over statement, height"].append(question[0] - statement[0])
                measures["question over statement, movement"].append(question[1] - statement[1])

    def tones(self, measures, say, name):
        contours = []
        for (line,) in self.texts("syllables.txt", name):
            character, tone = line.split()
            spoken = say(character)
            start, end = spoken.syllables[0].start, spoken.syllables[0].end
            # The voice may begin and end outside of what is told by 25 ms.
            edge = RATE_HZ // 40
            pitch = melody.Pitch(spoken.samples, RATE_HZ)
            contours.append((int(tone), melody.contour(pitch, start - edge, end + edge)))
        levels = [np.median(contour) for tone, contour in contours if tone == 1 and contour]
        level_st = float(np.median(levels)) if levels else np.nan
        for tone, contour in contours:
            right = melody.has_its_tone(tone, contour, level_st)
            measures["lone tones right"].append((int(right), 1))
            if contour:
                measures[f"tone {tone}, start to end"].append(contour[2] - contour[0])
                measures[f"tone {tone}, height"].append(contour[1] - level_st)

    def recordings(self, path):
        """What can be measured of recordings: a file of lines WAV, tab, text."""
        import soundfile
        from types import SimpleNamespace
        import soxr
        measures = Measures()
        for line in Path(path).read_text("utf-8").splitlines():
            wav, text = line.split("\t")[:2]
            samples, rate_hz = soundfile.read(wav, dtype="float32", always_2d=True)
            samples = soxr.resample(samples.mean(1), rate_hz, RATE_HZ)
            spoken = SimpleNamespace(samples=samples, spoken=text)
            self.quality(measures, "sentences", spoken)
            pitch = melody.Pitch(samples, RATE_HZ)
            measures.add_pitch_and_pace(spoken, pitch, syllables_in(text))
        return measures


def add_loudness(measures, spoken):
    for number, (start, end) in enumerate(zip(spoken.clips, spoken.clips[1:])):
        count = sum(one.clip == number for one in spoken.syllables)
        for low, high in LENGTHS:
            if low <= count <= high:
                level = sound.loudness(spoken.samples[start:end], RATE_HZ)
                measures[f"loudness, {low} to {high} syllables"].append(level)


def add_pauses(measures, spoken):
    for first, second in zip(spoken.syllables, spoken.syllables[1:]):
        mark = first.mark_after
        if not mark and first.clip == second.clip:
            continue
        silence = sound.silence_between(spoken, RATE_HZ, first, second)
        measures[f"pause at {mark}" if mark else "pause at a cut without a mark"].append(silence)
