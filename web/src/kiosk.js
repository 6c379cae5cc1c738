// A public terminal: the next visitor finds it as the first one did.

/** Watches whether anybody is at the terminal, and puts it back once nobody is. */
class Kiosk {
  constructor(player) {
    this.player = player;
    this.deserted = false;
  }

  /** Somebody is there: the time until the terminal counts as deserted starts again. */
  touched() {
    const player = this.player;
    this.deserted = false;
    if (!player.job || !player.job.kiosk) return;
    player.timers.set("idle", player.job.idleMs, (function () {
      this.deserted = true;
      if (!player.isActive) this.leave();
    }).bind(this));
  }

  /** Ends the reading of a visitor who has gone. What plays is heard to its end first. */
  leave() {
    const player = this.player;
    if (!this.deserted || !player.job || !player.job.kiosk) return;
    if (player.job.loop && player.state !== "paused") return;
    player.close();
    this.forgetVisitor();
  }

  forgetVisitor() {
    this.player.setVolume(1);
    this.player.setRate(1);
    this.player.rateWanted = 0;
    this.player.voiceWanted = "";
  }
}
