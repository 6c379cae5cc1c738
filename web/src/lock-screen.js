// The lock screen and the media keys.

/** Shows there what is read, and does what is pressed there. */
class LockScreen {
  constructor(player) {
    this.player = player;
    this.session = "mediaSession" in navigator ? navigator.mediaSession : null;
  }

  showState() {
    const player = this.player;
    if (!this.session) return;
    this.session.playbackState = player.isActive ? "playing" : player.state === "idle" ? "none" : "paused";
  }

  showDocument() {
    const player = this.player;
    if (!this.session || typeof MediaMetadata !== "function") return;
    this.session.metadata = new MediaMetadata({
      title: player.reading.title || player.job.title || TEXT.read,
      artist: player.reading.issuer || location.hostname,
      album: TEXT.synthetic,
    });
    const step = player.job.queue().length > 1 ? player.document : player.sentence;
    const actions = {
      play: player.resume, pause: player.pause,
      stop: player.close.bind(player, false),
      previoustrack: step.bind(player, -1), nexttrack: step.bind(player, 1),
      seekbackward: player.skip.bind(player, -SKIP_MS), seekforward: player.skip.bind(player, SKIP_MS),
      seekto: function (details) { player.seekTo(details.seekTime * 1000); },
    };
    Object.entries(actions).forEach(function (entry) {
      try {
        this.session.setActionHandler(entry[0], entry[1].bind(player));
      } catch (_) { /* an action this browser does not have */ }
    }, this);
  }

  /** The position in the whole document, whatever part of it is loaded. */
  showPosition() {
    const player = this.player;
    if (!this.session || !this.session.setPositionState) return;
    const lengths = player.tracks.lengths();
    const duration = sum(lengths) / 1000;
    const position = (sum(lengths.slice(0, player.index)) + player.offsetMs()) / 1000;
    this.session.setPositionState({ duration, playbackRate: player.rate, position: Math.min(position, duration) });
  }
}
