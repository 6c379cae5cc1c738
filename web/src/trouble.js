// What is done where something goes wrong: told in plain words, tried again, counted down.

class Trouble {
  constructor(player) {
    this.player = player;
    this.secondsLeft = 0;
  }

  fail(error) {
    const player = this.player;
    player.timers.clear("wait", "giveUp", "next");
    player.deck.pause();
    const title = error instanceof PlayerError ? error.message : TEXT.trouble;
    if (error.status === 429 && player.retries < RETRIES_WHEN_BUSY) {
      player.retries += 1;
      this.countDown(Math.max(1, Math.ceil(error.retryAfterS || 2)));
      return;
    }
    player.setState("error", title);
    player.emit("error", { message: title, status: error.status || 0, detail: error.detail || "" });
    // Nobody stands at a terminal to press "retry": the loop goes on.
    if (player.job.loop) player.timers.set("next", LOOP_AFTER_ERROR_MS, function () { player.open(player.nextJob(), true); });
    else player.kiosk.leave();
  }

  /** Shows each second how long it is until it tries again. A press on 取消 calls it off. */
  countDown(seconds) {
    const player = this.player;
    this.secondsLeft = seconds;
    if (seconds > 0) {
      player.timers.set("retry", 1000, this.countDown.bind(this, seconds - 1));
      player.setState("preparing", TEXT.busy);
      return;
    }
    player.timers.clear("retry");
    if (player.reading) player.start(player.index, 0);
    else player.loadReading();
  }

  /** True while it counts down. */
  get isCounting() { return this.player.state === "preparing" && this.secondsLeft > 0 && this.player.timers.isSet("retry"); }

  /** An audio element does not say why it failed; the gateway does. */
  async explain() {
    const player = this.player;
    const turn = player.turn;
    try {
      await player.gateway.request(player.gateway.address(player.utterance.audio.mp3));
      if (turn === player.turn) this.fail(new PlayerError(TEXT.cannotPlay));
    } catch (error) {
      if (turn !== player.turn) return;
      // An editor has corrected the sentence meanwhile: it is read on as it is read now.
      if (error.kind === SUPERSEDED && this.renewed !== player.reading.id) {
        this.renewed = player.reading.id;
        player.renew();
        return;
      }
      this.fail(error);
    }
  }
}
