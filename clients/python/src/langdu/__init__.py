"""langdu 朗读: a document as sentences, each with its sound and the time of every syllable.

>>> from langdu import Client, Text
>>> with Client("127.0.0.1:7860") as client:
...     for sentence in client.read(Text("国办发〔2022〕11号文件已经印发。")):
...         print(sentence.start_ms, sentence.text, len(sentence.audio))

`AsyncClient` is the same for asyncio. The messages of the contract itself are in
`langdu.v1.read_aloud_pb2` and `langdu.v1.operator_pb2`.
"""

from ._aio import AsyncClient, AsyncSentences
from ._client import Client, Sentences
from ._errors import LangduError
from ._speech import Encoding, Failure, File, Html, Progress, Sentence, Source, Speech, Syllable, Text, Url

__all__ = [
    "AsyncClient",
    "AsyncSentences",
    "Client",
    "Encoding",
    "Failure",
    "File",
    "Html",
    "LangduError",
    "Progress",
    "Sentence",
    "Sentences",
    "Source",
    "Speech",
    "Syllable",
    "Text",
    "Url",
]
__version__ = "0.1.0"
