#!/usr/bin/env python3
"""How far two recordings of the same sentence are apart: their log-spectral distance in dB.

    spectral-distance.py ONE.wav OTHER.wav

Both are mono, of 16 bits and of the same rate. Each frame of 1024 samples has the distance of its power spectrum from
the other's, and the frames that are not silent in the first count, all the same. Nothing but Python's own library is
needed.
"""

import array
import cmath
import math
import sys
import wave

FRAME = 1024
STEP = 512
# Below this share of the loudest frame's power a frame is silence, and a bin of a frame is taken for noise.
SILENCE = 1e-5


def samples(path):
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), f"{path} is not mono of 16 bits"
        return array.array("h", file.readframes(file.getnframes()))


def transform(values):
    """The discrete Fourier transform, for lengths that are powers of two."""
    if len(values) == 1:
        return values
    even, odd = transform(values[::2]), transform(values[1::2])
    half = len(even)
    turned = [cmath.exp(-1j * math.pi * k / half) * odd[k] for k in range(half)]
    return [even[k] + turned[k] for k in range(half)] + [even[k] - turned[k] for k in range(half)]


WINDOW = [0.5 - 0.5 * math.cos(2 * math.pi * n / FRAME) for n in range(FRAME)]


def spectra(signal):
    for at in range(0, len(signal) - FRAME + 1, STEP):
        windowed = [complex(value * weight) for value, weight in zip(signal[at : at + FRAME], WINDOW)]
        yield [abs(value) ** 2 for value in transform(windowed)[: FRAME // 2]]


def main():
    one, other = (samples(path) for path in sys.argv[1:3])
    assert abs(len(one) - len(other)) <= STEP, f"their lengths differ: {len(one)} and {len(other)} samples"
    pairs = list(zip(spectra(one), spectra(other)))
    loudest = max(max(left) for left, _ in pairs)
    floor = SILENCE * loudest
    distances = []
    for left, right in pairs:
        if max(left) < floor:
            continue
        squares = [(10 * math.log10((a + floor) / (b + floor))) ** 2 for a, b in zip(left, right)]
        distances.append(math.sqrt(sum(squares) / len(squares)))
    print(f"{sum(distances) / len(distances):.2f}")


main()
