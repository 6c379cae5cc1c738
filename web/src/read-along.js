// Reading along: the sentence and the word that are heard are lit in the page.

/** Keeps what is lit where the audio is. */
class ReadAlong {
  constructor(player) {
    this.player = player;
    this.light = null;
    this.tick = this.tick.bind(this);
  }

  showSentence() {
    const player = this.player;
    if (player.text.isStale()) player.findText();
    const ranges = player.text.sentenceRanges(player.index);
    this.light.show("sentence", ranges);
    this.light.show("word", []);
    if (ranges.length) player.follower.show(ranges[0]);
    player.keepPlace();
    player.lockScreen.showPosition();
    player.changed();
    player.emit("sentence", { index: player.index, text: player.utterance.text });
  }

  showWord() {
    const player = this.player;
    const word = player.currentWord();
    if (word) this.light.show("word", player.text.wordRanges(word));
    player.emit("word", { index: player.index, syllable: player.syllable, word });
    player.dock.showWords();
  }

  /** Lights in the way that fits the system's colours now. */
  relight() {
    const player = this.player;
    if (!player.job || !player.reading) return;
    this.light.show("sentence", []);
    this.light.show("word", []);
    this.light = lightFor(player.job.highlight);
    this.light.show("sentence", player.text.sentenceRanges(player.index));
    const word = player.currentWord();
    if (word) this.light.show("word", player.text.wordRanges(word));
  }

  clear() {
    if (!this.light) return;
    this.light.show("sentence", []);
    this.light.show("word", []);
    this.player.follower.range = null;
    this.player.follower.following = true;
  }

  /** Goes along with the audio, frame by frame, while it plays and the page is seen. */
  run() { requestAnimationFrame(this.tick); }

  tick() {
    if (this.player.state !== "playing") return;
    this.update();
    if (!document.hidden) this.run();
  }

  /** Lights what the audio has come to. */
  update() {
    const player = this.player;
    const track = player.deck.track();
    if (!track || !player.reading || player.state !== "playing") return;
    if (track.starts.length > 1) this.updateSentence(track);
    // A script of the page may have stopped the reading when it was told of the new sentence.
    if (!player.reading) return;
    const timing = player.tracks.timings.get(player.index);
    if (!timing) return;
    const syllable = syllableAt(timing.syllables, player.offsetMs());
    if (syllable === player.syllable) return;
    player.syllable = syllable;
    this.showWord();
  }

  /** Within the whole-document file no event says that a sentence has ended: the time does. */
  updateSentence(track) {
    const player = this.player;
    const ms = player.deck.audio().currentTime * 1000;
    let index = player.index;
    while (index + 1 - track.first < track.starts.length && ms >= track.starts[index + 1 - track.first]) index += 1;
    if (index === player.index) return;
    player.index = index;
    player.syllable = -1;
    player.resumed = false;
    player.tracks.loadTiming(index);
    this.showSentence();
  }
}
