#!/usr/bin/env python3
"""Makes phrases.txt and syllables.txt from the PyPI package pypinyin (MIT).

    pip install pypinyin==0.55.0 && python3 make_phrases.py

Kept are the phrases that hold at least one character with more than one reading, because all
others read the same character by character. 一 and 不 get their dictionary tone: some entries
carry a spoken one. Neutral tones are written 5, ü is written v.
"""
import json
import os
import re
import unicodedata

import pypinyin
from pypinyin.contrib.tone_convert import to_tone3

HOME = os.path.dirname(pypinyin.__file__)
HANZI = re.compile(r"[\u4e00-\u9fff]+")
OTHER = {"ê": "ei", "hm": "hm", "hng": "heng", "io": "yo"}


def syllable(marked):
    numbered = to_tone3(marked, neutral_tone_with_five=True).replace("ü", "v")
    numbered = unicodedata.normalize("NFC", numbered)
    base, tone = numbered[:-1], numbered[-1]
    return OTHER.get(base, base) + tone


def main():
    with open(os.path.join(HOME, "phrases_dict.json"), encoding="utf-8") as file:
        phrases = json.load(file)
    with open(os.path.join(HOME, "pinyin_dict.json"), encoding="utf-8") as file:
        characters = {chr(int(code)): marks.split(",") for code, marks in json.load(file).items()}

    syllables = set()
    for readings in characters.values():
        syllables.update(syllable(mark)[:-1] for mark in readings)

    lines = []
    for phrase, readings in phrases.items():
        if not HANZI.fullmatch(phrase) or not 2 <= len(phrase) == len(readings) <= 8:
            continue
        if all(len(characters.get(char, [])) < 2 for char in phrase):
            continue
        spelled = [syllable(reading[0]) for reading in readings]
        for at, char in enumerate(phrase):
            if char == "一":
                spelled[at] = "yi1"
            if char == "不" and spelled[at] == "bu2":
                spelled[at] = "bu4"
        lines.append(phrase + "\t" + " ".join(spelled))
    lines.sort()
    with open("phrases.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    with open("syllables.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(s for s in syllables if re.fullmatch("[a-z]+", s))) + "\n")


if __name__ == "__main__":
    main()
