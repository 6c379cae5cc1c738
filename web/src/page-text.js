// The text of the page as its reader sees it.

const UNREAD = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TEXTAREA|SELECT|OPTION|READ-ALOUD|READ-ALOUD-DOCK)$/;

/** The visible text of a part of the page without white space, and the way back to its nodes. */
class PageText {
  constructor(root) {
    const nodes = [];
    const starts = [];
    const parts = [];
    let length = 0;
    const shown = new Map();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || !isShown(parent, shown)) continue;
      const text = squeeze(node.data).text;
      if (!text) continue;
      nodes.push(node);
      starts.push(length);
      parts.push(text);
      length += text.length;
    }
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

  range(stretch) {
    const first = this.nodeAt(stretch.start);
    const last = this.nodeAt(stretch.end - 1);
    if (first < 0 || last < 0) return null;
    const from = squeeze(this.nodes[first].data).at[stretch.start - this.starts[first]];
    const to = squeeze(this.nodes[last].data).at[stretch.end - 1 - this.starts[last]];
    if (from === undefined || to === undefined) return null;
    const range = document.createRange();
    range.setStart(this.nodes[first], from);
    range.setEnd(this.nodes[last], to + 1);
    return range;
  }

  ranges(stretches) {
    return stretches.map(this.range, this).filter(Boolean);
  }

  /** The squeezed offset of a place in a text node; -1 where it is no text of ours. */
  offsetOf(node, offset) {
    const number = this.nodes.indexOf(node);
    return number < 0 ? -1 : this.starts[number] + squeezedOffset(node.data, offset);
  }
}

function isShown(element, known) {
  if (known.has(element)) return known.get(element);
  let shown = !UNREAD.test(element.tagName);
  if (shown && element.checkVisibility) shown = element.checkVisibility();
  else if (shown) shown = element.getClientRects().length > 0 || getComputedStyle(element).display === "contents";
  known.set(element, shown);
  return shown;
}
