// Who speaks: the voices that the gateway offers, by the names it gives them for people, each with a sample.

class Voices {
  constructor(player) {
    this.player = player;
    this.root = "";
    this.buttons = [];
    this.audio = null;
    // The name of the voice whose sample is asked for, and that sample's reading once it has come.
    this.heard = "";
    this.sample = null;
  }

  build() {
    this.row = make("div", { class: "row" });
    this.element = group(TEXT.voice, [this.row]);
    this.element.hidden = true;
    return this.element;
  }

  /** Asks for them when they are first to be seen. */
  async load() {
    const gateway = this.player.gateway;
    if (this.root === gateway.root) return;
    this.root = gateway.root;
    let voices = [];
    try {
      voices = (await (await gateway.request(gateway.address("v1/audio/voices?language_code=cmn-CN"))).json()).voices;
    } catch (_) { /* then there is nothing to choose from */ }
    if (this.root !== gateway.root) return;
    this.row.textContent = "";
    this.buttons = voices.map(function (voice) {
      const element = button(voice.description, this.choose.bind(this, voice.name));
      const sample = button(TEXT.sample, this.hear.bind(this, voice.name), { icon: "play" });
      this.row.appendChild(make("div", { class: "voice" }, [element, sample]));
      return { name: voice.name, description: voice.description, element, sample };
    }, this);
    this.render();
  }

  choose(name) {
    this.silence();
    this.player.deck.unlock();
    this.player.setVoice(name);
  }

  /** Has a voice say the document's first sentence, or ends that; the reading waits at its place. */
  async hear(name) {
    const player = this.player;
    const again = this.heard === name;
    this.silence();
    if (again) return;
    if (player.isActive) player.pause();
    this.heard = name;
    this.render();
    if (!this.audio) {
      this.audio = new Audio();
      this.audio.addEventListener("ended", this.silence.bind(this));
      allowSound(this.audio);
    }
    try {
      const job = Object.assign({}, player.job, { voice: name });
      const reading = await readingOf(player.gateway, job, false);
      if (this.heard !== name) return;
      this.sample = { gateway: player.gateway, reading };
      this.audio.src = player.gateway.address(reading.utterances[0].audio.mp3);
      player.deck.applySettings(this.audio);
      await this.audio.play();
    } catch (_) {
      if (this.heard !== name) return;
      this.silence();
      player.setState(player.state, TEXT.noSample);
    }
  }

  /** Ends the sample that is heard. */
  silence() {
    if (!this.heard) return;
    this.heard = "";
    this.audio.pause();
    if (this.sample) this.sample.gateway.leave(this.sample.reading);
    this.sample = null;
    this.render();
  }

  render() {
    const player = this.player;
    const reading = player.reading;
    if (player.isActive || !player.job) this.silence();
    this.element.hidden = this.buttons.length < 2;
    this.buttons.forEach(function (one) {
      choose(one.element, Boolean(reading) && one.name === reading.voice);
      const isHeard = one.name === this.heard;
      const words = isHeard ? TEXT.endSample : TEXT.sample;
      one.sample.say(words, isHeard ? "pause" : "play", words + "：" + one.description);
    }, this);
  }
}
