#!/usr/bin/env python3
"""Makes g2pm.bin from the PyPI package g2pM (Apache-2.0), its weights rounded to 8 bits.

    pip install g2pM==0.1.2.5 numpy && python3 make_g2pm.py

Layout, little-endian: three lines of UTF-8 text (the characters by number from 4 on, without
borders; the classes by number; the characters with more than one reading), then for each matrix
its rows as one float32 scale and the row's 8-bit values, and for each bias its float32 values,
in the order of MATRICES.
"""
import os
import pickle

import g2pM
import numpy as np

HOME = os.path.dirname(g2pM.__file__)
MATRICES = [
    "embedding.weight",
    "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
    "lstm.weight_ih_l0_reverse", "lstm.weight_hh_l0_reverse",
    "lstm.bias_ih_l0_reverse", "lstm.bias_hh_l0_reverse",
    "logit_layer.0.weight", "logit_layer.0.bias", "logit_layer.2.weight", "logit_layer.2.bias",
]


def load(name):
    with open(os.path.join(HOME, name), "rb") as file:
        return pickle.load(file)


def main():
    weights, numbers, classes = load("np_ckpt.pkl"), load("char2idx.pkl"), load("class2idx.pkl")
    words = load("digest_cedict.pkl")
    characters = [char for char, _ in sorted(numbers.items(), key=lambda item: item[1])][4:]
    assert all(len(char) == 1 and char != "\n" for char in characters)
    names = [name.replace("u:", "v") for name, _ in sorted(classes.items(), key=lambda item: item[1])]
    several = [char for char in characters if len(words.get(char, [])) > 1]
    with open("g2pm.bin", "wb") as file:
        for line in ("".join(characters), " ".join(names), "".join(several)):
            file.write(line.encode() + b"\n")
        for name in MATRICES:
            values = weights[name].astype("<f4")
            if values.ndim == 1:
                file.write(values.tobytes())
                continue
            for row in values:
                scale = np.abs(row).max() / 127
                rounded = np.round(row / scale) if scale else row
                file.write(np.float32(scale).astype("<f4").tobytes())
                file.write(rounded.astype("i1").tobytes())


if __name__ == "__main__":
    main()
