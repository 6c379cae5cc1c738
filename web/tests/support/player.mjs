// The player as browsers get it: its source files joined in the order of web/src/parts.txt, as
// build.rs joins them for the service.
import { readFileSync } from "node:fs";

const SOURCES = new URL("../../src/", import.meta.url);
const read = (name) => readFileSync(new URL(name, SOURCES), "utf8");

/** The names of the player's source files, in order. */
export const parts = () => read("parts.txt").trimEnd().split("\n");

/** The player's whole source text. */
export const joined = () => parts().map(read).join("\n");
