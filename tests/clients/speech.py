"""The OpenAI-shaped route, asked by the official client. Argument: the gateway's root."""

import io
import sys
import time
import wave

import openai

LINE = "老年人就餐补贴标准提高到每人每天六元。"
# Sentences of their own: one that was made before would come at once.
LONG = "".join(
    f"{place}的老年食堂每天供应{count}份午餐，送餐上门的时间是上午十一点。"
    for place, count in [("东湖区", 210), ("西岭县", 98), ("南山镇", 76), ("北河乡", 54), ("城关街道", 133)])

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

slow, _ = seconds_of_wav(speak(response_format="wav", speed=0.5))
fast, _ = seconds_of_wav(speak(response_format="wav", speed=2.0))
assert fast < seconds < slow, (fast, seconds, slow)

# Their voices are ours by another name.
assert speak(voice="alloy", response_format="pcm") == samples
other = speak(voice="onyx", response_format="pcm")
assert other == speak(voice="zm_yunze", response_format="pcm") != samples
for name in ("ash", "ballad", "coral", "echo", "fable", "nova", "sage", "shimmer", "verse",
             "marin", "cedar"):
    assert speak("您好。", voice=name), name

# The first bytes come long before the last are made.
started = time.monotonic()
arrivals = []
asked = client.audio.speech.with_streaming_response.create(
    model="tts-1", input=LONG, voice="zf_xiaohe", response_format="pcm")
with asked as answer:
    for chunk in answer.iter_bytes(4096):
        arrivals.append(time.monotonic() - started)
assert arrivals[0] < arrivals[-1] / 2, (arrivals[0], arrivals[-1])
print(f"first bytes after {arrivals[0]:.2f} s, the last after {arrivals[-1]:.2f} s")

refused(openai.BadRequestError, "response_format", response_format="flac")
refused(openai.BadRequestError, "speed", speed=4.0)
refused(openai.BadRequestError, "input", text="  ")
refused(openai.BadRequestError, "stream_format", stream_format="sse")
refused(openai.NotFoundError, None, voice="nobody")
