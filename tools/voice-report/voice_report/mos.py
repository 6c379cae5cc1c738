"""Predicted mean opinion scores. Read them as ranks: they hear the quality of the signal, hardly prosody.

DistillMOS 0.9.1 (MIT) and DNSMOS (P.835 overall and P.808, from speechmos) bring their weights in their
packages. Every sound is made alike first: 16 kHz, 150 ms of silence at both ends, the same level.
"""

import contextlib
import sys

import numpy as np
import soxr

RATE_HZ = 16_000
EDGE_S = 0.15
LEVEL_DB = -26.0


def alike(samples, rate_hz):
    sound = soxr.resample(samples, rate_hz, RATE_HZ).astype(np.float32)
    window = RATE_HZ // 100
    count = len(sound) // window
    power = (sound[:count * window].reshape(count, window) ** 2).mean(1)
    loud = np.flatnonzero(power > power.max() * 1e-4)
    edge = int(EDGE_S * RATE_HZ)
    first, last = loud[0] * window - edge, (loud[-1] + 1) * window + edge
    sound = np.pad(sound, edge)[first + edge:last + edge]
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(power[loud].mean())
    return np.clip(sound * gain, -1, 1)


class Predictors:
    def __init__(self, threads):
        import distillmos
        import torch
        from speechmos import dnsmos
        torch.set_num_threads(threads)
        self.torch, self.dnsmos = torch, dnsmos
        # It says on standard output where its weights are; the table alone belongs there.
        with contextlib.redirect_stdout(sys.stderr):
            self.distill = distillmos.ConvTransformerSQAModel()
        self.distill.eval()

    def __call__(self, samples, rate_hz):
        sound = alike(samples, rate_hz)
        with self.torch.no_grad():
            distill = float(self.distill(self.torch.from_numpy(sound)[None])[0])
        dns = self.dnsmos.run(sound, sr=RATE_HZ)
        return {"DistillMOS": distill, "DNSMOS overall": float(dns["ovrl_mos"]),
                "DNSMOS P.808": float(dns["p808_mos"])}
