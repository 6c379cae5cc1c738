// Scrolling along with the sentence that is read.

const SCROLL_KEYS = /^(PageUp|PageDown|Home|End|ArrowUp|ArrowDown)$/;

/** Keeps the sentence in sight until the reader scrolls, and offers to come back. */
class Follower {
  constructor(changed) {
    this.following = true;
    this.range = null;
    this.ownUntil = 0;
    this.changed = changed;
    const leave = this.leave.bind(this);
    addEventListener("wheel", leave, { passive: true });
    addEventListener("touchmove", leave, { passive: true });
    addEventListener("keydown", function (event) {
      if (SCROLL_KEYS.test(event.key) && !isOurs(event.target)) leave();
    });
    addEventListener("scroll", (function () {
      const now = performance.now();
      // A long way takes long to glide: as long as it goes on without a break, it is still our own.
      if (now > this.ownUntil) leave();
      else this.ownUntil = Math.max(this.ownUntil, now + 250);
    }).bind(this), { passive: true });
  }

  leave() {
    if (!this.following || !this.range) return;
    this.following = false;
    this.changed();
  }

  comeBack() {
    this.following = true;
    this.show(this.range);
    this.changed();
  }

  show(range) {
    this.range = range;
    if (!range || !this.following) return;
    const rect = rectOnScreen(range);
    let top = rect.top;
    scrollersOf(range.startContainer).forEach(function (scroller) {
      const box = scroller.box();
      const height = box.bottom - box.top;
      if (height <= 0 || (top >= box.top + height * 0.1 && top + rect.height <= box.top + height * 0.85)) return;
      // A sentence that fills the window is shown from its beginning.
      const above = Math.max(8, Math.min(height * 0.3, (height - rect.height) / 2));
      const by = scroller.possible(top - box.top - above);
      if (!by) return;
      this.ownUntil = performance.now() + 1000;
      glide(scroller.target, by);
      top -= by;
    }, this);
  }
}

/** Where a range stands in the window, through the frames that it lies in. */
function rectOnScreen(range) {
  const rect = range.getBoundingClientRect();
  const { top } = frameOffset(range.startContainer.ownerDocument);
  return { top: rect.top + top, height: rect.height };
}

/** How far the window of a document in a frame lies from ours, in pixels. */
function frameOffset(inner) {
  let left = 0;
  let top = 0;
  for (let view = inner.defaultView; view && view !== window && view.frameElement; view = view.parent) {
    const box = view.frameElement.getBoundingClientRect();
    left += box.left + view.frameElement.clientLeft;
    top += box.top + view.frameElement.clientTop;
  }
  return { left, top };
}

/**
 * What has to scroll for a node to come into sight, from the inside out: boxes of the page that scroll on
 * their own, the windows of frames, and last the window itself.
 */
function scrollersOf(node) {
  const found = [];
  let at = node;
  while (at && at !== document) {
    if (at.nodeType === Node.ELEMENT_NODE && scrolls(at)) found.push(scrollerOf(at, at));
    const frame = at.nodeType === Node.DOCUMENT_NODE && at.defaultView ? at.defaultView.frameElement : null;
    if (frame) found.push(scrollerOf(at.scrollingElement || at.documentElement, frame));
    at = frame || at.parentNode || at.host;
  }
  found.push({
    target: window,
    box: function () { return { top: 0, bottom: innerHeight - coveredHeight() }; },
    possible: function (by) { return by; },
  });
  return found;
}

function scrolls(element) {
  const root = element.ownerDocument;
  if (element === root.documentElement || element === root.body || element.scrollHeight <= element.clientHeight + 1) return false;
  return /auto|scroll|overlay/.test(root.defaultView.getComputedStyle(element).overflowY);
}

/** `scrolled` moves inside the box of `frame`. */
function scrollerOf(scrolled, frame) {
  return {
    target: scrolled,
    box: function () {
      const rect = frame.getBoundingClientRect();
      const { top } = frameOffset(frame.ownerDocument);
      return { top: rect.top + top, bottom: rect.top + top + frame.clientHeight };
    },
    possible: function (by) {
      const room = scrolled.scrollHeight - scrolled.clientHeight;
      return Math.max(-scrolled.scrollTop, Math.min(by, room - scrolled.scrollTop));
    },
  };
}

/** How much of the window's foot the controls cover. */
function coveredHeight() {
  return thePlayer && thePlayer.dock ? thePlayer.dock.coveredHeight() : 0;
}

function glide(target, by) {
  if ("scrollBehavior" in document.documentElement.style) {
    target.scrollBy({ top: by, behavior: wantsCalm() ? "auto" : "smooth" });
  } else if (target === window) {
    scrollBy(0, by);
  } else {
    target.scrollTop += by;
  }
}

function isOurs(target) {
  return target instanceof Element && /^READ-ALOUD/.test(target.tagName);
}
