#!/usr/bin/env python3
"""Learns wei_weights.txt: how much each sign beside a 为 speaks for wèi.

    pip install scikit-learn==1.9.1
    cargo build --release -p langdu-text --example wei_signs
    python3 make_wei.py SENTENCES.tsv ../../../../target/release/examples/wei_signs

A line of SENTENCES.tsv is a sentence, the offset of one 为 in it (in characters), its pronunciation (wei2 or wei4) and how
much it counts, between tabs. The rows of `tests/data/polyphones.tsv` are learned too. README.md says what the
weights here were learned from.

A logistic regression with a small penalty on the squares of its weights (C = 1). Signs that occur fewer than four times
are left out, and afterwards weights below 0.05: neither changes what is read. The program prints how many of the sentences
that count fully are read wrong when they are not learned from (six folds).
"""
import json
import subprocess
import sys

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

ROWS = "../../../../tests/data/polyphones.tsv"
WEIGHT_OF_ROWS = 2.0
FEWEST = 4
LEAST = 0.05
FOLDS = 6


def sentences(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            text, offset, pinyin, weight = line.rstrip("\n").split("\t")
            yield text, int(offset), pinyin, float(weight)


def rows():
    with open(ROWS, encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#") or len(fields) != 3 or "为" not in fields[1]:
                continue
            text, word, pinyin = fields
            at = word.index("为")
            yield text, text.index(word) + at, pinyin.split()[at], WEIGHT_OF_ROWS


def with_signs(samples, program):
    """The samples that no word decides, with their signs."""
    text = "".join(sample[0] + "\n" for sample in samples)
    found = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    for (_, offset, pinyin, weight), line in zip(samples, found.splitlines(), strict=True):
        signs = dict(json.loads(line)).get(offset)
        if signs is not None:
            yield dict.fromkeys(signs, 1.0), pinyin == "wei4", weight


def learn(signs, serves, weights):
    return LogisticRegression(C=1.0, max_iter=500).fit(signs, serves, sample_weight=weights)


def main():
    path, program = sys.argv[1:]
    samples = list(with_signs([*sentences(path), *rows()], program))
    serves = np.array([sample[1] for sample in samples])
    weights = np.array([sample[2] for sample in samples])
    vectors = DictVectorizer()
    signs = vectors.fit_transform([sample[0] for sample in samples])
    frequent = np.flatnonzero(np.asarray((signs != 0).sum(axis=0)).ravel() >= FEWEST)
    names, signs = vectors.get_feature_names_out()[frequent], signs[:, frequent]

    whole = np.flatnonzero(weights == 1.0)
    wrong = 0
    for _, held in KFold(FOLDS, shuffle=True, random_state=0).split(whole):
        rest = np.setdiff1d(np.arange(len(samples)), whole[held])
        model = learn(signs[rest], serves[rest], weights[rest])
        wrong += (model.predict(signs[whole[held]]) != serves[whole[held]]).sum()
    print(f"{wrong} of {len(whole)} sentences wrong ({100 * wrong / len(whole):.2f} %)")

    model = learn(signs, serves, weights)
    learned = [(name, weight) for name, weight in zip(names, model.coef_[0]) if abs(weight) >= LEAST]
    with open("wei_weights.txt", "w", encoding="utf-8") as file:
        file.write(f"{model.intercept_[0]:.2f} bias\n")
        for name, weight in sorted(learned):
            file.write(f"{weight:.2f} {name}\n")
    print(f"{len(learned)} signs")


if __name__ == "__main__":
    main()
