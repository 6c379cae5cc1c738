// One service, portal and browser for all tests of a run: starting them costs more than a test.
import { after } from "node:test";
import { startAll } from "./browser.mjs";

export const all = await startAll();
after(() => all.stop());
