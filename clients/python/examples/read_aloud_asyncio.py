"""The same with asyncio, and progress. Arguments: gRPC address, page."""

import asyncio
import sys

from langdu import AsyncClient, Progress, Url


def show(progress: Progress) -> None:
    print(f"{progress.done} of {progress.total}", file=sys.stderr)


async def main(address: str, page: str) -> None:
    async with AsyncClient(address) as client:
        async for sentence in client.read(Url(page), on_progress=show):
            print(f"{sentence.start_ms / 1000:7.2f} s  {sentence.text}")


asyncio.run(main(*sys.argv[1:]))
