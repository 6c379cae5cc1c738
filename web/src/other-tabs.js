// Only one tab of the portal speaks at a time.

class OtherTabs {
  constructor(player) {
    if (typeof BroadcastChannel !== "function") return;
    this.channel = new BroadcastChannel("read-aloud");
    this.channel.onmessage = function () { if (player.isActive) player.pause(); };
  }

  pauseAll() { if (this.channel) this.channel.postMessage("playing"); }
}
