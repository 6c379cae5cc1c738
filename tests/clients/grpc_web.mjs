// The contract over gRPC-Web, as a browser calls it. Arguments: the gateway's root, and a file
// with the contract's descriptor set.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

const [root, descriptors] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const contract = registry.getService("langdu.v1.ReadAloud");
const client = createClient(contract, createGrpcWebTransport({ baseUrl: root.replace(/\/$/, "") }));

const source = (text) => ({ source: { case: "text", value: text } });

// Unary.
const { voices } = await client.listVoices({ languageCode: "cmn-CN" });
assert(voices.some((voice) => voice.name === "zf_xiaohe"), "the default voice is listed");
const document = await client.extract({ source: source("通知\n第一条。\n第二条。") });
assert.equal(document.blocks.length, 3);

// An error with its code and words.
const refusal = await client.extract({ source: source("") }).then(
  () => assert.fail("an empty text is refused"), (error) => error);
assert(refusal instanceof ConnectError);
assert.equal(refusal.code, Code.InvalidArgument);
assert.match(refusal.rawMessage, /empty/);

// Server streaming: header, each utterance and its audio, end; and not all at once.
const parts = [];
const arrivals = [];
const started = performance.now();
const text = "第一句话已经读完了。第二句话比第一句话要长一些，需要多读一会儿。第三句话说的是老年人助餐服务。".repeat(3);
for await (const message of client.synthesizeStream({ source: source(text), audioConfig: { audioEncoding: 2 } })) {
  parts.push(message.response);
  if (message.response.case === "audio") arrivals.push(performance.now() - started);
}
assert.equal(parts[0].case, "header");
assert.equal(parts.at(-1).case, "end");
const sentences = parts[0].value.utterances.length;
assert(sentences >= 3);
assert.equal(parts.at(-1).value.utterances, sentences);
assert.equal(arrivals.length, sentences);
const heard = parts.filter((part) => part.case === "audio").map((part) => part.value);
// An MP3 frame begins with eleven ones.
for (const audio of heard) assert(audio[0] === 0xff && (audio[1] & 0xe0) === 0xe0);
assert(arrivals[0] < arrivals.at(-1) / 2, `first audio after ${arrivals[0]} ms of ${arrivals.at(-1)} ms`);
console.log(`first audio after ${Math.round(arrivals[0])} ms, the last after ${Math.round(arrivals.at(-1))} ms`);

// What concerns the operator is not offered to browsers.
const kept = await client.withdraw({ url: root }).then(
  () => assert.fail("Withdraw is not for browsers"), (error) => error);
assert.equal(kept.code, Code.Unimplemented);

// The second version of the contract, through the same gateway.
const second = createClient(registry.getService("langdu.v2.ReadAloudService"),
  createGrpcWebTransport({ baseUrl: root.replace(/\/$/, "") }));
const again = [];
for await (const message of second.synthesizeStream({ source: source(text), audioConfig: { audioEncoding: 2 } })) {
  again.push(message.response);
}
assert.equal(again[0].value.utterances.length, sentences);
const sound = again.filter((part) => part.case === "audioContent").map((part) => part.value);
assert.deepEqual(sound, heard, "the clips are the same");
const { duration } = again.at(-1).value;
assert.equal(Number(duration.seconds) * 1000 + duration.nanos / 1e6, Number(parts.at(-1).value.durationMs));
const wrong = await second.extract({ source: source("") }).then(
  () => assert.fail("an empty text is refused"), (error) => error);
assert.equal(wrong.code, Code.InvalidArgument);
