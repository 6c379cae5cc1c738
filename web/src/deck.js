// Two audio elements that take turns, so that the next track is ready when this one ends. What a
// track is: tracks.js.

class Deck {
  constructor(onEvent) {
    this.rate = 1;
    this.volume = 1;
    this.active = 0;
    this.unlocked = false;
    this.tracks = [null, null];
    this.seeks = [0, 0];
    this.elements = [0, 1].map(function (slot) {
      const audio = new Audio();
      audio.preload = "auto";
      audio.addEventListener("loadedmetadata", this.seek.bind(this, slot));
      ["ended", "error", "playing", "waiting", "timeupdate", "canplaythrough"].forEach(function (name) {
        audio.addEventListener(name, onEvent.bind(null, name, slot));
      });
      return audio;
    }, this);
    this.boost = new Boost(this.elements);
  }

  /** Must be called inside a press: iPhones only let those elements sound that a press has played. */
  unlock() {
    if (this.unlocked) return;
    this.unlocked = true;
    this.elements.forEach(allowSound);
  }

  audio() { return this.elements[this.active]; }
  track() { return this.tracks[this.active]; }

  /** The element that has this track loaded already, else the one that is not playing. */
  slotFor(track) {
    const held = this.tracks.findIndex(function (other) { return other && other.src === track.src; });
    return held >= 0 ? held : 1 - this.active;
  }

  /** Loads a track into an element, ready to play from `ms`. */
  cue(slot, track, ms) {
    const audio = this.elements[slot];
    const held = this.tracks[slot];
    this.tracks[slot] = track;
    this.seeks[slot] = ms;
    if (held && held.src === track.src && !audio.error) {
      if (audio.readyState >= 1) this.seek(slot);
      return;
    }
    audio.src = track.src;
    this.applySettings(audio);
  }

  /** Loads a track that a press is about to play; nothing plays yet. */
  prepare(track) { this.cue(1 - this.active, track, 0); }

  seek(slot) {
    const audio = this.elements[slot];
    const end = Number.isFinite(audio.duration) ? audio.duration - 0.02 : Infinity;
    const wanted = Math.max(0, Math.min(this.seeks[slot] / 1000, end));
    if (Math.abs(audio.currentTime - wanted) > 0.005) audio.currentTime = wanted;
  }

  /** Rate and volume, which loading a track resets. */
  applySettings(audio) {
    audio.defaultPlaybackRate = this.rate;
    audio.playbackRate = this.rate;
    audio.preservesPitch = true;
    audio.webkitPreservesPitch = true;
    audio.volume = Math.min(1, this.volume);
  }

  applySettingsToAll() {
    this.elements.forEach(this.applySettings, this);
    this.boost.set(this.volume);
  }

  play(slot) {
    if (slot !== this.active) this.audio().pause();
    this.active = slot;
    this.applySettings(this.audio());
    return this.audio().play();
  }

  pause() { this.elements.forEach(function (audio) { audio.pause(); }); }

  empty() {
    this.pause();
    this.tracks = [null, null];
    this.elements.forEach(function (audio) {
      audio.removeAttribute("src");
      audio.load();
    });
  }

  /** False on iPhones, where only the keys on the device set the volume. */
  canSetVolume() {
    if (this.volumeWorks === undefined) {
      const trial = new Audio();
      trial.volume = 0.5;
      this.volumeWorks = trial.volume === 0.5;
    }
    return this.volumeWorks;
  }
}

/** Has an audio element that is empty yet sound later; must be called inside a press. */
function allowSound(audio) {
  const started = audio.play();
  if (started) started.catch(function () { /* there is nothing to play yet */ });
  audio.pause();
}
