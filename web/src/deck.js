/**
 * Two audio elements that take turns, so that the next clip is ready when this one ends.
 *
 * What is loaded is a track {src, first, starts}: `src` holds the utterances from `first` on,
 * the i-th of them beginning at `starts[i]` ms. A clip is a track of one utterance, the
 * whole-document file one of all.
 */
class Deck {
  constructor(hooks) {
    this.hooks = hooks;
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
        audio.addEventListener(name, hooks.heard.bind(hooks, name, slot));
      });
      return audio;
    }, this);
  }

  /** To be called inside a press: iPhones let only elements sound that a press has touched. */
  unlock() {
    if (this.unlocked) return;
    this.unlocked = true;
    this.elements.forEach(function (audio) {
      const started = audio.play();
      if (started) started.catch(function () { /* there is nothing to play yet */ });
      audio.pause();
    });
  }

  audio() { return this.elements[this.active]; }
  track() { return this.tracks[this.active]; }

  /** The slot that holds this track already, else the one that is not playing. */
  slotFor(track) {
    const held = this.tracks.findIndex(function (other) { return other && other.src === track.src; });
    return held >= 0 ? held : 1 - this.active;
  }

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
    this.dress(audio);
  }

  seek(slot) {
    const audio = this.elements[slot];
    const end = Number.isFinite(audio.duration) ? audio.duration - 0.02 : Infinity;
    const wanted = Math.max(0, Math.min(this.seeks[slot] / 1000, end));
    if (Math.abs(audio.currentTime - wanted) > 0.005) audio.currentTime = wanted;
  }

  /** Loading resets these. */
  dress(audio) {
    audio.defaultPlaybackRate = this.rate;
    audio.playbackRate = this.rate;
    audio.preservesPitch = true;
    audio.webkitPreservesPitch = true;
    audio.volume = this.volume;
  }

  dressAll() { this.elements.forEach(this.dress, this); }

  play(slot) {
    if (slot !== this.active) this.audio().pause();
    this.active = slot;
    this.dress(this.audio());
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

  /** iPhones leave the volume to their own keys. */
  canSetVolume() {
    if (this.volumeWorks === undefined) {
      const trial = new Audio();
      trial.volume = 0.5;
      this.volumeWorks = trial.volume === 0.5;
    }
    return this.volumeWorks;
  }
}
