// Ten lines: each sentence of a document into a file of its own, and when it is heard.
// Arguments: the gateway's root, a page.
import { writeFileSync } from "node:fs";
import { Client } from "langdu-client";

const [root, page] = process.argv.slice(2);
for await (const sentence of new Client(root).read({ url: page })) {
  console.log(`${(sentence.startMs / 1000).toFixed(2).padStart(7)} s  ${sentence.text}`);
  writeFileSync(`${sentence.index}.mp3`, sentence.audio);
}
