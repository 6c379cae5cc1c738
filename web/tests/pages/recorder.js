// Gives what it hears to the page, with the frame of the audio clock it was heard at.
registerProcessor("recorder", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(4096);
    this.filled = 0;
  }

  process(inputs) {
    const heard = inputs[0][0] || new Float32Array(128);
    this.block.set(heard, this.filled);
    this.filled += heard.length;
    if (this.filled === this.block.length) {
      this.port.postMessage({ end: currentFrame + heard.length, samples: this.block.slice() });
      this.filled = 0;
    }
    return true;
  }
});
