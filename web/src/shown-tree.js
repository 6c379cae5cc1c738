// The page as the tree that is shown: through open shadow trees and frames of the page's own origin.

const UNREAD = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TEXTAREA|SELECT|OPTION|INPUT|DEL|S|STRIKE|READ-ALOUD|READ-ALOUD-DOCK|READ-ALOUD-LIGHT)$/;

/** The nodes that stand inside a node where the page is shown. */
function shownChildren(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return Array.from(node.childNodes);
  if (node.shadowRoot) return Array.from(node.shadowRoot.childNodes);
  if (node.tagName === "SLOT" && node.assignedNodes) {
    const given = node.assignedNodes();
    if (given.length) return given;
  }
  if (/^I?FRAME$/.test(node.tagName)) {
    const body = frameBody(node);
    return body ? [body] : [];
  }
  return Array.from(node.childNodes);
}

/** The body of a frame's document; null where the frame is of another origin, which is none of ours. */
function frameBody(frame) {
  try {
    return frame.contentDocument && frame.contentDocument.body;
  } catch (_) {
    return null;
  }
}

/** Calls `visit` with every text node that a reader sees under a node, in the order of the page. */
function eachShownText(root, visit) {
  const known = new Map();
  const go = function (node) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.parentNode === root || isShown(node.parentElement || node.parentNode.host, known)) visit(node);
    } else if (node.nodeType !== Node.ELEMENT_NODE || !UNREAD.test(node.tagName)) {
      shownChildren(node).forEach(go);
    }
  };
  go(root);
}

function isShown(element, known) {
  if (known.has(element)) return known.get(element);
  let shown = !UNREAD.test(element.tagName);
  if (shown) {
    const style = getComputedStyle(element);
    // Such an element has no box, and its parts have theirs.
    if (style.display === "contents") shown = !element.parentElement || isShown(element.parentElement, known);
    else if (element.checkVisibility) shown = element.checkVisibility();
    else shown = element.getClientRects().length > 0;
    shown = shown && style.visibility !== "hidden";
  }
  // What is seen of a frame is seen only where the frame itself is.
  const frame = element.ownerDocument.defaultView && element.ownerDocument.defaultView.frameElement;
  if (shown && frame && element.ownerDocument !== document) shown = isShown(frame, known);
  known.set(element, shown);
  return shown;
}
