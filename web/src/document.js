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

/** The same document under the same name, wherever on it the reader was. */
function withoutHash(address, base) {
  const url = new URL(address, base);
  url.hash = "";
  return url.href;
}
