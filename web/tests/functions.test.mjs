// The player's plain functions, without a browser.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { parse } from "acorn";
import { joined, parts } from "./support/player.mjs";

const source = joined();

/** What the player exports where there is no document. */
function load() {
  const module = { exports: {} };
  new Function("module", source)(module);
  return module.exports;
}

const player = load();

const page = (text) => player.squeeze(text).text;
const found = (pageText, texts) =>
  player.locateBlocks(page(pageText), texts).map((pieces) =>
    pieces.map((piece) => page(pageText).slice(piece.at, piece.at + piece.to - piece.from)).join("|"));

test("the player is ES2017", () => {
  parse(source, { ecmaVersion: 2017, sourceType: "script" });
});

test("every source file of the player is part of it, once", () => {
  const named = (folder, ending) => readdirSync(new URL(`../src/${folder}`, import.meta.url))
    .filter((name) => name.endsWith(ending)).map((name) => folder + name);
  const files = [...named("", ".js"), ...named("styles/", ".css")];
  assert.deepEqual(parts().sort(), files.sort());
});

test("packed, the player is smaller than 40 kB", () => {
  const bytes = gzipSync(source, { level: 9 }).length;
  assert.ok(bytes < 40_000, `${bytes} bytes`);
});

test("times are shown as a clock shows them", () => {
  const cases = [[0, "0:00"], [5_999, "0:05"], [61_000, "1:01"], [754_000, "12:34"], [3_723_000, "1:02:03"]];
  for (const [ms, text] of cases) assert.equal(player.clockText(ms), text);
});

test("a route of a page that builds itself is part of its address; a place on a page is not", () => {
  const base = "https://portal.example/app?id=1";
  for (const [hash, kept] of [["#p3", ""], ["#", ""], ["#/detail/7", "#/detail/7"], ["#!/detail/7", "#!/detail/7"]]) {
    assert.equal(player.withoutHash(base + hash), base + kept);
  }
});

test("every speed belongs to one of the three large buttons", () => {
  assert.deepEqual([0.5, 0.75, 1, 1.25, 2].map(player.paceOf), [0, 0, 1, 2, 2]);
});

