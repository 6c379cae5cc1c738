// clients/typescript against the service, in Node. Arguments: the gateway's root, a page, a file with an
// operator's token.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { Client, LangduError } from "langdu-client";

const [root, page, tokenFile] = process.argv.slice(2);
const token = readFileSync(tokenFile, "utf8").trim();
const client = new Client(root);
const lines = "体检从早上七点半开始。请空腹前来，并带上身份证。报告三个工作日后领取。有疑问请拨打12345。";

const all = async (sentences) => {
  const found = [];
  for await (const sentence of sentences) found.push(sentence);
  return found;
};
/** How long a WAV file is, in milliseconds: its samples stand in a chunk of their own. */
const lengthMs = (file) => {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = 12; ; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) % 2)) {
    if (Buffer.from(file.slice(at, at + 4)).toString() === "data") return view.getUint32(at + 4, true) / 2 / 24;
  }
};
const refused = (promise) => promise.then(() => assert.fail("it is refused"), (error) => error);

const voices = await client.voices("cmn-CN");
assert(voices.some((voice) => voice.id === "zf_xiaohe"), "the default voice is listed");

// Texts, sounds and times belong together.
const told = [];
let reading;
const whole = await all(client.read({ text: lines }, {
  format: "wav", onProgress: (progress) => told.push(progress),
  onReading: (found) => { reading = found; assert.equal(told.length, 0, "the document comes before any sound"); },
}));
assert(whole.length > 3 && whole.length === reading.utterances.length);
let at = 0;
for (const [index, sentence] of whole.entries()) {
  assert.equal(sentence.index, index);
  assert.equal(sentence.startMs, at);
  at += sentence.durationMs;
  assert(Math.abs(lengthMs(sentence.audio) - sentence.durationMs) <= 2, "the sound is as long as it says");
  for (const { startMs, endMs, place } of sentence.syllables) {
    assert(startMs >= 0 && startMs < endMs && endMs <= sentence.durationMs);
    assert(sentence.text.includes(reading.blocks[place.block].text.slice(place.start, place.end)));
  }
}
assert.deepEqual(told.map((progress) => progress.done), whole.map((_, index) => index + 1));
assert.deepEqual(told.at(-1), { done: whole.length, total: whole.length, complete: true, heardMs: at });

const rest = await all(client.read({ text: lines }, { format: "wav", start: 2 }));
assert.deepEqual(rest.map((sentence) => sentence.index), whole.slice(2).map((sentence) => sentence.index));
assert.equal(rest[0].startMs, 0);
const mp3 = await all(client.read({ text: "您好。" }));
assert.equal(Buffer.from(mp3[0].audio.slice(0, 3)).toString(), "ID3");
const slow = await all(client.read({ text: lines }, { format: "wav", rate: 0.5 }));
assert(slow.reduce((sum, sentence) => sum + sentence.durationMs, 0) > at * 1.5);

// Every kind of source, and words of the caller's own.
const words = await client.reading({ html: "<h1>通知</h1><p>六安明天停水。</p>" }, { pronunciations: { 六安: "lu4 an1" } });
assert.equal(words.blocks.at(-1).text, "六安明天停水。");
assert.equal((await client.reading({ file: new TextEncoder().encode("今天晴。") })).blocks[0].text, "今天晴。");
const policy = await client.reading({ url: page }, {}, { first: 2 });
assert(policy.doc_number.startsWith("青政办发") && policy.utterances.length >= 2);
const document = await client.document(await client.reading({ text: "早上好。" }));
assert.equal(Buffer.from(document.slice(0, 3)).toString(), "ID3");
assert.match(await client.captions(await client.reading({ text: "早上好。" })), /^WEBVTT[^]*早上好/);

// Refusals by their names.
const host = await refused(client.reading({ url: "http://example.org/" }));
assert(host instanceof LangduError);
assert.deepEqual([host.status, host.reason], [403, "host-not-allowed"]);
assert.match(host.title, /\p{Script=Han}/u);
assert.equal((await refused(client.reading({ text: "您好。" }, { rate: 9 }))).reason, "invalid-field");
assert.equal((await refused(client.withdraw(page))).status, 401);

// Whoever leaves the loop, or stops it, has no more.
for await (const sentence of client.read({ text: lines }, { format: "wav" })) {
  assert.deepEqual(sentence.audio, whole[0].audio);
  break;
}
const stop = new AbortController();
const stopped = await refused((async () => {
  for await (const sentence of client.read({ text: lines }, { signal: stop.signal })) if (sentence.index === 1) stop.abort();
})());
assert.equal(stopped.name, "AbortError");

// A line of which every second connection breaks after a few answers, from the first on, is not noticed.
const { hostname, port } = new URL(root);
let [connections, cuts] = [0, 0];
const cutting = createServer((near) => {
  const far = connect(Number(port), hostname);
  const breaks = connections++ % 2 === 0;
  let carried = 0;
  near.pipe(far);
  far.on("data", (data) => {
    carried += data.length;
    if (breaks && carried > 20_000) {
      cuts += 1;
      near.destroy();
      far.destroy();
    } else near.write(data);
  });
  for (const [one, other] of [[near, far], [far, near]]) {
    one.on("error", () => undefined);
    one.on("close", () => other.destroy());
  }
});
await new Promise((listening) => cutting.listen(0, "127.0.0.1", listening));
const broken = new Client(`http://127.0.0.1:${cutting.address().port}`, { tries: 9 });
const again = await all(broken.read({ text: lines }, { format: "wav" }));
assert.deepEqual(again.map((sentence) => sentence.audio), whole.map((sentence) => sentence.audio));
assert(cuts > 0, "the line broke");
cutting.close();
const nobody = await refused(new Client("http://127.0.0.1:1/", { tries: 2 }).voices());
assert(!(nobody instanceof LangduError));

// A service that is busy is asked again when it says so.
const answers = [new Response('{"type":"urn:langdu:too-busy"}', { status: 429, headers: { "Retry-After": "0.3" } }), Response.json({ voices: [] })];
const started = performance.now();
assert.deepEqual(await new Client(root, { fetch: async () => answers.shift() }).voices(), []);
assert(performance.now() - started >= 290);

const operator = new Client(root, { token });
const steps = await all(operator.prepare({ urls: [page] }));
assert(steps.at(-1).finished && steps.at(-1).documents_done === 1, JSON.stringify(steps.at(-1)));
console.log(`${whole.length} sentences`);
process.exit(0);
