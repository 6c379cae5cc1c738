// Louder than the device's loudest: up to 9 dB more, with a limiter so that nothing is torn.

/** The largest volume: 9 dB above the clip as it is. */
const LOUDEST = 2.8;
const LIMITER = { threshold: -3, knee: 3, ratio: 20, attack: 0.002, release: 0.1 };

class Boost {
  constructor(elements) {
    this.elements = elements;
    this.gain = null;
  }

  /** Sound of another origin comes out of it as silence, unless it was asked for in another way. */
  static fits(root) {
    return typeof AudioContext === "function" && new URL(root).origin === location.origin;
  }

  /** Must first be called above 1 inside a press. From then on all sound goes through it. */
  set(volume) {
    if (!this.gain && volume > 1) this.build();
    if (!this.gain) return;
    this.context.resume();
    this.gain.gain.value = Math.max(1, volume);
  }

  build() {
    this.context = new AudioContext();
    this.gain = this.context.createGain();
    const limiter = this.context.createDynamicsCompressor();
    Object.entries(LIMITER).forEach(function (entry) { limiter[entry[0]].value = entry[1]; });
    this.elements.forEach(function (audio) { this.context.createMediaElementSource(audio).connect(this.gain); }, this);
    this.gain.connect(limiter);
    limiter.connect(this.context.destination);
  }
}
