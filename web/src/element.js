// The element <read-aloud>: the button on the page, and the JavaScript interface.

let thePlayer = null;

/** The player of this page, made when it is first wanted. */
function player() {
  thePlayer = thePlayer || new Player();
  return thePlayer;
}

class ReadAloudElement extends HTMLElement {
  static get observedAttributes() { return ["label", "src", "data-title", "list"]; }

  connectedCallback() {
    if (this.hasAttribute("list")) {
      addListButtons(this);
      return;
    }
    if (!this.shadowRoot) this.build();
    player().views.add(this);
    this.render();
  }

  disconnectedCallback() { player().views.delete(this); }
  attributeChangedCallback() {
    if (!this.isConnected) return;
    if (this.hasAttribute("list")) addListButtons(this);
    else if (this.shadowRoot) this.render();
  }

  build() {
    const root = this.attachShadow({ mode: "open" });
    addStyles(root, COMMON_CSS + BUTTON_CSS, "button");
    const letters = make("span", { class: "letters" });
    this.main = button(TEXT.read, (function (event) {
      player().press(this.job());
      // Pressed with a key: the controls stand at the end of the page, many tab stops away.
      if (event.detail === 0) player().dock.focus();
    }).bind(this), { icon: "play", style: "main" });
    this.main.addEventListener("pointerdown", (function () { player().touchdown(this.job()); }).bind(this));
    this.main.setAttribute("part", "button");
    this.note = make("span", { class: "note", part: "note", text: TEXT.synthetic });
    letters.appendChild(this.main);
    letters.appendChild(this.note);
    root.appendChild(letters);
  }

  job() { return jobOf(this, { queue: this.jobs, scope: this.scopeOf }); }

  get isMine() { return player().isCurrent(this.job()); }

  render() {
    if (!this.main) return;
    const mine = this.isMine;
    const label = mine ? mainLabel(player()) : { text: this.getAttribute("label") || TEXT.read, icon: "play" };
    this.main.say(label.text, label.icon);
    this.note.classList[mine ? "add" : "remove"]("told");
    const title = this.getAttribute("data-title");
    if (title) this.main.setAttribute("aria-label", label.text + "：" + title);
    else this.main.removeAttribute("aria-label");
  }

  focus(options) { if (this.main) this.main.focus(options); }

  // The JavaScript interface. Browsers let sound start only inside a press of the reader.
  get state() { return this.isMine ? player().state : "idle"; }
  get rate() { return player().rate; }
  set rate(value) { player().setRate(value); }
  get volume() { return player().volume; }
  set volume(value) { player().setVolume(value); }
  play() { if (!(this.isMine && player().isActive)) player().press(this.job()); }
  pause() { if (this.isMine) player().pause(); }
  toggle() { player().press(this.job()); }
  stop() { if (this.isMine) player().close(); }
  next() { if (this.isMine) player().sentence(1); }
  previous() { if (this.isMine) player().sentence(-1); }
  repeat() { if (this.isMine) player().repeat(); }
  skip(seconds) { if (this.isMine) player().skip(seconds * 1000); }
  nextDocument() { if (this.isMine) player().document(1); }
  previousDocument() { if (this.isMine) player().document(-1); }
}
