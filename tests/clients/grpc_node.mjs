// The gRPC contract, asked by Node's client, which reads the proto files as they are and takes 4 MiB a message.
// Arguments: the address of the gRPC listener, the folder of the proto files.
import assert from "node:assert/strict";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const [address, folder] = process.argv.slice(2);
const definition = loadSync("langdu/v1/read_aloud.proto", { includeDirs: [folder], enums: String, keepCase: true, oneofs: true, defaults: true });
const { ReadAloud } = grpc.loadPackageDefinition(definition).langdu.v1;
const client = new ReadAloud(address, grpc.credentials.createInsecure(), {
  "grpc.enable_http_proxy": 0,
  "grpc.default_compression_algorithm": grpc.compressionAlgorithms.gzip,
});
const call = (name, request, options = {}) => new Promise((resolve, reject) => {
  client[name](request, options, (error, answer) => (error ? reject(error) : resolve(answer)));
});
const refused = (promise) => promise.then(() => assert.fail("it is refused"), (error) => error);
const asked = (text) => ({ source: { text }, audio_config: { audio_encoding: "OGG_OPUS" } });

const { voices } = await call("ListVoices", { language_code: "cmn-CN" });
assert(voices.some((voice) => voice.name === "zf_xiaohe"));

const messages = [];
for await (const message of client.SynthesizeStream(asked("门诊挂号请排队。取药在一楼大厅。化验在三楼。"))) messages.push(message);
assert.equal(messages[0].response, "header");
assert.equal(messages.at(-1).response, "end");
const sounds = messages.filter((message) => message.response === "audio");
assert.equal(sounds.length, messages[0].header.utterances.length);
for (const sound of sounds) assert.equal(sound.audio.subarray(0, 4).toString(), "OggS");

// An answer never exceeds what this client takes, and what would is refused in words.
const whole = await call("Synthesize", { source: { text: "缴费窗口在二楼。" } });
assert(whole.audio.length > 1000 && whole.timings.length === whole.reading.utterances.length);
const long = { source: { text: "缴费窗口在二楼。".repeat(40) }, audio_config: { audio_encoding: "LINEAR16", sample_rate_hertz: 48000 } };
const error = await refused(call("Synthesize", long));
assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
assert.match(error.details, /SynthesizeStream/);

// The caller's deadline and its leaving end the work.
const late = await refused(call("Synthesize", { source: { text: "报到时间另行通知，请留意网站公告。" } }, { deadline: Date.now() + 1 }));
assert.equal(late.code, grpc.status.DEADLINE_EXCEEDED);
const stream = client.SynthesizeStream(asked("第一句。第二句。第三句。"));
const left = await new Promise((ended) => {
  stream.on("data", () => stream.cancel());
  stream.on("error", ended);
});
assert.equal(left.code, grpc.status.CANCELLED);
client.close();
console.log(`${sounds.length} sentences`);
