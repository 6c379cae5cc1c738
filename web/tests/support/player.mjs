// The player as browsers get it: its source files joined in the order of web/src/parts.txt and
// shortened, as build.rs does it for the service.
import { readFileSync } from "node:fs";

const SOURCES = new URL("../../src/", import.meta.url);
const SHEETS = { button: ["common", "button"], dock: ["common", "dock", "reader"], light: ["overlay"] };
const read = (name) => readFileSync(new URL(name, SOURCES), "utf8");

/** The names of the player's source files, in order. */
export const parts = () => read("parts.txt").trimEnd().split("\n");

/** The player's whole source text, without comments and indentation. */
export const joined = () => parts().map((name) => {
  const text = shortened(read(name));
  const [, sheet] = name.match(/(\w+)\.css$/) || [];
  return sheet ? `const ${sheet.toUpperCase()}_CSS = ${JSON.stringify(text)};\n` : text;
}).join("");

/** One of the style sheets that are files of their own; undefined where there is none of that name. */
export const sheet = (name) => SHEETS[name]?.map((part) => shortened(read(`styles/${part}.css`))).join("");

function shortened(text) {
  let inComment = false;
  const kept = text.split("\n").map((line) => line.trim()).filter((line) => {
    inComment ||= line.startsWith("/*") && !line.startsWith("/*!");
    const isComment = inComment || line.startsWith("//") || line === "";
    if (inComment && line.endsWith("*/")) inComment = false;
    return !isComment;
  });
  return `${kept.join("\n")}\n`;
}
