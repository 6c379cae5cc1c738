// 发到手机继续听: the listening page with the sentence and the speed, as a code to scan and as a link.

class Phone {
  constructor(player) {
    this.player = player;
    this.shown = "";
  }

  build() {
    this.open = button(TEXT.toPhone, this.toggle.bind(this), { icon: "phone" });
    this.picture = make("img", { class: "code", alt: TEXT.codeFor });
    this.copy = button(TEXT.copy, this.copied.bind(this));
    this.told = make("span", { role: "status" });
    this.box = make("div", { class: "phone" }, [this.picture, make("p", { text: TEXT.scan }), row([this.copy, this.told])]);
    this.box.hidden = true;
    this.element = make("div", { class: "group" }, [row([this.open]), this.box]);
    return this.element;
  }

  /** What was handed over by this browser alone cannot be read on another device. */
  render() {
    this.element.hidden = !(this.player.reading && this.player.reading.url);
    this.open.setAttribute("aria-expanded", String(!this.box.hidden));
  }

  link() {
    const player = this.player;
    return listeningPage(player.gateway.root, player.reading.url) + "#s=" + (player.index + 1) + "&r=" + player.rate;
  }

  toggle() {
    const player = this.player;
    this.box.hidden = !this.box.hidden;
    setText(this.told, "");
    if (!this.box.hidden) {
      const code = new URL("v1/qr.svg", player.gateway.root);
      code.searchParams.set("url", player.reading.url);
      code.searchParams.set("sentence", String(player.index + 1));
      code.searchParams.set("rate", String(player.rate));
      this.picture.src = code.href;
    }
    this.render();
  }

  async copied() {
    let done = false;
    try {
      await navigator.clipboard.writeText(this.link());
      done = true;
    } catch (_) { /* no clipboard here: the link is shown to be copied by hand */ }
    setText(this.told, done ? TEXT.copied : this.link());
  }
}
