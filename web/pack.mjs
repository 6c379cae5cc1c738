// Writes the player as browsers get it to dist/, for `npm pack` and for bundlers.
import { mkdirSync, writeFileSync } from "node:fs";
import { joined } from "./tests/support/player.mjs";

const folder = new URL("dist/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("read-aloud.js", folder), joined());
