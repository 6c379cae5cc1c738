"""Lets a langdu service speak texts, and says what is where in the sound."""

import io
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import numpy as np
import soundfile

RATE_HZ = 24_000
MARKS = "，、；：。？！"


@dataclass
class Syllable:
    """Where a syllable is heard, in samples of the whole, and what mark stands behind it."""
    start: int
    end: int
    mark_after: str = ""
    clip: int = 0


@dataclass
class Spoken:
    """A text that was spoken."""
    text: str
    spoken: str
    samples: np.ndarray
    syllables: list = field(default_factory=list)
    # The first sample of each clip, and one past the last of the last.
    clips: list = field(default_factory=list)


class Service:
    """A langdu service of its own, on free ports, with nothing kept on disk; ends with the `with`."""

    def __init__(self, langdu, voices):
        self.langdu, self.voices = langdu, voices

    def __enter__(self):
        grpc, http, admin = (f"127.0.0.1:{port}" for port in free_ports(3))
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.clips = tempfile.TemporaryDirectory()
        environment = dict(os.environ, LANGDU_VOICES__PATH=self.voices, NO_COLOR="1",
                           LANGDU_CLIPS__PATH=self.clips.name, LANGDU_LIMITS__CAPACITY_SHARE="10")
        command = [self.langdu, "serve", "--grpc", grpc, "--http", http, "--admin", admin]
        self.process = subprocess.Popen(command, env=environment, stderr=self.log)
        self.root = f"http://{http}/"
        while not answers(f"http://{admin}/readyz"):
            if self.process.poll() is not None:
                self.log.seek(0)
                raise SystemExit(f"langdu did not start:\n{self.log.read()[-2000:]}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.clips.cleanup()

    def speak(self, text, voice, rate=1.0):
        """The text with all its pauses, and the place of every syllable."""
        body = json.dumps({"text": text, "voice": voice, "rate": rate}).encode()
        reading = json.loads(fetch(self.root + "v1/readings", body))
        result = Spoken(text, "", np.zeros(0, np.float32))
        sounds, at = [], 0
        for number, utterance in enumerate(reading["utterances"]):
            sound, rate_hz = soundfile.read(
                io.BytesIO(fetch(self.root + utterance["audio"]["wav"])), dtype="float32")
            assert rate_hz == RATE_HZ, rate_hz
            timing = json.loads(fetch(self.root + utterance["timing"]))
            result.clips.append(at)
            result.spoken += utterance["spoken"]
            block = reading["blocks"][utterance["span"]["block"]]["text"]
            spans = utterance["syllables"]
            for place, heard in enumerate(timing["syllables"]):
                behind = spans[place + 1][0] if place + 1 < len(spans) else utterance["span"]["end_utf16"]
                between = block[spans[place][1]:behind]
                mark = next((c for c in between if c in MARKS), "")
                start, end = (at + round(heard[key] * RATE_HZ / 1000) for key in ("start_ms", "end_ms"))
                result.syllables.append(Syllable(start, end, mark, number))
            sounds.append(sound)
            at += len(sound)
        result.clips.append(at)
        result.samples = np.concatenate(sounds)
        return result


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def answers(address):
    try:
        return urllib.request.urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def fetch(address, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=600) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{address}: {error.code} {error.read()[:500]}") from error
