// The OpenAI-shaped route, asked by the official JavaScript client. Argument: the gateway's root.
import assert from "node:assert/strict";
import OpenAI from "openai";

const LINE = "残疾人凭证免费乘坐市内公交车。";
const client = new OpenAI({ baseURL: `${process.argv[2]}v1`, apiKey: "unused", maxRetries: 0 });
const asked = (more) => client.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "zf_xiaohe", input: LINE, ...more });
const bytes = async (more) => Buffer.from(await (await asked(more)).arrayBuffer());
const refused = (promise) => promise.then(() => assert.fail("it is refused"), (error) => error);

const mp3 = await bytes();
assert.equal(mp3.subarray(0, 3).toString(), "ID3");
assert.deepEqual(await bytes({ response_format: "mp3", instructions: "慢一点" }), mp3);
for (const [response_format, magic] of [["opus", "OggS"], ["flac", "fLaC"], ["wav", "RIFF"]]) {
  assert.equal((await bytes({ response_format })).subarray(0, 4).toString(), magic);
}
const samples = await bytes({ response_format: "pcm" });
assert((await bytes({ response_format: "pcm", speed: 0.5 })).length > samples.length * 1.5);
assert.deepEqual(await bytes({ response_format: "pcm", voice: "alloy" }), samples, "their voices are ours by another name");

// The answer is streamed.
const parts = [];
for await (const part of (await asked()).body) parts.push(Buffer.from(part));
assert.deepEqual(Buffer.concat(parts), mp3);
const events = (await (await asked({ stream_format: "sse" })).text()).split("\n\n").filter(Boolean);
const told = events.map((event) => JSON.parse(event.replace(/^data: /, "")));
assert.equal(told.at(-1).type, "speech.audio.done");
assert.deepEqual(Buffer.concat(told.slice(0, -1).map((event) => Buffer.from(event.audio, "base64"))), mp3);

const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert(models.includes("tts-1"));

const empty = await refused(asked({ input: " " }));
assert(empty instanceof OpenAI.BadRequestError);
assert.deepEqual([empty.param, empty.type], ["input", "invalid_request_error"]);
assert((await refused(asked({ voice: "nobody" }))) instanceof OpenAI.NotFoundError);
console.log(`${mp3.length} bytes`);
