// The type declarations, as a portal's own compiler sees them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

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
