// Names of kinds and scopes, as editors say them.

export const CHANGES = {
  pronounce: "读音", number: "数字读法", say: "改说", pause: "停顿", skip: "不读", name: "人名",
};

export const NUMBERS = {
  amount: ["数值", "一千二百零三"],
  account: ["号码（幺）", "幺二零三"],
  digits: ["逐位（一）", "一二零三"],
  telephone: ["电话", "三三幺，五八二零"],
  year: ["年份", "二零零八"],
  date: ["日期", "五月十二日"],
  time: ["时刻", "八点零五分"],
  code: ["代码", "A一二杠零七"],
  score: ["比分、比例", "三比一"],
  fraction: ["分数", "三分之一"],
};

export const PAUSES = { longer: "停长一点", shorter: "停短一点", none: "不停" };

export const SCOPES = { here: "只改这一处", document: "本文", portal: "本门户", everywhere: "所有文件" };

export const REASONS = {
  grammar: "看句子定不下来", close_call: "两种读法差不多", usual: "词典里没有，按常用音读", amount: "看不出是什么数",
};

export const ACTIONS = { created: "新建", updated: "修改", deleted: "删除", undone: "撤销了" };

/** What a correction does, in words. */
export function effectOf(correction) {
  const { change, value } = correction;
  if (change === "pronounce") return `读作 ${value.split(" ").map(toned).join(" ")}`;
  if (change === "number") return `按${NUMBERS[value]?.[0] || value}读`;
  if (change === "say") return `改说“${value}”`;
  if (change === "pause") return `后面${PAUSES[value] || `停 ${parseInt(value, 10)} 毫秒`}`;
  if (change === "skip") return "不读";
  return "读作人名";
}

export function scopeOf(correction) {
  if (correction.scope === "portal") return correction.portal;
  return SCOPES[correction.scope];
}

const VOWELS = { a: "āáǎàa", e: "ēéěèe", i: "īíǐìi", o: "ōóǒòo", u: "ūúǔùu", v: "ǖǘǚǜü" };

/** Pinyin with its tone as a mark: lv4 is lǜ. */
export function toned(syllable) {
  const parts = /^([a-z]+)([1-5])$/.exec(syllable);
  if (!parts) return syllable;
  const [, letters, digit] = parts;
  // On a or e; on the o of ou; else on the last vowel.
  let place = letters.search(/[ae]/);
  if (place < 0) place = letters.indexOf("ou");
  if (place < 0) place = letters.length - 1 - [...letters].reverse().findIndex((letter) => "iouv".includes(letter));
  return [...letters].map((letter, at) => {
    if (at === place && VOWELS[letter]) return VOWELS[letter][Number(digit) - 1];
    return letter === "v" ? "ü" : letter;
  }).join("");
}
