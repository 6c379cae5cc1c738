// What the audio elements load: the clips of a reading one by one, or the document as one file.
//
// A track {src, first, starts} holds the sentences from number `first` on, the i-th of them
// beginning at `starts[i]` milliseconds. A clip is a track of one sentence, the file one of all.

/** The audio and the timings of one reading. */
class Tracks {
  constructor(gateway, reading) {
    this.gateway = gateway;
    this.reading = reading;
    this.timings = new Map();
    this.file = null;
    this.fileRequested = false;
    /** The clips that are known to be made, by the number of their sentence. */
    this.made = new Set();
    this.prefetched = new Set();
    this.closed = false;
  }

  /** The rest of the reading has come. */
  extend(reading) { this.reading = reading; }

  /** The track to play a sentence from. */
  trackFor(index) {
    if (this.file && this.wantsFile()) return this.file;
    const utterance = this.reading.utterances[index];
    return { src: this.gateway.address(utterance.audio.mp3), first: index, starts: [0] };
  }

  /**
   * The file plays on where scripts are put to sleep (a locked phone), and its times are exact
   * once every clip of it is made.
   */
  wantsFile() { return document.hidden || this.areAllMade(); }

  areAllMade() { return !isPart(this.reading) && this.made.size === this.reading.utterances.length; }

  /** Finds out where each sentence begins in the file. True if the file has become playable. */
  async loadFile() {
    const utterances = this.reading.utterances;
    if (this.file || this.fileRequested || isPart(this.reading)) return false;
    this.fileRequested = true;
    try {
      const vtt = await (await this.gateway.request(this.gateway.address(this.reading.audio.vtt))).text();
      const cues = cueStarts(vtt);
      if (this.closed || cues.starts.length !== utterances.length) return false;
      this.file = { src: this.gateway.address(this.reading.audio.mp3), first: 0, starts: cues.starts, end: cues.end };
      return true;
    } catch (_) {
      return false; // Then it is played clip by clip.
    }
  }

  /** Goes back to clips where the gateway no longer has the file; it can make the clips again. */
  dropFile() {
    this.file = null;
    this.made = new Set();
  }

  /** Prefetches clips from a sentence on, one by one: the voice is to make first what is needed first. */
  async prefetch(from) {
    const utterances = this.reading.utterances;
    for (let i = from; i < Math.min(from + CLIPS_AHEAD - 1, utterances.length); i += 1) {
      if (this.closed) return;
      if (this.prefetched.has(i)) continue;
      this.prefetched.add(i);
      await this.gateway.prefetchClip(utterances[i]);
    }
  }

  loadTiming(index) {
    if (this.timings.has(index)) return;
    const timings = this.timings;
    this.gateway.timing(this.reading.utterances[index]).then(function (timing) {
      timings.set(index, timing);
    }, function () { /* then this sentence is lit without its words */ });
  }

  /** The length of each sentence in milliseconds, estimated where its timing is not loaded. */
  lengths() { return durations(this.reading.utterances, this.timings); }

  close() { this.closed = true; }
}
