"""The OpenAI-shaped route, asked by the official client. Argument: the gateway's root."""

import base64
import io
import json
import sys
import time
import wave

import openai

LINE = "午餐补贴提高到每天六元。"
# Sentences of their own: one that was made before would come at once.
LONG = "".join(
    f"{place}每天供应{count}份午餐。"
    for place, count in [("东湖区", 210), ("西岭县", 98), ("南山镇", 76), ("北桥镇", 64), ("中塘乡", 35), ("柳河村", 20)])

client = openai.OpenAI(base_url=sys.argv[1] + "v1", api_key="unused", max_retries=0)


def speak(text=LINE, voice="zf_xiaohe", **more):
    answer = client.audio.speech.create(model="tts-1", input=text, voice=voice, **more)
    return answer.read()


def refused(error, field, **request):
    try:
        speak(**request)
    except error as caught:
        assert caught.param == field, caught.body
        assert caught.code and caught.type == "invalid_request_error", caught.body
        return caught
    raise AssertionError(f"not refused: {request}")


def seconds_of_wav(wav):
    with wave.open(io.BytesIO(wav)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 24000)
        samples = sound.readframes(sound.getnframes())
        assert len(samples) == 2 * sound.getnframes(), "the header says how long it is"
        return sound.getnframes() / 24000, samples


mp3 = speak()
assert mp3.startswith(b"ID3"), "MP3 is the default"
assert speak(response_format="mp3") == mp3
opus = speak(response_format="opus")
assert opus.startswith(b"OggS") and b"OpusHead" in opus[:64]
seconds, samples = seconds_of_wav(speak(response_format="wav"))
assert 2 < seconds < 10, seconds
assert speak(response_format="pcm") == samples, "PCM is the samples alone"
assert any(samples), "it is not silence"

# Frames of 24 ms, and 46 ms of silence at the end at the least, are what a short sentence cannot go below.
for speed in (0.25, 0.7, 1.2, 2.0, 4.0):
    lasts, _ = seconds_of_wav(speak(response_format="wav", speed=speed))
    assert abs(lasts - seconds / speed) < max(0.03 * seconds / speed, 0.07), (speed, lasts, seconds)

# Their voices are ours by another name.
assert speak(voice="alloy", response_format="pcm") == samples
other = speak(voice="onyx", response_format="pcm")
assert other == speak(voice="zm_yunze", response_format="pcm") != samples
for name in ("ash", "ballad", "coral", "echo", "fable", "nova", "sage", "shimmer", "verse",
             "marin", "cedar"):
    assert speak("您好。", voice=name), name

# The first bytes come before the last are made: the sound arrives sentence by sentence, with waits between them
# that no answer has that was whole before it began. How long each takes is the machine's own affair.
started = time.monotonic()
arrivals = []
asked = client.audio.speech.with_streaming_response.create(
    model="tts-1", input=LONG, voice="zf_xiaohe", response_format="pcm")
with asked as answer:
    for chunk in answer.iter_bytes(4096):
        arrivals.append(time.monotonic() - started)
waits = sum(later - earlier > 0.02 for earlier, later in zip(arrivals, arrivals[1:]))
assert waits >= 2, (arrivals[0], arrivals[-1], waits)
print(f"first bytes after {arrivals[0]:.2f} s, the last after {arrivals[-1]:.2f} s, {waits} waits between")

# FLAC says how long it is, before its audio exists (RFC 9639, section 8.2), and is smaller.
flac = speak(response_format="flac")
assert flac.startswith(b"fLaC"), flac[:16]
rate_and_length = int.from_bytes(flac[18:26], "big")
assert rate_and_length >> 44 == 24000, rate_and_length
assert rate_and_length & (1 << 36) - 1 == len(samples) // 2, rate_and_length
assert len(flac) < len(samples) * 3 / 4, (len(flac), len(samples))

# Events bring the same file.
with client.audio.speech.with_streaming_response.create(
        model="tts-1", input=LINE, voice="zf_xiaohe", stream_format="sse") as answer:
    assert answer.headers["content-type"] == "text/event-stream", answer.headers
    lines = [line for line in answer.iter_lines() if line]
assert all(line.startswith("data:") for line in lines), lines[:3]
events = [json.loads(line.removeprefix("data:")) for line in lines]
assert [event["type"] for event in events[-2:]] == ["speech.audio.delta", "speech.audio.done"]
assert b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == mp3

# Clients that offer a choice ask what there is.
models = [model.id for model in client.models.list()]
assert "tts-1" in models and len(models) > 1, models
for path, key in [("audio/models", "models"), ("audio/voices", "voices")]:
    listed = client.get(path, cast_to=dict)[key]
    assert all(entry["id"] and entry["name"] for entry in listed), listed
    assert listed, path
assert speak(voice={"id": "zf_xiaohe"}) == mp3

refused(openai.BadRequestError, "response_format", response_format="aac")
refused(openai.BadRequestError, "speed", speed=4.1)
refused(openai.BadRequestError, "input", text="  ")
refused(openai.BadRequestError, "stream_format", stream_format="video")
refused(openai.NotFoundError, None, voice="nobody")
