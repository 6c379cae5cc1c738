// 审听台: an editor signs in, looks for what is read wrong, and puts it right, by keyboard alone too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe } from "../support/access.mjs";
import { all } from "../support/shared.mjs";
import { documentPage, openPage, pageButton, press, status, untilSentence, untilState } from "../support/browser.mjs";

const TITLE = "关于开展便民服务的通知";
const PARAGRAPHS = [
  "请到乐亭县政务服务大厅办理社保卡换发手续。",
  "咨询请拨打0315810，由单雄安负责解答。",
  "#办理时间",
  "工作日上午八点半到十一点半，法定节假日休息。",
  "材料不齐的，由窗口人员一次性告知需要补充的材料。",
];

async function desk(t, address, options) {
  all.state.pages["desk-one.html"] = documentPage(TITLE, PARAGRAPHS);
  all.state.pages["desk-two.html"] = documentPage("关于居住证的通知", ["需要居住证的，请到乐亭县派出所登记。"]);
  const context = await all.browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") page.problems.push(message.text()); });
  await page.goto(`${all.service.desk}desk/`);
  await page.getByLabel("访问凭证").fill(all.service.token());
  await page.keyboard.press("Enter");
  if (address) {
    await page.getByRole("textbox", { name: "网址" }).fill(all.portal.root + address);
    await page.keyboard.press("Enter");
    await page.locator("#sheet .unit").first().waitFor();
  }
  return page;
}

/** Undoes everything that a test has corrected. */
async function undoAll() {
  const call = (path, options) => fetch(all.service.desk + path, { ...options, headers: { Authorization: `Bearer ${all.service.token()}` } });
  const { corrections } = await (await call("v1/corrections")).json();
  for (const one of corrections) await call(`v1/corrections/${one.id}?revision=${one.revision}`, { method: "DELETE" });
}

const shown = (page, word) => page.locator("#sheet .unit").filter({ hasText: new RegExp(`^${word}`) }).first();
const told = (page) => page.locator("#told");

