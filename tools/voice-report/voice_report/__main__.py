"""Measures voices beside the untouched export, and writes a table in Markdown."""

import argparse
import os
import sys
from pathlib import Path

from . import __doc__ as about
from .measure import Bench
from .mos import Predictors
from .recogniser import Recogniser
from .speak import Service
from .table import markdown


def arguments():
    parser = argparse.ArgumentParser(prog="make voice-report", description=about)
    parser.add_argument("--langdu", required=True, help="the binary that is measured")
    parser.add_argument("--voices", default="voices", help="the folder of its packs")
    parser.add_argument("--reference", help="a folder with the untouched export, measured beside it")
    parser.add_argument("--speakers", default="zf_xiaohe,zm_yunze", help="names, between commas")
    parser.add_argument("--recordings", metavar="LIST",
                        help="recordings of a reader, measured beside them: lines of WAV, tab, text")
    parser.add_argument("--quick", action="store_true", help="a tenth of the texts")
    parser.add_argument("--work", default="target/voice-report", help="where the recogniser is joined")
    parser.add_argument("--output", default="target/voice-report/report.md")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def main():
    args = arguments()
    work = Path(args.work)
    work.mkdir(parents=True, exist_ok=True)
    hearing = Recogniser(work / "whisper-base", args.threads)
    bench = Bench(hearing, Predictors(args.threads), 10 if args.quick else 1)
    speakers = args.speakers.split(",")
    measured = {}
    for folder, suffix in ((args.voices, ""), (args.reference, ", export")):
        if folder is None:
            continue
        with Service(args.langdu, folder) as service:
            for speaker in speakers:
                name = speaker + suffix
                measured[name] = bench.voice(service, speaker, name)
    # A speaker stands beside its own export.
    columns = [(name, measured[name]) for speaker in speakers
               for name in (speaker, speaker + ", export") if name in measured]
    if args.recordings:
        columns.append(("recordings", bench.recordings(args.recordings)))
    table = markdown(columns)
    Path(args.output).write_text(table, "utf-8")
    sys.stdout.write(table)


main()
