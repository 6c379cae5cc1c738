// The bar that shows how far the reading is: sections as ticks, time heard and time left.

class Timeline {
  constructor(player) {
    this.player = player;
    this.filled = null;
    this.elapsed = make("span", { class: "elapsed", "aria-hidden": "true" });
    this.left = make("span", { class: "left" });
    this.done = make("div", { class: "done" });
    this.ticks = make("div");
    this.bar = make("div", { class: "bar", role: "slider", tabindex: "0", "aria-label": TEXT.progress, "aria-valuemin": "1" }, [
      make("div", { class: "groove" }), this.done, this.ticks,
    ]);
    this.bar.addEventListener("click", this.pressed.bind(this));
    this.element = make("div", { class: "timeline" }, [this.elapsed, this.bar, this.left]);
  }

  /** A press goes to the sentence at that place: nobody wants to begin in the middle of a word. */
  pressed(event) {
    const box = this.bar.getBoundingClientRect();
    const lengths = this.player.reading ? this.player.tracks.lengths() : [];
    if (!lengths.length || !box.width) return;
    const fraction = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    this.player.goTo(skipped(lengths, 0, 0, fraction * sum(lengths)).index);
  }

  render() {
    const player = this.player;
    const reading = player.reading;
    this.element.hidden = !reading;
    if (!reading) return;
    const all = reading.utterances.length;
    this.bar.setAttribute("aria-valuemax", String(all));
    this.bar.setAttribute("aria-valuenow", String(player.index + 1));
    const last = isGrowing(reading) ? TEXT.growing : "共" + all + "句";
    this.bar.setAttribute("aria-valuetext", "第" + (player.index + 1) + "句，" + last);
    if (this.filled !== reading) this.fill(reading);
    this.progress();
  }

  fill(reading) {
    this.filled = reading;
    const lengths = this.player.tracks.lengths();
    const whole = sum(lengths);
    this.ticks.textContent = "";
    sectionsOf(reading).forEach(function (section) {
      const tick = make("span", { class: "tick" });
      const percent = 100 * sum(lengths.slice(0, section.index)) / whole;
      tick.style.left = percent + "%";
      if (percent > 1) this.ticks.appendChild(tick);
    }, this);
  }

  /** Moves with every word that is heard. */
  progress() {
    const player = this.player;
    if (!player.reading) return;
    const ended = player.state === "ended";
    const leftMs = ended ? 0 : player.remainingMs();
    const elapsedMs = ended ? sum(player.tracks.lengths()) / player.rate : player.elapsedMs();
    this.done.style.width = (100 * elapsedMs / Math.max(1, elapsedMs + leftMs)) + "%";
    setText(this.elapsed, clockText(elapsedMs));
    // How much is left nobody knows before the last page is recognised.
    const left = isGrowing(player.reading) ? TEXT.growing : remainingText(leftMs);
    setText(this.left, ended ? "" : left);
  }
}
