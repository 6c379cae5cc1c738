// The type declarations, as a portal's own compiler sees them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { joined } from "./support/player.mjs";

test("a portal's script compiles with the declarations, and wrong uses do not", () => {
  const program = ts.createProgram([fileURLToPath(new URL("types/portal.ts", import.meta.url))], {
    strict: true, noEmit: true, target: ts.ScriptTarget.ES2017, lib: ["lib.es2017.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [],
  });
  const found = ts.getPreEmitDiagnostics(program).map((one) => {
    const line = one.file ? one.file.getLineAndCharacterOfPosition(one.start).line + 1 : 0;
    return `${one.file ? one.file.fileName : ""}:${line}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`;
  });
  assert.deepEqual(found, []);
  assert.ok(program.getSourceFiles().some((file) => file.fileName.endsWith("web/read-aloud.d.ts")), "they were read");
});

test("the package for bundlers holds the player as browsers get it, and every attribute has its type", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  assert.deepEqual(packed.files.map((file) => file.path).sort(), ["dist/read-aloud.js", "package.json", "read-aloud.d.ts"]);
  assert.equal(readFileSync(`${folder}dist/read-aloud.js`, "utf8"), joined());
  const types = readFileSync(`${folder}read-aloud.d.ts`, "utf8").match(/interface ReadAloudAttributes \{([^]*?)\n\}/)[1];
  const typed = [...types.matchAll(/^ {2}(\w+)\?:/gm)].map((match) => match[1]);
  const table = readFileSync(`${folder}../docs/embed.md`, "utf8").match(/## Attributes([^]*?)\n## /)[1];
  const documented = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap((match) => [...match[1].matchAll(/\w+/g)].map(([name]) => name));
  assert.deepEqual(typed.sort(), documented.sort());
});
