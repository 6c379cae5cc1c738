#!/usr/bin/env python3
"""Finds the sentences that wei_labels.txt gives the pronunciation of 为 in, for make_wei.py.

    python3 wei_sentences.py CORPORA > SENTENCES.tsv

CORPORA is a folder with a clone of each of the repositories below, called by its name on GitHub. The sentences are other
people's and stay there; here are only their digests, where 为 stands in them and how it is read. A line of
wei_labels.txt is the first twelve digits of the SHA-1 of a sentence, the offset of 为 in characters, its pronunciation
and how much it counts: 1 where somebody has read the sentence for this, 0.3 where the rules of earlier versions were sure.
"""
import hashlib
import json
import pathlib
import re
import sys

LABELS = "wei_labels.txt"
BORDERS = re.compile("(?<=[。！？；!?])")
SHORTEST, LONGEST = 6, 160


def plain(text):
    yield text


def texts_of(value):
    """Every text of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)
    elif isinstance(value, dict):
        yield from texts_of(list(value.values()))


def of_json(text):
    yield from texts_of(json.loads(text))


def of_json_lines(text):
    for line in text.splitlines():
        yield from of_json(line)


def without_blanks(text):
    yield text.replace(" ", "").replace("\u3000", "")


def without_class(text):
    """Headlines with the number of their class behind them."""
    yield re.sub(r"\t\d+", "", text)


def behind_class(text):
    """Headlines with the name of their class in front, and blanks between the characters."""
    yield re.sub(r"^\w+\t", "", text, flags=re.MULTILINE).replace(" ", "")


def of_columns(text):
    """A character and its tag on each line, and an empty line behind each sentence."""
    for block in text.split("\n\n"):
        yield "".join(line.split()[0] for line in block.splitlines() if line.split())


CORPORA = [
    ("xin-wen-lian-bo", r"news/\d+\.md", plain),
    ("Laws", r".*\.md", plain),
    ("Chinese-Text-Classification-Pytorch", r"THUCNews/data/(test|dev|train)\.txt", without_class),
    ("nlpcc2017_news_headline_categorization", r"test(\.full)?/test\.char", behind_class),
    ("CAIL2019", r"阅读理解/data/(dev|test)_ground_truth\.json", of_json),
    ("CAIL2019", r"scm/baseline/tf_idf/input\.txt", of_json_lines),
    ("CAIL2021", r"lblj/Task1\.1/baseline/data/SMP-CAIL2021-train\.csv", plain),
    ("Chinese-NLP-Corpus", r"NER/(People's Daily/example\.(test|dev)|MSRA/msra_test_bio\.txt)", of_columns),
    ("multi-criteria-cws", r".*\.(txt|utf8)", without_blanks),
    ("NER-BERT-pytorch", r".*\.txt", without_blanks),
    ("Information-Extraction-Chinese", r".*\.txt", plain),
]


def sentences(text):
    for line in text.splitlines():
        for sentence in BORDERS.split(line):
            sentence = sentence.strip()
            if SHORTEST <= len(sentence) <= LONGEST:
                yield sentence


def main():
    labels = {}
    with open(LABELS, encoding="utf-8") as file:
        for line in file:
            digest, *label = line.split()
            labels.setdefault(digest, []).append(label)
    wanted = len(labels)
    for folder, pattern, texts in CORPORA:
        root = pathlib.Path(sys.argv[1], folder)
        for path in sorted(root.rglob("*")):
            if not path.is_file() or not re.fullmatch(pattern, path.relative_to(root).as_posix()):
                continue
            for text in texts(path.read_text(encoding="utf-8", errors="replace")):
                for sentence in sentences(text):
                    digest = hashlib.sha1(sentence.encode()).hexdigest()[:12]
                    for label in labels.pop(digest, []):
                        print(sentence, *label, sep="\t")
    print(f"{len(labels)} of {wanted} sentences were not found", file=sys.stderr)


if __name__ == "__main__":
    main()
