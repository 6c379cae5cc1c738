/*! langdu 朗读 player. GPL-3.0-or-later. */
// Gives a page a read-aloud button: <read-aloud></read-aloud>. Asks only the langdu gateway it was loaded
// from (or the one named by the `gateway` attribute), plays its clips, and lights the sentence and the word
// that is spoken in the page's own text. It keeps nothing on the device but the place, the speed and the
// looks of the reading view, changes nothing in the page's text, and never starts by itself.
//
// Attributes, events and methods: docs/embed.md. Language level: ES2017. Joined from the files of web/src/
// (docs/player.md) inside one function, so that a page sees nothing of it but `window.ReadAloud`.
(function () {
"use strict";

const VERSION = "1.0.0";
