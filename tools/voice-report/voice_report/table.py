"""The measures of several voices as a table in Markdown."""

import numpy as np

from .measure import LENGTHS, RATES

DRAWS = 2000


def interval(pairs):
    """The share of errors with its 95 % interval, by drawing the texts anew."""
    counts = np.array(pairs, float)
    draws = np.random.default_rng(1).integers(0, len(counts), (DRAWS, len(counts)))
    sums = counts[draws].sum(1)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
    share = counts[:, 0].sum() / counts[:, 1].sum()
    return f"{100 * share:.1f} ({100 * low:.1f}–{100 * high:.1f}) %"


def mean(values, digits=2):
    values = np.array(values, float)
    values = values[np.isfinite(values)]
    if not len(values):
        return ""
    error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else 0
    return f"{values.mean():.{digits}f} ± {error:.{digits}f}"


def median(values, digits=0):
    return f"{np.median(values):.{digits}f} ({len(values)})"


def right_of(pairs):
    counts = np.array(pairs)
    return f"{counts[:, 0].sum()} of {counts[:, 1].sum()}"


def share(pairs):
    counts = np.array(pairs)
    return f"{100 * counts[:, 0].sum() / counts[:, 1].sum():.0f} % of {counts[:, 1].sum()}"


def rows():
    """What is measured, what it is called, and how it is written."""
    for kind in ("sentences", "short items"):
        for name in ("DistillMOS", "DNSMOS overall", "DNSMOS P.808"):
            yield f"{name}, {kind}", "", mean
        yield f"wrong syllables, {kind}", "", interval
    for rate in RATES:
        yield f"wrong syllables, rate {rate}", f"wrong syllables, sentences at rate {rate:g}", interval
    yield "letters heard, terms.tsv", "", share
    yield "letters heard, more-terms.tsv", "", share
    for low, high in LENGTHS:
        label = f"{low}" if low == high else f"{low} or more" if high == 99 else f"{low} to {high}"
        yield (f"loudness, {low} to {high} syllables", f"loudness, clips of {label} syllables, LUFS",
               lambda values: mean(values, 1))
    yield "lone tones right", "lone syllables with their tone", right_of
    for tone in (1, 2, 3, 4):
        yield f"tone {tone}, start to end", f"tone {tone}, pitch from start to end, st", lambda v: mean(v, 1)
        yield f"tone {tone}, height", f"tone {tone}, middle over the first tone, st", lambda v: mean(v, 1)
    yield "fall at a mark", "clause's end under its median, at a mark, st", lambda v: mean(v, 1)
    yield "jump after a mark", "step up to the next clause, st", lambda v: mean(v, 1)
    for mark in "、，：；":
        yield f"pause at {mark}", f"pause at {mark}, ms, median (of)", median
    yield "pause at a cut without a mark", "pause at a cut without a mark, ms, median (of)", median
    yield "question over statement, height", "last syllable of a question over a statement's, st", lambda v: mean(v, 1)
    yield "question over statement, movement", "and its rise over the statement's, st", lambda v: mean(v, 1)
    yield "pitch range", "pitch range, 5th to 95th percentile, st", lambda v: mean(v, 1)
    yield "pace with pauses", "syllables a second, with pauses", mean
    yield "pace without pauses", "syllables a second, without pauses", mean


def markdown(columns):
    """`columns` are pairs of a name and its measures."""
    lines = ["| measure | " + " | ".join(name for name, _ in columns) + " |",
             "| --- |" + " --- |" * len(columns)]
    for key, label, write in rows():
        cells = [write(measures[key]) if measures.get(key) else "" for _, measures in columns]
        if any(cells):
            lines.append(f"| {label or key} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
