"""Ten lines: a document into a file, and when each sentence is heard. Arguments: gRPC address, page."""

import sys

from langdu import Client, Url

with Client(sys.argv[1]) as client, open("document.mp3", "wb") as out:
    for sentence in client.read(Url(sys.argv[2])):
        print(f"{sentence.start_ms / 1000:7.2f} s  {sentence.text}")
        out.write(sentence.audio)
