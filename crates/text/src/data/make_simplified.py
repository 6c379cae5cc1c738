#!/usr/bin/env python3
"""Makes simplified.txt from the PyPI package opencc-python-reimplemented (Apache-2.0).

    pip install opencc-python-reimplemented==0.1.7 && python3 make_simplified.py

One line of pairs, traditional character then simplified. A character that GB 2312 holds is part
of simplified writing itself (乾坤, 著作) and stays as it is, but for those that simplified prose
uses in rare names alone.
"""
import os

import opencc

SOURCE = os.path.join(os.path.dirname(opencc.__file__), "dictionary", "TSCharacters.txt")


RARE = "於徵"


def in_gb2312(char):
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main():
    pairs = []
    with open(SOURCE, encoding="utf-8") as file:
        for line in file:
            traditional, _, simplified = line.rstrip("\n").partition("\t")
            first = simplified.split(" ")[0]
            basic = all("\u4e00" <= char <= "\u9fff" for char in traditional + first)
            if len(traditional) == len(first) == 1 and basic and (
                traditional in RARE or not in_gb2312(traditional)
            ):
                pairs.append(traditional + first)
    with open("simplified.txt", "w", encoding="utf-8") as file:
        file.write("".join(sorted(pairs)) + "\n")


if __name__ == "__main__":
    main()
