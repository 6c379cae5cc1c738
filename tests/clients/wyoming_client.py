"""A voice assistant's client, by the Wyoming protocol. Arguments: the listener's host and port."""

import asyncio
import sys

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeTextFormat, SynthesizeVoice

host, port = sys.argv[1], int(sys.argv[2])


async def ask(client: AsyncTcpClient, event: Event) -> Event:
    await client.write_event(event)
    answer = await client.read_event()
    assert answer is not None, "the connection was closed"
    return answer


async def spoken(client: AsyncTcpClient, request: Synthesize) -> float:
    """How long it is heard, in seconds."""
    begin = await ask(client, request.event())
    assert AudioStart.is_type(begin.type), (begin.type, begin.data)
    form = AudioStart.from_event(begin)
    assert (form.rate, form.width, form.channels) == (24000, 2, 1), form
    samples = b""
    while True:
        event = await client.read_event()
        assert event is not None, "the connection was closed"
        if AudioStop.is_type(event.type):
            break
        chunk = AudioChunk.from_event(event)
        assert len(chunk.audio) % 2 == 0
        samples += chunk.audio
    assert any(samples), "it is not silent"
    return len(samples) / (form.rate * form.width * form.channels)


async def main() -> None:
    async with AsyncTcpClient(host, port) as client:
        info = Info.from_event(await ask(client, Describe().event()))
        (program,) = info.tts
        voices = {voice.name: voice for voice in program.voices}
        assert "zh-CN" in voices["zf_xiaoyi"].languages, voices
        assert Pong.is_type((await ask(client, Ping(text="在").event())).type)

        # One connection serves one request after the other.
        short = await spoken(client, Synthesize("请坐。"))
        sentence = Synthesize("客厅的灯已经打开，空调调到了二十六度。", voice=SynthesizeVoice(language="zh-CN"))
        long = await spoken(client, sentence)
        assert 0.3 < short < long, (short, long)
        await spoken(client, Synthesize("请坐。", voice=SynthesizeVoice(name="zm_yunxi")))
        marked = "<speak>请<break time='2s'/>坐。</speak>"
        paused = await spoken(client, Synthesize(marked, text_format=SynthesizeTextFormat.SSML))
        assert paused > short + 1, (paused, short)

        for request, code in [
            (Synthesize("请坐。", voice=SynthesizeVoice(name="nobody")), "UNKNOWN_VOICE"),
            (Synthesize(""), "INVALID_FIELD"),
        ]:
            answer = await ask(client, request.event())
            assert Error.is_type(answer.type), answer.type
            error = Error.from_event(answer)
            assert error.code == code and error.text, error
        # What is not for a voice means nothing, and the connection goes on.
        await client.write_event(Event("transcribe"))
        await spoken(client, Synthesize("请坐。"))

    # What is no message ends the connection, and says so.
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.1\r\n")
    said = await reader.read()
    assert b'"error"' in said and b"INVALID_FIELD" in said, said
    writer.close()
    print(f"{len(voices)} voices; {short:.2f} s and {long:.2f} s")


asyncio.run(main())
