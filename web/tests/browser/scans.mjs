// A scan: heard from its first page on, while the pages behind it are still being recognised.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "../support/shared.mjs";
import { dock, openPage, pageButton, sentences, status, untilSentence, untilState } from "../support/browser.mjs";

const HEAD = "青石市民政工作通报";

/** What stands on each page; a paragraph goes on over the first seam. */
const PAGES = [
  { title: "关于修缮老年活动中心的通知", lines: [
    "各街道办事处：", "现就修缮工作通知如下。", "修缮期间活动中心暂停开放，请老年人到就近的",
  ] },
  { lines: ["社区食堂用餐。", "施工单位应当在入口处张贴告示。", "施工时间为每天八时至十八时。"] },
  { lines: ["修缮结束后另行通知。", "特此通知。"] },
];

/** A page as a scanner sees it: A4 at 100 dpi, in JPEG. */
async function scanned({ title, lines }, number) {
  const context = await all.browser.newContext({ viewport: { width: 827, height: 1169 } });
  const page = await context.newPage();
  const paragraphs = lines.map((text) => `<p>${text}</p>`).join("");
  await page.setContent(`<style>
    body { margin: 0; font: 22px/40px "Noto Serif CJK SC", serif; color: #111; }
    header { position: absolute; top: 40px; width: 100%; text-align: center; font-size: 15px; }
    main { position: absolute; top: 150px; left: 110px; width: 610px; }
    h1 { font-size: 30px; text-align: center; } p { margin: 0; white-space: nowrap; }
    footer { position: absolute; top: 1090px; width: 100%; text-align: center; font-size: 18px; }
  </style><header>${HEAD}</header><main>${title ? `<h1>${title}</h1>` : ""}${paragraphs}</main><footer>— ${number} —</footer>`);
  const picture = await page.screenshot({ type: "jpeg", quality: 80 });
  await context.close();
  return picture;
}

/** A PDF whose pages are these pictures. */
function pdf(pictures) {
  const parts = [];
  const places = [];
  let length = 0;
  const put = (bytes) => { parts.push(Buffer.from(bytes)); length += parts[parts.length - 1].length; };
  const object = (said, stream) => {
    places.push(length);
    put(`${places.length} 0 obj\n<< ${said}${stream ? ` /Length ${stream.length}` : ""} >>\n`);
    if (stream) { put("stream\n"); put(stream); put("\nendstream\n"); }
    put("endobj\n");
  };
  put("%PDF-1.4\n");
  object("/Type /Catalog /Pages 2 0 R");
  object(`/Type /Pages /Count ${pictures.length} /Kids [${pictures.map((_, at) => `${3 + 3 * at} 0 R`).join(" ")}]`);
  pictures.forEach((picture, at) => {
    const own = 3 + 3 * at;
    object(`/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${own + 1} 0 R /Resources << /XObject << /X ${own + 2} 0 R >> >>`);
    object("", Buffer.from("q 595 0 0 842 0 0 cm /X Do Q"));
    object("/Type /XObject /Subtype /Image /Width 827 /Height 1169 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", picture);
  });
  const start = length;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  put(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}trailer << /Size ${places.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** Keeps back what comes behind the first page, as far as the player knows, until it is called. */
const holdRest = (t) => {
  let send;
  const until = new Promise((resolve) => { send = resolve; });
  all.state.meet = (path) => (/^v1\/readings\/\w+\?after=/.test(path) ? { until } : null);
  t.after(() => { all.state.meet = null; send(); });
  return send;
};

/** What is read of the document, without the words that are said of it. How wide a colon is a scan does not tell. */
const read = (blocks) => blocks.filter((block) => block.kind !== "notice").map((block) => block.text.replace(/:/g, "："));

test("a scan sounds from its first page on, says that the others are still being read, and goes on over the seam", async (t) => {
  const pictures = [];
  for (const [at, content] of PAGES.entries()) pictures.push(await scanned(content, at + 1));
  all.state.pages["scan.pdf"] = pdf(pictures);
  all.state.pages["scan.html"] = `<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>通知</title>
    <script src="/langdu/read-aloud.js" defer></script></head><body><read-aloud src="scan.pdf"></read-aloud></body></html>`;
  const sendRest = holdRest(t);
  const page = await openPage(t, all, "scan.html");
  await pageButton(page).click();
  await untilSentence(page, 0);
  const { reading, heard } = await page.evaluate(() => ({ reading: window.ReadAloud.player.reading, heard: window.__sound.sentences.length }));
  assert.equal(reading.complete, false);
  assert.ok(heard >= 1, "it sounds before the second page is known");
  // The head, which only the next page shows to run, the number, and the paragraph that goes on are not there yet.
  assert.deepEqual(read(reading.blocks), [PAGES[0].title, ...PAGES[0].lines.slice(0, 2)]);
  assert.equal(await dock(page).locator(".left").textContent(), "后面的页还在识别");
  assert.match(await dock(page).getByRole("slider", { name: "进度" }).getAttribute("aria-valuetext"), /后面的页还在识别$/);

  const last = reading.utterances.length - 1;
  await page.evaluate((index) => window.ReadAloud.player.goTo(index), last);
  await page.waitForFunction(() => window.ReadAloud.player.waitsForRest);
  await page.waitForFunction(() => window.ReadAloud.player.state === "preparing" && window.ReadAloud.player.message.startsWith("后面的页还在识别"));
  assert.equal(await status(page), "后面的页还在识别，请稍候…");
  sendRest();
  await untilSentence(page, last + 1);
  await untilState(page, "playing");
  // The paragraph that goes on over the seam is heard whole, in one sentence or several.
  const over = PAGES[0].lines[2] + PAGES[1].lines[0];
  const first = (await sentences(page)).pop();
  assert.ok(over.startsWith(first), first);

  await page.waitForFunction(() => window.ReadAloud.player.reading.complete);
  const known = await page.evaluate(() => window.ReadAloud.player.reading.blocks);
  const whole = await (await fetch(`${all.service.root}v1/readings?url=${encodeURIComponent(`${all.portal.root}scan.pdf`)}`)).json();
  assert.deepEqual(read(known), read(whole.blocks));
  assert.deepEqual(read(whole.blocks), [
    PAGES[0].title, ...PAGES[0].lines.slice(0, 2), over, ...PAGES[1].lines.slice(1), ...PAGES[2].lines,
  ]);
  assert.match(await dock(page).locator(".left").textContent(), /^(还剩.*)?$/);
  assert.deepEqual(page.problems, []);
});
