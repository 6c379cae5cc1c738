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
      if (performance.now() > this.ownUntil) leave();
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
    const rect = range.getBoundingClientRect();
    const dock = document.querySelector("read-aloud-dock");
    const covered = dock && getComputedStyle(dock).position === "fixed" ? dock.offsetHeight : 0;
    const height = innerHeight - covered;
    if (rect.top >= height * 0.1 && rect.bottom <= height * 0.85) return;
    // A sentence that fills the window is shown from its beginning.
    const above = Math.max(8, Math.min(height * 0.3, (height - rect.height) / 2));
    const by = rect.top - above;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.ownUntil = performance.now() + 1000;
    scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
  }
}

function isOurs(target) {
  return target instanceof Element && /^READ-ALOUD/.test(target.tagName);
}
