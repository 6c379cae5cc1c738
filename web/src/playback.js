// What is played after what, and what is done when an audio element tells of itself.

class Playback {
  constructor(player) { this.player = player; }

  /** Loads what follows the track that plays, so that it goes on without a gap. */
  cueNext() {
    const player = this.player;
    const track = player.deck.track();
    if (!track || !player.reading) return;
    const next = track.first + track.starts.length;
    for (let i = next; i < Math.min(next + CLIPS_AHEAD, player.reading.utterances.length); i += 1) player.tracks.loadTiming(i);
    if (next + CLIPS_AHEAD >= player.reading.utterances.length && !isPart(player.reading)) {
      const following = player.nextJob();
      if (following && !player.isCurrent(following)) player.gatewayFor(following).prefetchReading(following, 2);
    }
    if (next >= player.reading.utterances.length) return;
    const ahead = player.tracks.trackFor(next);
    const slot = 1 - player.deck.active;
    player.deck.cue(slot, ahead, ahead.starts[next - ahead.first]);
    if (player.deck.elements[slot].readyState >= HAVE_ENOUGH_DATA) player.tracks.prefetch(next + 1);
  }

  async loadFile() {
    const player = this.player;
    const turn = player.turn;
    if (await player.tracks.loadFile() && turn === player.turn) this.cueNext();
  }

  onAudioEvent(name, slot) {
    const player = this.player;
    if (name === "canplaythrough" && player.reading) {
      const track = player.deck.tracks[slot];
      if (track && track !== player.tracks.file) player.tracks.made.add(track.first);
      if (track && slot !== player.deck.active) player.tracks.prefetch(track.first + 1);
      if (player.tracks.areAllMade()) this.loadFile();
    }
    if (slot !== player.deck.active || !player.job) return;
    // Events come late: a press may have undone since what one reports.
    const audio = player.deck.audio();
    if (name === "playing" && !audio.paused) this.onPlaying();
    else if (name === "waiting" && player.state === "playing") player.wait();
    else if (name === "ended" && audio.ended) this.onTrackEnded();
    else if (name === "timeupdate" && document.hidden) player.readAlong.update();
    else if (name === "error") this.onTrackFailed();
  }

  onPlaying() {
    const player = this.player;
    player.timers.clear("wait", "giveUp", "retry");
    player.retries = 0;
    if (!player.reading) return;
    player.tracks.loadTiming(player.index);
    player.setState("playing", player.resumed ? TEXT.resumed : "");
    this.cueNext();
    player.readAlong.run();
  }

  onTrackEnded() {
    const player = this.player;
    const track = player.deck.track();
    if (!track || !player.reading || !player.isActive) return;
    const next = track.first + track.starts.length;
    if (player.isWaitingFor(next)) return;
    if (next >= player.reading.utterances.length) return player.finish();
    // Straight on, without the detour of `start`: this is where a gap would be heard.
    const slot = 1 - player.deck.active;
    const ahead = player.deck.tracks[slot];
    const wanted = player.tracks.trackFor(next);
    if (!ahead || ahead.src !== wanted.src || player.deck.elements[slot].error) return player.start(next, 0);
    player.turn += 1;
    player.index = next;
    player.syllable = -1;
    player.resumed = false;
    player.play(slot, player.turn);
    player.readAlong.showSentence();
  }

  onTrackFailed() {
    const player = this.player;
    if (!player.isActive || !player.reading || !player.deck.audio().getAttribute("src")) return;
    if (player.deck.track() === player.tracks.file) {
      player.tracks.dropFile();
      player.start(player.index, 0);
      return;
    }
    if (player.retries < 1) {
      player.retries += 1;
      player.timers.set("retry", 800, (function () {
        player.deck.tracks[player.deck.active] = null;
        player.start(player.index, 0);
      }).bind(this));
      return;
    }
    player.trouble.explain();
  }
}
