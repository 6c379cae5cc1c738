#!/usr/bin/env python3
"""Makes voices/kokoro-zh-moments.bin: the constants of the generator's normalisations.

The export takes the mean and variance of every channel, in each of 48 normalisations of the generator's
residual blocks, from each utterance. langdu's pack has constants in their place, one set a speaker
(crates/voice/src/pack/fuse.rs). They are made here: the export speaks the sentences below with each
speaker of voices/kokoro-zh.toml, in its own order and at its own pace, and what it took is averaged. The timbre (the first
128 numbers of a style) is that of row 80 for every sentence, as in the pack.

Needs numpy, onnx and onnxruntime, and a folder with
  export.onnx    the parts named in voices/kokoro-zh.toml, joined
  vocab.json     the vocabulary named there
  *.bin          the style tables named there
Use:  python make_moments.py FOLDER [SPEAKER…] > kokoro-zh-moments.bin
The result is float32, little-endian: for each speaker; group, block and layer as fuse.rs has them; a mean
for each channel, then a variance for each channel. It takes half a minute a speaker on two cores.

The sentences are langdu's own, written for this; the phonemes are those of `langdu explain`.
"""
import json
import pathlib
import sys
import tomllib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

HERE = pathlib.Path(__file__).parent
GENERATOR = "/decoder/decoder/generator/"
GROUPS = [["noise_res.0"], ["noise_res.1"],
          ["resblocks.0", "resblocks.1", "resblocks.2"],
          ["resblocks.3", "resblocks.4", "resblocks.5"]]
TIMBRE_ROW = 80
SENTENCES = """
ʂɨ↘ ꭧə↘ŋfu↓ ʨɥe↗ti↘ŋ ʦʰʊ↗ŋ ʨi→nnjɛ↗n ʨʰi↓, wei↘ ʨʰi→ʂɨ↗swei↘ i↓ʂa↘ŋ lau↓ɻə↗n fa→fa↘ŋ ʨjau→tʰʊ→ŋ pu↓tʰje→.
ɻu↗kwo↓ ni↗n twei↘ ʨje↗kwo↓ pu↘ ma↓ni↘, kʰɤ↓i↓ ʦai↘ ljou↘ʂɨ↗ tʰjɛ→n nei↘ tʰi↗ꭧʰu→ ʂə→nʨʰi↓ŋ.
ʂɤ↘ʨʰy→ i→ɥɛ↘n mei↓ꭧou→ sa→n ʂa↘ŋu↓ wei↘ ʨy→mi↗n mjɛ↓nfei↘ lja↗ŋ ɕɥe↘ja→.
ʨʰi↓je↘ i→ŋta→ŋ a↘nꭧau↘ kwei→ti↘ŋ, ɻu↗ʂɨ↗ tʰjɛ↗nɕje↓ ʂə→npau↘ pjau↓, pi↘ŋ twei↘ nei↘ɻʊ↗ŋ tɤ ꭧə→nʂɨ↗ɕi↘ŋ fu↘ʦɤ↗.
""".strip().split("\n")


def moments():
    """The tensors of all means and variances, in the order of the file."""
    for group in GROUPS:
        for block in group:
            for pair in range(3):
                for half in (1, 2):
                    # Blocks of a group read the same input, whose moments are taken once.
                    owner = group[0] if (pair, half) == (0, 1) else block
                    name = f"{GENERATOR}{owner}/adain{half}.{pair}"
                    yield f"{name}/ReduceMean_output_0"
                    yield f"{name}/ReduceMean_2_output_0"


def with_moments(path):
    """The export with every mean and variance as an output, and their names."""
    model = onnx.load(path)
    names = list(moments())
    for name in dict.fromkeys(names):
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    return model, names


def style_table(folder, speaker):
    """The speaker's style table: its own, or a blend of others for each of its halves."""
    def mixed(weights):
        tables = [weight * np.fromfile(folder / f"{name}.bin", "<f4") for name, weight in weights.items()]
        return sum(tables).reshape(-1, 256).astype("<f4")

    alone = {speaker["name"]: 1.0}
    timbre, prosody = (mixed(speaker.get(half, alone)) for half in ("timbre", "prosody"))
    return np.concatenate([timbre[:, :128], prosody[:, 128:]], axis=1)


def main():
    folder = pathlib.Path(sys.argv[1])
    definition = tomllib.loads((HERE / "kokoro-zh.toml").read_text())
    wanted = sys.argv[2:]
    speakers = [s for s in definition["speaker"] if not wanted or s["name"] in wanted]
    vocabulary = json.loads((folder / "vocab.json").read_text())["vocab"]
    model, names = with_moments(folder / "export.onnx")
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"])
    for speaker in speakers:
        table = style_table(folder, speaker)
        taken = []
        for phonemes in SENTENCES:
            ids = [vocabulary[phoneme] for phoneme in phonemes]
            style = table[min(len(ids), len(table) - 1)].copy()
            style[:128] = table[TIMBRE_ROW, :128]
            outputs = session.run(list(dict.fromkeys(names)), {
                "tokens": np.array([[0] + ids + [0]]),
                "style": style[None],
                "speed": np.full(1, 1 / speaker["length_scale"], np.float32),
            })
            values = dict(zip(dict.fromkeys(names), outputs))
            taken.append(np.concatenate([values[name].reshape(-1) for name in names]))
        sys.stdout.buffer.write(np.mean(taken, axis=0, dtype=np.float64).astype("<f4").tobytes())
        print(speaker["name"], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
