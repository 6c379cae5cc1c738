// Who speaks: the voices that the gateway offers, by the names it gives them for people.

class Voices {
  constructor(player) {
    this.player = player;
    this.root = "";
    this.buttons = [];
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
      this.row.appendChild(element);
      return { name: voice.name, element };
    }, this);
    this.render();
  }

  choose(name) {
    this.player.deck.unlock();
    this.player.setVoice(name);
  }

  render() {
    const reading = this.player.reading;
    this.element.hidden = this.buttons.length < 2;
    this.buttons.forEach(function (one) { choose(one.element, Boolean(reading) && one.name === reading.voice); });
  }
}
