// Takes the pictures in docs/pictures anew, from the demo portal and the real voice:
//
//   node web/tests/pictures.mjs [NAME…]      all of them, or those named
//
// LANGDU names the service's binary and CHROMIUM the browser, as for the tests.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dock, openPage, pageButton, press, startAll, untilState } from "./support/browser.mjs";
import { PROJECT } from "./support/service.mjs";

const FOLDER = join(PROJECT, "docs/pictures");
const DOCUMENT = "langdu/demo/zhengce/gaoling-jintie.html";
const PORTAL = "langdu/demo/index.html";
const KIOSK = "langdu/demo/zhongduan.html";

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 720 }, deviceScaleFactor: 2 };

/**
 * Reads the sentence that begins with `text`, and stops the clock of its audio at the word that
 * begins with `word`: the picture is of a player that plays, and is the same each time.
 */
async function readTo(page, text, word) {
  await page.evaluate(async ([wantedText, wantedWord]) => {
    const { player } = window.ReadAloud;
    const index = player.reading.utterances.findIndex((utterance) => utterance.text.startsWith(wantedText));
    if (index < 0) throw new Error(`no sentence begins with ${wantedText}`);
    player.start(index, 0);
    const block = () => player.reading.blocks[player.utterance.span.block].text;
    await new Promise((resolve, reject) => {
      const look = () => {
        const current = player.currentWord();
        if (player.index > index) reject(new Error(`the sentence ended before ${wantedWord}`));
        else if (!current || !block().startsWith(wantedWord, current.start_utf16)) requestAnimationFrame(look);
        else resolve();
      };
      look();
    });
    player.deck.audio().playbackRate = 0;
  }, [text, word]);
  await page.waitForTimeout(300);
}

/** Pauses, and puts the document's title at the top of the window. */
async function titleOnTop(page) {
  await untilState(page, "playing");
  await page.evaluate(() => {
    const { player } = window.ReadAloud;
    player.pause();
    player.readAlong.clear(); // Else this scrolling would count as the reader's own.
    scrollTo(0, document.querySelector(".document").getBoundingClientRect().top + scrollY - 16);
  });
  await page.waitForTimeout(300);
}

async function showDocument(page) {
  await pageButton(page).click();
  await titleOnTop(page);
  await readTo(page, "当月满80周岁", "计算");
}

/** Signs in at the proof desk, opens the document, and chooses a word of it to correct. */
async function showDesk(page, all) {
  await page.getByLabel("访问凭证").fill(all.service.token());
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "网址" }).fill(new URL(DOCUMENT, all.portal.root).href);
  await page.keyboard.press("Enter");
  await page.locator("#sheet .unit").first().waitFor();
  await page.evaluate(() => {
    const { sheet } = window.desk;
    const block = sheet.document.texts.findIndex((text) => text.join("").includes("当月满80周岁"));
    const start = sheet.document.texts[block].join("").indexOf("当月满80周岁");
    sheet.chooseRange(block, start, start + 1);
  });
  await page.locator("#sheet").press("Enter");
  await page.getByText(/会影响 \d|已经听过/).waitFor();
}

const DESK = "desk";

const PICTURES = {
  playing: { address: DOCUMENT, options: DESKTOP, show: showDocument },
  dark: { address: DOCUMENT, options: { ...DESKTOP, colorScheme: "dark" }, show: showDocument },
  "high-contrast": { address: DOCUMENT, options: { ...DESKTOP, forcedColors: "active" }, show: showDocument },
  more: {
    address: DOCUMENT, options: { viewport: { width: 1280, height: 900 } },
    show: async (page) => {
      await showDocument(page);
      await press(page, "更多");
    },
  },
  phone: {
    address: DOCUMENT, options: PHONE,
    show: async (page) => {
      await pageButton(page).click();
      await untilState(page, "playing");
      await readTo(page, "当月满80周岁", "计算");
    },
  },
  reader: {
    address: DOCUMENT, options: DESKTOP,
    show: async (page) => {
      await pageButton(page).click();
      await untilState(page, "playing");
      await press(page, "大字");
      await readTo(page, "当月满80周岁", "计算");
    },
  },
  kiosk: {
    address: KIOSK, options: { viewport: { width: 1080, height: 1000 } },
    show: async (page) => {
      await page.locator("read-aloud:not([list])").nth(1).getByRole("button").click();
      await untilState(page, "playing");
      await readTo(page, "当月满80周岁", "计算");
    },
  },
  desk: { address: DESK, options: { viewport: { width: 1280, height: 900 } }, show: showDesk },
  "desk-tablet": { address: DESK, options: { viewport: { width: 820, height: 1180 } }, show: showDesk },
  button: { address: DOCUMENT, options: DESKTOP, clip: { x: 160, y: 0, width: 960, height: 720 } },
  portal: { address: PORTAL, options: { viewport: { width: 1280, height: 900 } } },
};

async function take(all, name) {
  const { address, options, show, clip } = PICTURES[name];
  const ends = [];
  try {
    const where = address === DESK ? `${all.service.desk}desk/` : address;
    const page = await openPage({ after: (end) => ends.push(end) }, all, where, { reducedMotion: "reduce", ...options });
    if (show) await show(page, all);
    else await page.waitForLoadState("networkidle");
    if (await dock(page).count()) await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `${name}.png`), clip });
  } finally {
    for (const end of ends) await end();
  }
  console.log(`${name}.png`);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !PICTURES[name]);
if (unknown.length) {
  console.error(`no such picture: ${unknown.join(", ")}; there are ${Object.keys(PICTURES).join(", ")}`);
  process.exit(2);
}
mkdirSync(FOLDER, { recursive: true });
const all = await startAll();
try {
  for (const name of names.length ? names : Object.keys(PICTURES)) await take(all, name);
} finally {
  await all.stop();
}
