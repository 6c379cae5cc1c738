// The timer that ends the reading while its listener falls asleep.

const SLEEP_MINUTES = [15, 30, 60];
/** Instead of minutes: at the end of this document. */
const AT_THE_END = "end";

class Sleep {
  constructor(player) {
    this.player = player;
    this.choice = 0;
    this.element = null;
  }

  build() {
    const choices = SLEEP_MINUTES.concat(AT_THE_END, 0);
    this.buttons = choices.map(function (choice) {
      const label = choice === AT_THE_END ? TEXT.atTheEnd : choice ? choice + "分钟" : TEXT.noTimer;
      return { choice, element: button(label, this.set.bind(this, choice)) };
    }, this);
    this.element = group(TEXT.sleep, [row(this.buttons.map(function (one) { return one.element; }), "narrow-buttons")]);
    return this.element;
  }

  set(choice) {
    const player = this.player;
    this.choice = choice;
    player.timers.clear("sleep");
    if (choice > 0) {
      player.timers.set("sleep", choice * 60000, (function () {
        this.choice = 0;
        player.pause();
        player.setState("paused", TEXT.slept);
      }).bind(this));
    }
    player.changed();
  }

  render() {
    this.buttons.forEach(function (one) { choose(one.element, one.choice === this.choice); }, this);
  }

  /** True where the reading is to end with this document, once. */
  endsHere() {
    const ends = this.choice === AT_THE_END;
    if (ends) this.choice = 0;
    return ends;
  }
}
