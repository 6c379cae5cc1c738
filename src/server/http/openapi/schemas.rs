//! The bodies of requests and answers, as JSON Schema. Objects of ours are closed, so that a
//! field that is not described is found by the tests.

use serde_json::{Map, Value, json};

use super::{address, rate_schema, schema};

pub(super) fn all() -> Value {
    json!({
        "Problem": closed(json!({
            "type": {
                "type": "string",
                "pattern": "^urn:langdu:",
                "description": "Stable, for programs.",
            },
            "title": string("For the person at the page, in Chinese."),
            "status": number(),
            "detail": string("For people who build on the contract."),
        })),
        "ReadingRequest": reading_request(),
        "Reading": reading(),
        "Block": block(),
        "Utterance": utterance(),
        "Span": closed(json!({
            "block": number(),
            "start": number(),
            "end": number(),
            "start_utf16": number(),
            "end_utf16": number(),
        })),
        "Timing": timing(),
        "SpeechRequest": speech_request(),
        "SpeechError": closed(json!({
            "error": closed(json!({
                "message": string("For people."),
                "type": one_of(&["invalid_request_error", "rate_limit_error", "server_error"]),
                "param": nullable("The field."),
                "code": string("Stable, for programs."),
            })),
        })),
        "Voices": closed(json!({
            "voices": array(closed(json!({
                "name": string("What to ask for."),
                "language_codes": array(string("BCP 47.")),
                "gender": one_of(&["male", "female", "neutral"]),
                "sample_rate_hertz": number(),
                "description": string("For people."),
                "licence": string("SPDX."),
            }))),
        })),
        "PrepareRequest": json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "urls": array(address()),
                "sitemap": address(),
                "list": address(),
                "voice": string("A voice's name."),
                "rate": rate_schema(),
                "encoding": one_of(&["mp3", "opus", "wav"]),
                "follow_attachments": {
                    "type": "boolean",
                    "default": false,
                    "description": "Prepare the main attachment of a page that only points to it.",
                },
            },
        }),
        "Operation": closed(json!({
            "operation": string("Its id, good for watching after restarts too."),
            "watch": string("Where to watch it, under the gateway's root."),
        })),
        "PrepareProgress": closed(json!({
            "operation": string("Its id."),
            "documents": number(),
            "documents_done": number(),
            "utterances": number(),
            "utterances_done": number(),
            "made": number(),
            "failures": array(closed(json!({
                "url": string("The page."),
                "message": string("Why it could not be prepared."),
            }))),
            "finished": { "type": "boolean" },
        })),
        "WithdrawRequest": closed(json!({ "url": address() })),
        "Withdrawn": closed(json!({
            "url": string("The page."),
            "readings": number(),
            "clips": number(),
        })),
        "Player": closed(json!({
            "script": {
                "type": "string",
                "pattern": r"^read-aloud-[0-9a-f]{16}\.js$",
                "description": "Its address under the gateway's root.",
            },
            "integrity": { "type": "string", "pattern": "^sha384-" },
            "latest": string("The address of whichever version."),
            "types": string("The address of its declarations."),
        })),
    })
}

fn reading_request() -> Value {
    json!({
        "type": "object",
        "properties": {
            "url": address(),
            "html": string("A page."),
            "base_url": address(),
            "text": string("Plain text, one paragraph a line."),
            "file": {
                "type": "string",
                "contentEncoding": "base64",
                "description": "PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML or plain text, by \
                    what it holds.",
            },
            "media_type": string("The file's Content-Type, for the charset of text."),
            "follow_attachments": {
                "type": "boolean",
                "default": false,
                "description": "Read the main attachment of a page that only points to it.",
            },
            "voice": string("A voice's name."),
            "rate": rate_schema(),
        },
        "oneOf": [
            { "required": ["url"] },
            { "required": ["html"] },
            { "required": ["text"] },
            { "required": ["file"] },
        ],
        "additionalProperties": false,
    })
}

/// Addresses in it are relative to the gateway's root.
fn reading() -> Value {
    closed(json!({
        "id": id(),
        "url": nullable("The page's final address."),
        "title": string("May be empty."),
        "subtitle": nullable("副标题."),
        "doc_number": nullable("发文字号."),
        "issuer": nullable("发文机关."),
        "date": nullable("发布日期, YYYY-MM-DD."),
        "doc_date": nullable("成文日期, YYYY-MM-DD."),
        "source": nullable("来源."),
        "voice": string("Who speaks."),
        "language_code": nullable("BCP 47."),
        "synthetic": {
            "const": true,
            "description": "The voice is synthetic, and listeners are to be told.",
        },
        "blocks": array(schema("Block")),
        "utterances": array(schema("Utterance")),
        "audio": closed(json!({
            "mp3": string("The whole document."),
            "vtt": string("Its captions."),
        })),
        "attachments": array(closed(json!({
            "name": string("The link's words."),
            "href": string("Its address."),
        }))),
        "footnotes": array(closed(json!({
            "name": string("The mark as it stands in the text."),
            "href": nullable("What the mark links to, as written."),
            "block": number(),
            "range": closed(json!({ "start": number(), "end": number() })),
            "note": number(),
        }))),
    }))
}

fn block() -> Value {
    let kinds = [
        "title",
        "subtitle",
        "doc_number",
        "heading",
        "paragraph",
        "list_item",
        "table",
        "picture",
        "closing",
    ];
    let mut block = closed(json!({
        "index": number(),
        "kind": one_of(&kinds),
        "text": string(
            "As it stands on the page; a table has one line a row and a tab between cells.",
        ),
    }));
    block["properties"]["level"] = number();
    block
}

fn utterance() -> Value {
    closed(json!({
        "index": number(),
        "text": string("As it stands on the page."),
        "spoken": string("As it is spoken."),
        "generated": {
            "type": "boolean",
            "description": "Words of ours that the page does not hold.",
        },
        "pause_ms": number(),
        "span": { "oneOf": [schema("Span"), { "type": "null" }] },
        "syllables": {
            "type": "array",
            "description": "Start and end of each in its block, in UTF-16 code units.",
            "items": {
                "type": "array",
                "items": number(),
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "clip": id(),
        "timing": string("The address of its timing."),
        "audio": closed(json!({
            "mp3": string("48 kbit/s."),
            "opus": string("Ogg Opus."),
            "wav": string("16-bit PCM."),
        })),
    }))
}

fn timing() -> Value {
    closed(json!({
        "clip": id(),
        "duration_ms": number(),
        "duration_samples": number(),
        "sample_rate_hertz": number(),
        "exact": {
            "type": "boolean",
            "description": "False where the syllables are proportional guesses.",
        },
        "syllables": array(closed(json!({ "start_ms": number(), "end_ms": number() }))),
    }))
}

fn speech_request() -> Value {
    json!({
        "type": "object",
        "required": ["input"],
        "properties": {
            "model": string("Any: there is one model."),
            "input": string("The text."),
            "voice": {
                "description": "A name of `/v1/audio/voices`, or one of the shape's own (alloy, \
                    nova, onyx); without one, the default voice.",
                "oneOf": [{ "type": "string" }, closed(json!({ "id": { "type": "string" } }))],
            },
            "response_format": one_of(&["mp3", "opus", "wav", "pcm"]),
            "speed": rate_schema(),
            "stream_format": one_of(&["audio"]),
            "instructions": string("Taken and not followed: text is spoken as it stands."),
        },
    })
}

/// An object of exactly these fields.
fn closed(properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn string(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn nullable(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

fn one_of(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
}
