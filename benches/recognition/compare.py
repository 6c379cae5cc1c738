#!/usr/bin/env python3
"""Reads the same pages with langdu's recogniser, with RapidOCR and with Tesseract, and compares what they cost
and how many characters each gets wrong.

    compare.py PAGES RECOGNISE LIBRARY MODELS [THREADS]

PAGES is a folder that make.py has filled, RECOGNISE the example of crates/ocr, LIBRARY ONNX Runtime's, MODELS the
folder with both models. Needs PyPI `rapidocr` 3.10.0 with `onnxruntime`, and `tesseract` with chi_sim; what is
not there is left out.

A character is wrong where the text has it and the result has not, whatever the order, and where the result has
one that the text has not; the larger of both counts. Widths, brackets, quotes and dashes are folded and white
space is left out. Processor time is of the whole process over all its pages, loading included.
"""

import collections
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

FOLDED = str.maketrans(
    {
        **{letter: "(" for letter in "〔[［【｛{"},
        **{letter: ")" for letter in "〕]］】｝}"},
        **{letter: '"' for letter in "“”„‟＂'‘’"},
        **{letter: "-" for letter in "—–－―‐‑−一" if letter != "一"},
        **{letter: "·" for letter in "•・∙"},
    }
)


def folded(text):
    text = unicodedata.normalize("NFKC", text).translate(FOLDED)
    return re.sub(r"\s", "", text)


def wrong(text, read):
    text, read = collections.Counter(folded(text)), collections.Counter(folded(read))
    missing, more = sum((text - read).values()), sum((read - text).values())
    return max(missing, more)


def run(command, **how):
    """Output, processor seconds and peak memory in MB of a command."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **how) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return output.decode(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def langdu(pages, recognise, library, models, threads):
    models = Path(models)
    output, seconds, memory = run(
        [recognise, library, models / "detection.onnx", models / "recognition.onnx", threads, *pages]
    )
    texts = {}
    for line in output.splitlines():
        if line.startswith("# "):
            page = line[2:]
            texts[page] = ""
        elif not line.startswith("rule\t"):
            texts[page] += line.split("\t", 1)[1] + "\n"
    return [texts[str(page)] for page in pages], seconds, memory


RAPID = """
import json, sys
from rapidocr import ModelType, OCRVersion, RapidOCR
small = {"Det.model_type": ModelType.SMALL, "Rec.model_type": ModelType.SMALL,
         "Det.ocr_version": OCRVersion.PPOCRV6, "Rec.ocr_version": OCRVersion.PPOCRV6,
         "EngineConfig.onnxruntime.intra_op_num_threads": int(sys.argv[1])}
engine = RapidOCR(params=small)
for page in sys.argv[2:]:
    read = engine(page)
    print(json.dumps("\\n".join(read.txts or ())))
"""


def rapid(pages, threads):
    output, seconds, memory = run([sys.executable, "-c", RAPID, threads, *pages])
    texts = [json.loads(line) for line in output.splitlines() if line.startswith('"')]
    return texts, seconds, memory


def tesseract(pages, threads):
    texts, seconds, memory = [], 0, 0
    for page in pages:
        limited = {**os.environ, "OMP_THREAD_LIMIT": threads}
        output, own, peak = run(["tesseract", page, "-", "-l", "chi_sim"], env=limited)
        texts.append(output)
        seconds, memory = seconds + own, max(memory, peak)
    return texts, seconds, memory


def main():
    folder, recognise, library, models = sys.argv[1:5]
    threads = sys.argv[5] if len(sys.argv) > 5 else "2"
    for kind in ("scan", "fax"):
        pages = sorted(page for page in Path(folder).glob(f"*.{kind}.*") if page.suffix != ".txt")
        wanted = [page.with_suffix(".txt").read_text(encoding="utf-8") for page in pages]
        characters = sum(len(folded(text)) for text in wanted)
        readers = {"langdu": lambda: langdu(pages, recognise, library, models, threads)}
        try:
            import rapidocr  # noqa: F401

            readers["RapidOCR"] = lambda: rapid(pages, threads)
        except ImportError:
            pass
        if shutil.which("tesseract"):
            readers["Tesseract"] = lambda: tesseract(pages, threads)
        for name, read in readers.items():
            texts, seconds, memory = read()
            counts = [wrong(text, own) for text, own in zip(wanted, texts, strict=True)]
            each = ", ".join(f"{page.name.split('.')[0]} {count}" for page, count in zip(pages, counts))
            print(
                f"{kind}\t{name}\t{sum(counts)} of {characters} wrong ({sum(counts) / characters:.2%})\t"
                f"{seconds / len(pages):.1f} CPU s a page\t{memory:.0f} MB\t{each}",
                flush=True,
            )


main()
