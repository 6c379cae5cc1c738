// Documents: their sections and their addresses.

/** How sure the words of a sentence are in percent, where they were recognised in a picture; 0 otherwise. */
function recognisedOf(reading, utterance) {
  const block = utterance.span ? reading.blocks[utterance.span.block] : null;
  return (block && block.recognised) || 0;
}

/** True where the pages behind what is there of a reading are still being recognised. */
function isGrowing(reading) { return reading.complete === false; }

/** True where only the first sentences of a reading have come. */
function isPart(reading) { return reading.utterance_count > reading.utterances.length || isGrowing(reading); }

/** The sections of a document that can be jumped to. */
function sectionsOf(reading) {
  const sections = [];
  reading.blocks.forEach(function (block, number) {
    if (block.kind !== "heading") return;
    const index = reading.utterances.findIndex(function (utterance) {
      return utterance.span && utterance.span.block === number;
    });
    if (index >= 0) sections.push({ title: block.text, index });
  });
  return sections;
}

/**
 * The address of a document without the part that names a place on it. After `#/` and `#!` stands a route:
 * which document a page that builds itself shows.
 */
function withoutHash(address, base) {
  const url = new URL(address, base);
  if (!/^#!?\//.test(url.hash)) url.hash = "";
  return url.href;
}

/** The place that a link to the listening page names: {index, rate}; null where it names none. */
function placeInLink(hash) {
  const found = /^#s=(\d{1,6})(?:&r=([\d.]{1,5}))?$/.exec(hash);
  return found ? { index: Math.max(0, Number(found[1]) - 1), rate: Number(found[2]) || 1 } : null;
}
