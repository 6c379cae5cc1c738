// 收听统计: how far a document is heard, told to the gateway without anything of who hears it.

/** A view of the player that shows nothing: it looks whenever something has changed. */
class Listens {
  constructor(player) {
    this.player = player;
    this.begin("");
  }

  begin(id) {
    this.id = id;
    this.told = {};
    this.heard = new Set();
    this.heardMs = 0;
    this.since = 0;
  }

  render() {
    const player = this.player;
    const reading = player.reading;
    // What this browser alone has handed over is nobody else's.
    if (!reading || !reading.url) return;
    if (reading.id !== this.id) this.begin(reading.id);
    const isPlaying = player.state === "playing";
    this.clock(isPlaying);
    if (isPlaying) {
      this.heard.add(player.index);
      this.tell("started");
      if (!isPart(reading) && this.heard.size * 2 >= reading.utterances.length) this.tell("half");
    }
    if (player.state !== "ended") return;
    if (this.told.half) this.tell("finished");
    this.left();
    // Heard once more, it counts once more.
    this.begin(reading.id);
  }

  clock(runs) {
    const now = Date.now();
    if (this.since) this.heardMs += Math.max(0, now - this.since);
    this.since = runs ? now : 0;
  }

  tell(event) {
    if (this.told[event]) return;
    this.told[event] = true;
    this.send(event);
  }

  send(event) {
    const seconds = Math.floor(this.heardMs / 1000);
    this.heardMs -= seconds * 1000;
    this.player.gateway.listened(this.id, event, this.device(), seconds);
  }

  device() {
    if (this.player.job.kiosk) return "kiosk";
    const isSmall = Math.min(screen.width, screen.height) <= LARGEST_PHONE;
    return isSmall && matchMedia("(pointer: coarse)").matches ? "phone" : "desktop";
  }

  /** The page goes away, or the document is at its end: the time that was not told yet. */
  left() {
    this.clock(this.player.state === "playing");
    if (this.id && this.player.job && this.heardMs >= 1000) this.send("left");
  }

  /** The player is closed. */
  end() {
    this.left();
    this.begin("");
  }
}
