// Watching the page while something is read: pages that build themselves change their address and their
// body without being loaded anew.

const LOOK_MS = 500;

class PageWatch {
  constructor(player) {
    this.player = player;
    this.address = "";
    this.timer = 0;
    this.look = this.look.bind(this);
  }

  start() {
    this.address = location.href;
    clearInterval(this.timer);
    this.timer = setInterval(this.look, LOOK_MS);
  }

  stop() { clearInterval(this.timer); }

  /** There is no sound without controls, and no light on a page that is another by now. */
  look() {
    const player = this.player;
    if (player.dock) player.dock.stay();
    const moved = this.address !== location.href;
    this.address = location.href;
    if (!player.reading || !(moved || player.text.isStale())) return;
    player.findText();
    player.readAlong.relight();
    player.changed();
  }
}
