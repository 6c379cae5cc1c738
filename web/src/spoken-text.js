// Where the sentences of a reading stand in the page's own text, and back from the page to them.

class SpokenText {
  /** `root` is the part of the page to look in; null where the page is not the one that is read. */
  constructor(reading, root) {
    this.reading = reading;
    this.page = root ? new PageText(root) : null;
    this.places = [];
    this.stretches = [];
    this.words = new Map();
    if (this.page) this.locate();
  }

  locate() {
    const blocks = this.reading.blocks;
    const places = locateBlocks(this.page.text, blocks.map(function (block) { return block.text; }));
    this.places = places;
    this.stretches = this.reading.utterances.map(function (utterance) {
      return spanOnPage(places, blocks, utterance.span);
    });
  }

  get isOnPage() { return this.stretches.some(function (stretch) { return stretch.length > 0; }); }

  /** True once the page has replaced some of the text that was found. */
  isStale() { return Boolean(this.page) && this.page.isStale(); }

  sentenceRanges(index) {
    return this.page ? this.page.ranges(this.stretches[index] || []) : [];
  }

  /** The word of a sentence's syllable, as offsets of its block's text; null before the first. */
  word(index, syllable) {
    const utterance = this.reading.utterances[index];
    const source = utterance.syllables[syllable];
    if (!source || !utterance.span) return null;
    const block = utterance.span.block;
    if (!this.words.has(block)) this.words.set(block, wordsOf(this.reading.blocks[block].text));
    const word = wordAround(this.words.get(block), source[0], source[1]);
    return {
      block,
      start_utf16: Math.max(word.start, utterance.span.start_utf16),
      end_utf16: Math.min(word.end, utterance.span.end_utf16),
    };
  }

  wordRanges(word) {
    return this.page ? this.page.ranges(spanOnPage(this.places, this.reading.blocks, word)) : [];
  }

  offsetOf(node, offset) { return this.page ? this.page.offsetOf(node, offset) : -1; }

  /** The sentence at a place of the page, or the next one after it; -1 where there is none. */
  sentenceAt(node, offset) {
    const at = this.offsetOf(node, offset);
    return at < 0 ? -1 : utteranceAt(this.stretches, at);
  }

  /** True inside the document: elsewhere on the page a press is the page's own. */
  isRead(node, offset) {
    const at = this.offsetOf(node, offset);
    return this.places.some(function (pieces) {
      return pieces.some(function (piece) { return at >= piece.at && at <= piece.at + piece.to - piece.from; });
    });
  }

  /** Where a range begins in the text that is read; null where it begins elsewhere. */
  startOf(range) {
    if (!this.page) return null;
    let node = range.startContainer;
    let offset = range.startOffset;
    if (node.nodeType !== Node.TEXT_NODE) {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      walker.currentNode = node.childNodes[offset] || node;
      node = walker.currentNode.nodeType === Node.TEXT_NODE ? walker.currentNode : walker.nextNode();
      offset = 0;
    }
    return node && this.offsetOf(node, offset) >= 0 ? { node, offset } : null;
  }
}
