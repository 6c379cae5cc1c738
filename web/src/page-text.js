// The text of the page as its reader sees it.

/** The visible text of a part of the page without white space, and the way back to its nodes. */
class PageText {
  constructor(root) {
    const nodes = [];
    const starts = [];
    const parts = [];
    let length = 0;
    eachShownText(root, function (node) {
      const text = squeeze(node.data).text;
      if (!text) return;
      nodes.push(node);
      starts.push(length);
      parts.push(text);
      length += text.length;
    });
    this.nodes = nodes;
    this.starts = starts;
    this.text = parts.join("");
  }

  isStale() {
    return this.nodes.some(function (node) { return !node.isConnected; });
  }

  /** The number of the text node that holds a squeezed offset. */
  nodeAt(offset) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The ranges of a stretch: one, or one for each tree that it lies in. */
  range(stretch) {
    const first = this.nodeAt(stretch.start);
    const last = this.nodeAt(stretch.end - 1);
    const ranges = [];
    let number = first;
    while (number >= 0 && number <= last) {
      const root = this.nodes[number].getRootNode();
      let end = number;
      while (end < last && this.nodes[end + 1].getRootNode() === root) end += 1;
      const from = number === first ? squeeze(this.nodes[first].data).at[stretch.start - this.starts[first]] : 0;
      const to = end === last ? squeeze(this.nodes[last].data).at[stretch.end - 1 - this.starts[last]] : this.nodes[end].data.length - 1;
      if (from === undefined || to === undefined) return [];
      const range = this.nodes[number].ownerDocument.createRange();
      range.setStart(this.nodes[number], from);
      range.setEnd(this.nodes[end], to + 1);
      ranges.push(range);
      number = end + 1;
    }
    return ranges;
  }

  ranges(stretches) {
    let all = [];
    stretches.forEach(function (stretch) { all = all.concat(this.range(stretch)); }, this);
    return all;
  }

  /** The squeezed offset of a place in a text node; -1 where it is no text of ours. */
  offsetOf(node, offset) {
    const number = this.nodes.indexOf(node);
    return number < 0 ? -1 : this.starts[number] + squeezedOffset(node.data, offset);
  }
}