test("who shows no editor's token sees nothing", async (t) => {
  const context = await all.browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${all.service.desk}desk/`);
  await page.getByLabel("访问凭证").fill("langdu_wrong");
  await page.getByRole("button", { name: "进入" }).click();
  await page.getByText("这个凭证不能进入审听台").waitFor();
  assert.equal(await page.locator("#desk").isVisible(), false);
});

test("an editor finds the place, hears it, corrects the county for the portal, and undoes it", async (t) => {
  t.after(undoAll);
  const page = await desk(t, "desk-one.html");
  assert.equal(await page.locator("#title").textContent(), TITLE);
  // Pinyin stands over what has several pronunciations, and on demand over everything.
  assert.equal(await shown(page, "乐").locator("rt").textContent(), "lào");
  assert.equal(await shown(page, "社").locator("rt").count(), 0);
  await page.getByRole("button", { name: "全部拼音" }).click();
  assert.equal(await shown(page, "社").locator("rt").textContent(), "shè");
  await page.getByRole("button", { name: "全部拼音" }).click();
  // A sentence is heard in the real voice.
  await shown(page, "乐").click();
  await page.keyboard.press(" ");
  await page.locator(".sentence.heard").waitFor();
  await page.locator(".sentence.heard").waitFor({ state: "detached" });

  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("region", { name: "更正", exact: true });
  await panel.getByText("现在就是这样读的").waitFor();
  await panel.getByRole("button", { name: "yuè" }).click();
  await panel.getByLabel("本门户").check();
  await panel.getByText(/会影响 1 份文件、\d+ 段录音/).waitFor();
  await panel.getByRole("button", { name: "听改后的" }).click();
  await panel.getByRole("button", { name: "保存" }).click();
  await told(page).filter({ hasText: "已生效：乐亭" }).waitFor();
  await page.waitForFunction(() => document.querySelector("#sheet").textContent.includes("yuè"));

  await page.getByRole("tab", { name: "历史" }).click();
  await page.getByRole("button", { name: "撤销" }).first().click();
  await told(page).filter({ hasText: "已撤销" }).waitFor();
  await page.getByRole("tab", { name: "审听" }).click();
  await page.waitForFunction(() => document.querySelector("#sheet").textContent.includes("lào"));
  assert.deepEqual(page.problems, []);
});

test("by hand alone: what is dragged over is corrected, and one character is not taken for all its words", async (t) => {
  t.after(undoAll);
  const page = await desk(t, "desk-one.html");
  const panel = page.getByRole("region", { name: "更正", exact: true });
  const word = () => panel.locator("h2 b").textContent();
  const middle = async (letter) => {
    const box = await shown(page, letter).boundingBox();
    return [box.x + box.width / 2, box.y + box.height * 0.7];
  };
  // A press on a character that has several readings: this place alone, or the word that it stands in.
  await shown(page, "大").click();
  assert.equal(await word(), "大");
  assert.ok(await panel.getByLabel("只改这一处").isChecked());
  await panel.getByLabel("本门户").check();
  await panel.getByText("别的词里的“大”也会都这样读").waitFor();
  await panel.getByRole("button", { name: "改成“大厅”" }).click();
  assert.equal(await word(), "大厅");
  assert.ok(await panel.getByLabel("本门户").isChecked());
  // Another word is dragged over, and the panel goes along.
  await page.mouse.move(...await middle("乐"));
  await page.mouse.down();
  await page.mouse.move(...await middle("亭"), { steps: 4 });
  await page.mouse.up();
  assert.equal(await word(), "乐亭");
  // Pinyin as people write it; what is missing is said.
  await panel.locator("#typed").fill("yue tíng");
  await panel.getByText("“yue”还缺声调").waitFor();
  assert.ok(await panel.getByRole("button", { name: "保存" }).isDisabled());
  await panel.locator("#typed").fill("yuè tíng");
  await panel.getByText(/影响|没有/).first().waitFor();
  await panel.getByRole("button", { name: "保存" }).click();
  await told(page).filter({ hasText: "已生效：乐亭 读作 yuè tíng" }).waitFor();
  // Of a correction only the latest change has a button.
  await page.getByRole("tab", { name: "历史" }).click();
  const first = page.locator("#changes > li").first();
  await first.getByRole("button", { name: "撤销" }).click();
  await told(page).filter({ hasText: "已撤销：乐亭" }).waitFor();
  await first.getByText("现在不再更正").waitFor();
  await first.getByRole("button", { name: "恢复" }).waitFor();
  assert.equal(await page.locator("#changes > li").nth(1).getByRole("button").count(), 0);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.problems, []);
});

test("three misreadings are corrected by keyboard alone", async (t) => {
  t.after(undoAll);
  const page = await desk(t, "desk-one.html");
  const choose = async (text, length) => {
    await page.locator("#sheet").focus();
    await page.keyboard.press("Home");
    for (let steps = 0; steps < 200; steps += 1) {
      const here = await page.evaluate(() => window.desk.sheet.choice.text);
      if (here === text[0] || here === text) {
        const line = await page.evaluate(() => {
          const { choice, document } = window.desk.sheet;
          return document.texts[choice.block].slice(choice.start).join("");
        });
        if (line.startsWith(text)) break;
      }
      await page.keyboard.press("ArrowRight");
    }
    for (let more = 1; more < length; more += 1) await page.keyboard.press("Shift+ArrowRight");
    assert.equal(await page.evaluate(() => window.desk.sheet.choice.text), text);
    await page.keyboard.press("Enter");
  };
  const save = async () => {
    await page.waitForFunction(() => /影响|没有/.test(document.querySelector("#touched").textContent));
    for (let tabs = 0; tabs < 40; tabs += 1) {
      if (await page.evaluate(() => document.activeElement.id) === "save") break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.locator("#panel").waitFor({ state: "hidden" });
    await page.waitForFunction(() => document.activeElement.id === "sheet");
  };
  // The county: its pinyin is typed.
  await choose("乐亭", 2);
  for (let tabs = 0; tabs < 12; tabs += 1) {
    if (await page.evaluate(() => document.activeElement.id) === "typed") break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Control+a");
  await page.keyboard.type("yue4 ting2");
  await save();
  // The number: it is a telephone.
  await choose("0315810", 1).catch(() => choose("0315810", 7));
  await save();
  // The name: the panel opens with its kinds, of which arrows choose one.
  await choose("单雄安", 3);
  for (let presses = 0; presses < 6; presses += 1) {
    if (await page.evaluate(() => window.desk.panel.change) === "name") break;
    await page.keyboard.press("ArrowRight");
  }
  await save();
  const said = await page.evaluate(() => window.desk.document.utterances.map((one) => one.spoken).join(""));
  assert.match(said, /零三幺五八幺零/);
  const pinyin = await page.evaluate(() => window.desk.document.utterances.flatMap((one) => one.syllables).map((one) => one.hanzi + one.pinyin));
  assert.ok(pinyin.includes("乐yue4") && pinyin.includes("单shan4"), pinyin.join(" "));
  assert.deepEqual(page.problems, []);
});

test("the next doubtful place is one key away", async (t) => {
  all.state.pages["desk-doubts.html"] = documentPage("关于编号的通知", ["登记号是30512的，请到窗口更换。", "编入8662的由他处理。"]);
  const page = await desk(t, "desk-doubts.html");
  const doubts = await page.evaluate(() => window.desk.document.doubts.map((doubt) => doubt.text));
  assert.ok(doubts.length > 0, "something is doubtful");
  await page.locator("#sheet").focus();
  for (const doubt of doubts) {
    await page.keyboard.press("n");
    assert.equal(await page.evaluate(() => window.desk.sheet.choice.text), doubt);
  }
  assert.match(await page.locator("#place").textContent(), /存疑/);
});

test("each kind that a number has the form of shows how this number would be said", async (t) => {
  all.state.pages["desk-numbers.html"] = documentPage("关于窗口的通知", ["请到4106室办理，或于7-15之前来函。"]);
  const page = await desk(t, "desk-numbers.html");
  const kinds = async (number) => {
    await page.evaluate((wanted) => {
      const { sheet } = window.desk;
      const block = sheet.document.texts.findIndex((text) => text.join("").includes(wanted));
      const start = sheet.document.texts[block].join("").indexOf(wanted);
      sheet.chooseRange(block, start, start + wanted.length);
    }, number);
    await page.locator("#sheet").press("Enter");
    const panel = page.getByRole("region", { name: "更正", exact: true });
    await panel.locator("b").filter({ hasText: number }).first().waitFor();
    await panel.getByRole("radio", { name: "数字读法" }).check();
    const shown = await panel.locator("fieldset").filter({ hasText: "读成" }).locator("label").allTextContents();
    await page.keyboard.press("Escape");
    return shown;
  };
  const room = await page.evaluate(() => Object.keys(window.desk.document.numbers).find((number) => number.includes("4106")));
  const ofRoom = await kinds(room);
  assert.ok(ofRoom.some((kind) => kind.includes("四幺零六")) && ofRoom.some((kind) => kind.includes("四千一百零六")), ofRoom.join(" "));
  assert.ok(!ofRoom.some((kind) => kind.startsWith("时刻") || kind.startsWith("比分")), ofRoom.join(" "));
  const day = await page.evaluate(() => Object.keys(window.desk.document.numbers).find((number) => number.includes("7-15")));
  const ofDay = await kinds(day);
  assert.ok(ofDay.some((kind) => kind.includes("七月十五日")) && ofDay.some((kind) => kind.includes("七比十五")), ofDay.join(" "));
  assert.deepEqual(page.problems, []);
});

test("what a listener reports is in the inbox, one press from its place, and is answered by the correction", async (t) => {
  t.after(undoAll);
  const page = await desk(t, "desk-two.html");
  const listener = await openPage(t, all, "desk-one.html");
  await pageButton(listener).click();
  await untilSentence(listener, 1);
  const sentence = await listener.evaluate(() => window.ReadAloud.player.utterance.text);
  await press(listener, "更多");
  await listener.evaluate(() => window.ReadAloud.player.pause());
  await press(listener, "这句读错了");
  await listener.locator("read-aloud-dock").getByText("已经告诉编辑，谢谢").waitFor();
  // It comes without a reload.
  await page.locator("#inbox-count").filter({ hasText: "1" }).waitFor();
  await page.getByRole("tab", { name: /读错了/ }).click();
  const row = page.locator("#reports li").first();
  assert.match(await row.textContent(), /1 人报告/);
  assert.ok((await row.textContent()).includes(sentence));
  await row.getByRole("button", { name: "去这一处" }).click();
  await page.locator("#title").filter({ hasText: TITLE }).waitFor();
  await page.locator("#sheet .unit.chosen").first().waitFor();
  await page.evaluate(() => {
    const { sheet } = window.desk;
    const block = sheet.document.texts.findIndex((text) => text.join("").includes("乐亭"));
    const start = sheet.document.texts[block].indexOf("乐");
    sheet.chooseRange(block, start, start + 2);
  });
  await page.locator("#sheet").press("Enter");
  const panel = page.getByRole("region", { name: "更正", exact: true });
  await panel.getByRole("button", { name: "yuè" }).click();
  await panel.getByRole("button", { name: "保存" }).click();
  await told(page).filter({ hasText: "已生效" }).waitFor();
  await page.locator("#inbox-count").waitFor({ state: "hidden" });
});

test("a listener in mid-document hears the sentence as it is corrected meanwhile", async (t) => {
  t.after(undoAll);
  const lines = Array.from({ length: 14 }, (_, at) => `第${at + 1}项工作由各街道办事处负责落实，并按月报送进展情况。`);
  all.state.pages["desk-long.html"] = documentPage("关于工作落实的通知", [...lines, "材料不齐的，由乐亭窗口一次性告知。"]);
  const listener = await openPage(t, all, "desk-long.html");
  await pageButton(listener).click();
  await untilSentence(listener, 0);
  await listener.waitForFunction(() => {
    const { reading } = window.ReadAloud.player;
    return reading.utterances.length === reading.utterance_count;
  });
  const place = () => listener.evaluate(() => {
    const { utterances } = window.ReadAloud.player.reading;
    return utterances.find((one) => one.text.includes("乐亭")).clip;
  });
  const old = await place();
  // It is made, as for other listeners, but this one has not had it yet.
  assert.equal((await fetch(`${all.service.root}v1/clips/${old}.mp3`)).status, 200);
  const decision = { scope: "everywhere", word: "乐亭", change: "pronounce", value: "yue4 ting2" };
  const made = await fetch(`${all.service.desk}v1/corrections`, {
    method: "POST", body: JSON.stringify(decision),
    headers: { Authorization: `Bearer ${all.service.token()}`, "Content-Type": "application/json" },
  });
  assert.equal(made.status, 201);
  assert.ok((await made.json()).touched.clips >= 1);
  assert.equal((await fetch(`${all.service.root}v1/clips/${old}.mp3`)).status, 410);
  await listener.evaluate(() => {
    const { player } = window.ReadAloud;
    player.goTo(player.reading.utterances.findIndex((one) => one.text.includes("乐亭")));
  });
  await listener.waitForFunction((gone) => {
    const { player } = window.ReadAloud;
    return player.state === "playing" && player.utterance && player.utterance.text.includes("乐亭") && player.utterance.clip !== gone
      && window.__sound.sounding().length;
  }, old);
  assert.notEqual(await place(), old);
});

test("every character of the page is shown once, also where a header is said before each cell", async (t) => {
  all.state.pages["desk-table.html"] = documentPage("关于补贴标准的通知", ["标准如下：", "其余不变。"]).replace("<p>其余不变。</p>", `
    <table><tr><th>年龄</th><th>新标准（元）</th></tr><tr><td>80至89周岁</td><td>100</td></tr>
    <tr><td>90至99周岁</td><td>200</td></tr></table><p>其余不变。</p>`);
  const page = await desk(t, "desk-table.html");
  const shownText = await page.evaluate(() => [...document.querySelectorAll("#sheet .block")].map((block) => {
    const copy = block.cloneNode(true);
    copy.querySelectorAll("rt").forEach((above) => above.remove());
    return copy.textContent;
  }));
  assert.deepEqual(shownText, await page.evaluate(() => window.desk.document.blocks.map((block) => block.text)));
  // From the first unit to the last by one key, without a step back.
  const places = await page.evaluate(() => window.desk.sheet.units.map((unit) => unit.block * 10_000 + unit.start));
  assert.deepEqual(places, [...places].sort((one, other) => one - other));
});

test("two editors at the same time are told of each other", async (t) => {
  t.after(undoAll);
  const [one, two] = [await desk(t, "desk-one.html"), await desk(t, "desk-one.html")];
  const open = async (page) => {
    await shown(page, "乐").click();
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    await page.locator("#typed").fill("yue4 ting2");
  };
  await open(one);
  await open(two);
  await one.getByRole("button", { name: "保存" }).click();
  await told(one).filter({ hasText: "已生效" }).waitFor();
  await told(two).filter({ hasText: "刚刚更正了" }).waitFor();
  await two.getByRole("button", { name: "保存" }).click();
  await told(two).filter({ hasText: "已经更正过" }).waitFor();
});

test("it works on a tablet, and screen readers find their way", async (t) => {
  const page = await desk(t, "desk-one.html", { viewport: { width: 820, height: 1180 }, hasTouch: true });
  await shown(page, "乐").tap();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await page.locator("#sheet").press("Enter");
  const box = await page.locator("#panel").boundingBox();
  assert.ok(box.y + box.height <= 1181 && box.width > 700, JSON.stringify(box));
  for (const target of await page.locator("#panel button, .tools button").all()) {
    const size = await target.boundingBox();
    if (size) assert.ok(size.height >= 44, await target.textContent());
  }
  assert.deepEqual(await axe(page), []);
});

const TRIAL = "langdu/demo/shiyong/dongji-fuwu.html";

test("the trial of first use: a county, a name and a telephone of a document of three pages", async (t) => {
  t.after(undoAll);
  const page = await desk(t, TRIAL);
  const began = Date.now();
  let presses = 0;
  const press = async (locator) => {
    presses += 1;
    await locator.click();
  };
  const panel = page.getByRole("region", { name: "更正", exact: true });
  const choose = async (text) => {
    await page.evaluate((wanted) => {
      const { sheet } = window.desk;
      const block = sheet.document.texts.findIndex((letters) => letters.join("").includes(wanted));
      const start = [...sheet.document.texts[block].join("").split(wanted)[0]].length;
      sheet.chooseRange(block, start, start + [...wanted].length);
    }, text);
    presses += 1;
    await page.locator("#sheet").press("Enter");
    presses += 1;
  };
  const save = async (word) => {
    await panel.getByText(/影响|没有|听过/).first().waitFor();
    await press(panel.getByRole("button", { name: "保存" }));
    await told(page).filter({ hasText: `已生效：${word}` }).waitFor();
    // The document is read anew, and whoever corrects goes on from there.
    await page.waitForFunction(() => document.activeElement.id === "sheet");
  };
  // The county, for every document of the portal.
  await choose("重岭");
  await press(panel.getByRole("button", { name: "chóng" }));
  await press(panel.getByLabel("本门户"));
  await save("重岭");
  // The telephone is the first number among the doubtful places.
  await press(page.locator("#doubts button").filter({ hasText: "3315820" }));
  await save("3315820");
  // The name.
  await choose("乐安");
  await press(panel.getByRole("button", { name: "yuè" }));
  await save("乐安");
  const read = await page.evaluate(() => {
    const { utterances } = window.desk.document;
    return {
      spoken: utterances.map((one) => one.spoken).join(""),
      pinyin: utterances.flatMap((one) => one.syllables).map((one) => one.hanzi + one.pinyin),
    };
  });
  assert.match(read.spoken, /由三三幺五八二零回复/);
  assert.equal(read.pinyin.includes("重zhong4"), false, "the county is right wherever it stands");
  assert.ok(read.pinyin.includes("乐yue4"));
  // Sums of money under 元 are no doubtful numbers.
  const doubts = await page.evaluate(() => window.desk.document.doubts.map((doubt) => doubt.text));
  assert.equal(doubts.includes("1200"), false, doubts.join(" "));
  console.log(`the trial took ${presses} presses and ${Math.round((Date.now() - began) / 1000)} s by a machine`);
  assert.deepEqual(page.problems, []);
});

test("a document waits until it is approved, and the desk shows what waits", async (t) => {
  const page = await desk(t, "desk-one.html");
  assert.equal(await page.locator("#approval").isVisible(), false, "nobody has to approve this one");
  const address = `${all.portal.root.replace("127.0.0.1", "localhost")}desk-two.html`;
  const reading = async () => (await fetch(`${all.service.root}v1/readings?url=${encodeURIComponent(address)}`)).status;
  assert.equal(await reading(), 403);
  // It waits without a reload.
  await page.locator("#approval-count").filter({ hasText: "1" }).waitFor();
  await page.getByRole("tab", { name: /待审/ }).click();
  const row = page.locator("#waiting li");
  assert.match(await row.textContent(), /关于居住证的通知/);
  assert.deepEqual(await axe(page), []);
  await row.getByRole("button", { name: "打开审听" }).click();
  await page.getByText("这份文件还没有审定，听众现在听不到。").waitFor();
  await page.locator("#sheet").focus();
  await page.keyboard.press(" ");
  await page.locator(".sentence.heard").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "审定，可以收听" }).click();
  await page.getByText(/已审定，听众可以收听：operator/).waitFor();
  assert.equal(await reading(), 200);
  await page.locator("#approval-count").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "收回" }).click();
  await page.getByText("这份文件还没有审定").waitFor();
  assert.equal(await reading(), 403);
  await page.getByRole("tab", { name: /待审/ }).click();
  const lines = page.locator("#approved li");
  await lines.nth(1).waitFor();
  assert.match(await lines.first().textContent(), /收回/);
  assert.match(await lines.nth(1).textContent(), /审定/);
  assert.deepEqual(page.problems, []);
});

test("what waits for approval is not read from a listener's screen either", async (t) => {
  const root = all.portal.root.replace("127.0.0.1", "localhost");
  all.state.pages["waits.html"] = documentPage(
    "关于换领新证的通知",
    ["请持旧证的居民于本月底以前到政务服务大厅换领新证，旧证自下月一日起停止使用。"],
    "<read-aloud></read-aloud>",
  );
  const page = await openPage(t, all, `${root}waits.html`);
  const sent = [];
  page.on("request", (request) => { if (request.method() === "POST" && request.url().endsWith("/v1/readings")) sent.push(request.url()); });
  await pageButton(page).click();
  await untilState(page, "error");
  assert.match(await status(page), /审定之后才能收听/);
  assert.deepEqual(sent, []);
});
