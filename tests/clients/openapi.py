"""The description of the routes: valid, and true of what the gateway answers.

Arguments: the gateway's root, a page it may read.
"""

import json
import sys
import urllib.error
import urllib.request
from urllib.parse import quote

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

root, page = sys.argv[1:]


def ask(path, body=None):
    request = urllib.request.Request(root + path)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


described = json.loads(ask("openapi.json")[2])
validate(described)


def holds(template, method, path, status, body=None):
    """The answer has a described status and media type, and a body of the described shape."""
    got, media_type, content = ask(path, body)
    assert got == status, (path, got, content[:300])
    answers = described["paths"][template][method]["responses"]
    assert str(got) in answers, f"{got} of {template} is not described"
    media = answers[str(got)]["content"]
    plain = media_type.split(";")[0]
    schema = next((value["schema"] for name, value in media.items() if name.split(";")[0] == plain), None)
    assert schema, f"{media_type} of {template} is not described"
    if "json" not in plain:
        return content
    value = json.loads(content)
    Draft202012Validator({**schema, "components": described["components"]}).validate(value)
    return value


quoted = quote(page, safe="")
reading = holds("/v1/readings", "get", f"v1/readings?url={quoted}", 200)
assert any(utterance["span"] is None for utterance in reading["utterances"]) or reading["blocks"]
holds("/v1/readings", "post", "v1/readings", 200, {"text": "您好。"})
holds("/v1/readings", "post", "v1/readings", 400, {"text": ""})
holds("/v1/readings", "post", "v1/readings", 400, {"nonsense": 1})
holds("/v1/readings", "get", "v1/readings", 400)
holds("/v1/readings", "get", "v1/readings?url=https://elsewhere.example/", 403)
holds("/v1/readings", "get", f"v1/readings?url={quoted}&voice=nobody", 404)
clip = reading["utterances"][0]["clip"]
for ending in ("mp3", "opus", "wav", "json"):
    holds("/v1/clips/{name}", "get", f"v1/clips/{clip}.{ending}", 200)
holds("/v1/clips/{name}", "get", f"v1/clips/{'0' * 32}.mp3", 404)
holds("/v1/audio/{name}", "get", reading["audio"]["vtt"], 200)
holds("/v1/audio/{name}", "get", f"v1/audio/{'0' * 32}.mp3", 404)
holds("/v1/audio/voices", "get", "v1/audio/voices", 200)
holds("/v1/audio/models", "get", "v1/audio/models", 200)
holds("/v1/models", "get", "v1/models", 200)
holds("/v1/audio/speech", "post", "v1/audio/speech", 200, {"input": "您好。"})
holds("/v1/audio/speech", "post", "v1/audio/speech", 400, {"input": "您好。", "speed": 9})
holds("/v1/audio/speech", "post", "v1/audio/speech", 404, {"input": "您好。", "voice": "nobody"})
holds("/v1/qr.svg", "get", f"v1/qr.svg?url={quoted}", 200)
holds("/v1/qr.svg", "get", "v1/qr.svg?url=https://elsewhere.example/", 403)
holds("/v1/feed.xml", "get", f"v1/feed.xml?list={quoted}", 422)
holds("/v1/feed.m3u", "get", f"v1/feed.m3u?list={quoted}&limit=0", 400)
holds("/listen", "get", f"listen?url={quoted}", 200)
holds("/listen", "get", "listen?url=https://elsewhere.example/", 403)
player = holds("/v1/player.json", "get", "v1/player.json", 200)
holds("/read-aloud-{version}.js", "get", player["script"], 200)
holds("/read-aloud-{version}.js", "get", f"read-aloud-{'0' * 16}.js", 404)
for path in ("/read-aloud.js", "/read-aloud.d.ts", "/openapi.json"):
    holds(path, "get", path[1:], 200)