test("the player names no address but the gateway's", () => {
  const named = source.match(/https?:\/\/[^\s"'`]+/g) || [];
  assert.deepEqual([...new Set(named)], ["http://www.w3.org/2000/svg"]);
});

test("white space of every kind is left out, and the way back is kept", () => {
  const { text, at } = player.squeeze("一 二\n\u3000三\u00a0四\u200b五");
  assert.equal(text, "一二三四五");
  assert.deepEqual(at, [0, 2, 5, 7, 9]);
  assert.equal(player.squeezedOffset("一 二\n\u3000三", 5), 2);
  assert.equal(player.squeezedOffset("一 二", 99), 2);
});

test("what the page sets above or below the line is found", () => {
  assert.deepEqual(found("每立方米 1.5×104 个，CO2 达标", ["每立方米1.5×10⁴个，CO₂达标"]), ["每立方米1.5×104个，CO2达标"]);
  assert.deepEqual(found("3×10−6", ["3×10⁻⁶"]), ["3×10-6"]);
});

test("blocks are found whatever white space the page has", () => {
  assert.deepEqual(found("一、 总\n则\n第一条　内容。", ["一、总则", "第一条 内容。"]), ["一、总则", "第一条内容。"]);
});

test("a title that the breadcrumb repeats is found above the document", () => {
  const text = "首页>关于养老的通知 关于养老的通知 各县：现通知如下。 相关：关于养老的通知";
  const [title, body] = player.locateBlocks(page(text), ["关于养老的通知", "各县：现通知如下。"]);
  assert.equal(title[0].at + 7, body[0].at);
});

test("a heading that the contents list repeats is found where its section is", () => {
  const text = "目录 总则 附则 标题在此 总则 第一条甲。 附则 第二条乙。";
  const places = player.locateBlocks(page(text), ["标题在此", "总则", "第一条甲。", "附则", "第二条乙。"]);
  const at = places.map((pieces) => pieces[0].at);
  assert.deepEqual(at, [...at].sort((a, b) => a - b));
  assert.ok(at[1] > at[0]);
});

test("a repeated sentence is found at its own place each time", () => {
  const places = player.locateBlocks(page("甲开头。同一句话。乙中间。同一句话。"), ["甲开头。", "同一句话。", "乙中间。", "同一句话。"]);
  assert.deepEqual(places.map((pieces) => pieces[0].at), [0, 4, 9, 13]);
});

test("a block out of order does not hide the others", () => {
  assert.deepEqual(found("青办〔2025〕1号 标题文字 正文在此。", ["标题文字", "青办〔2025〕1号", "正文在此。"]),
    ["标题文字", "青办〔2025〕1号", "正文在此。"]);
});

test("a table with a merged cell is found cell by cell", () => {
  const text = "对象 标准 失能 甲级 500 乙级 300";
  assert.deepEqual(found(text, ["对象\t标准\n失能\t甲级\t500\n失能\t乙级\t300"]), ["对象|标准|失能|甲级|500|失能|乙级|300"]);
});

test("a block that is not on the page has no place, and the others keep theirs", () => {
  assert.deepEqual(found("甲段文字。丙段文字。", ["甲段文字。", "乙段没有。", "丙段文字。"]), ["甲段文字。", "", "丙段文字。"]);
});

test("a span is cut to its stretch of the page", () => {
  const blocks = [{ text: "各县： 现就 有关事项通知。" }];
  const text = page("页眉 各县：现就有关事项通知。");
  const places = player.locateBlocks(text, [blocks[0].text]);
  const [stretch] = player.spanOnPage(places, blocks, { block: 0, start_utf16: 4, end_utf16: 6 });
  assert.equal(text.slice(stretch.start, stretch.end), "现就");
  assert.deepEqual(player.spanOnPage(places, blocks, null), []);
});

test("a press in the page finds the sentence there, or the next one", () => {
  const stretches = [[{ start: 5, end: 9 }], [], [{ start: 12, end: 20 }]];
  assert.equal(player.utteranceAt(stretches, 8), 0);
  assert.equal(player.utteranceAt(stretches, 10), 2);
  assert.equal(player.utteranceAt(stretches, 0), 0);
  assert.equal(player.utteranceAt(stretches, 20), -1);
});

test("a syllable is lit from its own start to the next one's", () => {
  const syllables = [{ start_ms: 100 }, { start_ms: 300 }, { start_ms: 500 }];
  assert.deepEqual([0, 100, 299, 300, 9999].map((ms) => player.syllableAt(syllables, ms)), [-1, 0, 0, 1, 2]);
  assert.equal(player.syllableAt([], 10), -1);
});

test("a syllable lights the whole word it belongs to", () => {
  const words = [{ start: 0, end: 2 }, { start: 2, end: 5 }];
  assert.deepEqual(player.wordAround(words, 3, 4), { start: 2, end: 5 });
  assert.deepEqual(player.wordAround([], 3, 4), { start: 3, end: 4 });
  assert.deepEqual(player.wordAround(words, 5, 6), { start: 5, end: 6 });
});

const utterance = (text, pauseMs = 300) => ({ text, spoken: text, pause_ms: pauseMs, syllables: [...text].map((_, i) => [i, i + 1]) });
const numbered = (count) => Array.from({ length: count }, (_, i) => utterance(`第${i}句话的内容`));

test("lengths are exact where known and measured by them elsewhere", () => {
  const utterances = [utterance("一二三四五六七八九十一二三四五六七八九十一"), utterance("一二三四五")];
  const lengths = player.durations(utterances, new Map([[0, { duration_ms: 300 + 21 * 200 }]]));
  assert.deepEqual(lengths, [4500, 1300]);
});

test("skipping crosses sentences and stays within the document", () => {
  const lengths = [4000, 5000, 6000];
  assert.deepEqual(player.skipped(lengths, 0, 1000, 5000), { index: 1, ms: 2000 });
  assert.deepEqual(player.skipped(lengths, 2, 1000, -8000), { index: 0, ms: 2000 });
  assert.deepEqual(player.skipped(lengths, 1, 0, -15000), { index: 0, ms: 0 });
  assert.deepEqual(player.skipped(lengths, 1, 0, 15000), { index: 2, ms: 5999 });
});

test("the time that is left is told in words", () => {
  assert.equal(player.remainingText(200000), "还剩约3分钟");
  assert.equal(player.remainingText(20000), "还剩不到1分钟");
  assert.equal(player.remainingText(2000), "");
});

test("a place is found again in the same document", () => {
  const utterances = numbered(8);
  assert.deepEqual(player.findPlace(utterances, player.placeMark(utterances, 5)), 5);
});

test("a place survives text put in before it", () => {
  const mark = player.placeMark(numbered(8), 5);
  const edited = [utterance("新加的一句"), utterance("又一句"), ...numbered(8)];
  assert.equal(player.findPlace(edited, mark), 7);
});

test("a place whose sentence was rewritten is found between its neighbours", () => {
  const mark = player.placeMark(numbered(8), 5);
  const edited = numbered(8);
  edited[5] = utterance("完全改写了");
  assert.deepEqual(player.findPlace(edited, mark), 5);
});

test("of two equal sentences the one with the same neighbours is the place", () => {
  const utterances = [utterance("甲"), utterance("同"), utterance("乙"), utterance("丙"), utterance("同"), utterance("丁")];
  const mark = player.placeMark(utterances, 4);
  assert.equal(player.findPlace([utterance("新一"), utterance("新二"), utterance("新三"), ...utterances], mark), 7);
});

test("a place in another document is its beginning", () => {
  const mark = player.placeMark(numbered(8), 5);
  assert.deepEqual(player.findPlace([utterance("别的文件")], mark), 0);
  assert.deepEqual(player.findPlace(numbered(3), null), 0);
});

test("captions give the start of each sentence in the whole file", () => {
  const vtt = "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n一\n\n01:02:03.004 --> 01:02:05.000\n二 &amp; 三\n";
  assert.deepEqual(player.cueStarts(vtt), { starts: [0, 3723004], end: 3725000 });
});

test("sections are the headings that are read", () => {
  const reading = {
    blocks: [{ kind: "title", text: "题" }, { kind: "heading", text: "一、甲" }, { kind: "heading", text: "不读" }],
    utterances: [{ span: { block: 0 } }, { span: null }, { span: { block: 1 } }],
  };
  assert.deepEqual(player.sectionsOf(reading), [{ title: "一、甲", index: 2 }]);
});

const storage = () => {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};

test("no text is kept on the device, only marks, place and speed", () => {
  const device = storage();
  new player.Memory(device).remember("http://a.example/1", player.placeMark(numbered(4), 2), 1.25, 7);
  const [kept] = device.kept.values();
  assert.doesNotMatch(kept, /[\u4e00-\u9fff]|example/);
  assert.deepEqual([...device.kept.keys()], ["read-aloud"]);
});

test("place and speed are kept for each document, and a new one has the last speed", () => {
  const memory = new player.Memory(storage());
  memory.remember("u1", player.placeMark(numbered(4), 2), 0.75, 1);
  memory.remember("u2", player.placeMark(numbered(4), 1), 1.5, 2);
  assert.equal(memory.recall("u1").rate, 0.75);
  assert.equal(memory.recall("u1").mark.index, 2);
  assert.deepEqual(memory.recall("u3"), { rate: 1.5, mark: null });
});

test("a finished document begins anew but keeps its speed", () => {
  const memory = new player.Memory(storage());
  memory.remember("u1", player.placeMark(numbered(4), 2), 0.75, 1);
  memory.forgetPlace("u1", 0.75, 2);
  assert.deepEqual(memory.recall("u1"), { rate: 0.75, mark: null });
});

test("the oldest of many documents is forgotten", () => {
  const memory = new player.Memory(storage());
  for (let i = 0; i < 60; i += 1) memory.remember(`u${i}`, player.placeMark(numbered(4), 2), 1, i);
  assert.equal(memory.recall("u0").mark, null);
  assert.notEqual(memory.recall("u59").mark, null);
});

test("storage that is closed or damaged is no obstacle", () => {
  const closed = { getItem() { throw new Error("closed"); }, setItem() { throw new Error("closed"); } };
  new player.Memory(closed).remember("u", player.placeMark(numbered(4), 2), 1, 1);
  assert.deepEqual(new player.Memory({ getItem: () => "{damaged" }).recall("u"), { rate: 1, mark: null });
});
