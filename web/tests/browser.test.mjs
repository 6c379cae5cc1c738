// All tests in the browser, in one process: they share one service, portal and browser.
// One file alone: node --test web/tests/browser/kiosk.mjs
import "./browser/playing.mjs";
import "./browser/controls.mjs";
import "./browser/place.mjs";
import "./browser/page.mjs";
import "./browser/list.mjs";
import "./browser/kiosk.mjs";
import "./browser/background.mjs";
import "./browser/embed.mjs";
import "./browser/crossorigin.mjs";
import "./browser/client.mjs";
import "./browser/access.mjs";
import "./browser/demo.mjs";
import "./browser/trouble.mjs";
import "./browser/hostile.mjs";
import "./browser/seen.mjs";
import "./browser/libraries.mjs";
import "./browser/reader.mjs";
import "./browser/extras.mjs";
import "./browser/listens.mjs";
import "./browser/scans.mjs";
import "./browser/desk.mjs";
