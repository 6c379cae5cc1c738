// The controls, at the foot of the window while something is read.

class Dock {
  constructor(player) {
    this.player = player;
    this.host = document.createElement("read-aloud-dock");
    this.isOpen = false;
    this.expanded = false;
    const root = this.host.attachShadow({ mode: "open" });
    addStyles(root, COMMON_CSS + DOCK_CSS + READER_CSS, "dock");
    this.styleRoom = addStyles(document, "");
    this.timeline = new Timeline(player);
    this.sheet = new Sheet(player);
    this.reader = new Reader(player, this);
    this.build(root);
    if (typeof ResizeObserver === "function") new ResizeObserver(this.makeRoom.bind(this)).observe(this.host);
    root.addEventListener("keydown", this.key.bind(this));
    player.views.add(this);
  }

  build(root) {
    const player = this.player;
    this.title = make("p", { class: "title" });
    this.status = make("span", { class: "status", role: "status", "aria-live": "polite" });
    // Not in the status: nobody wants each second read out.
    this.count = make("span", { class: "count", "aria-hidden": "true" });
    this.note = make("span", { class: "note", text: " · " + TEXT.synthetic });
    this.now = make("p", { class: "now" }, [this.status, this.count, this.note]);
    this.door = button(TEXT.reader, this.reader.toggle.bind(this.reader), { icon: "letters", style: "stacked reader-door" });
    this.shut = button(TEXT.close, function () { player.close(); }, { icon: "close", style: "stacked" });
    this.caption = make("p", { class: "caption", lang: "zh-CN" });

    this.previous = button(TEXT.previous, function () { player.sentence(-1); }, { icon: "previous", style: "stacked step" });
    this.main = button(TEXT.pause, function () {
      player.deck.unlock();
      player.toggle();
    }, { icon: "pause", style: "main" });
    this.next = button(TEXT.next, function () { player.sentence(1); }, { icon: "next", style: "stacked step" });
    this.paces = PACES.map(function (pace) {
      return button(pace.name, function () { player.setRate(pace.rate); });
    });
    this.more = button(TEXT.more, this.toggleMore.bind(this), { icon: "more", style: "stacked" });
    this.more.setAttribute("aria-controls", "more");

    this.back = button(TEXT.comeBack, function () { player.follower.comeBack(); });
    this.selection = button(TEXT.fromSelection, function () { player.readSelection(); });
    this.fromStart = button(TEXT.fromStart, function () { player.resumed = false; player.start(0, 0); });
    this.offers = make("div", { class: "row offers" }, [this.back, this.selection, this.fromStart]);
    this.earlier = button(TEXT.previousDocument, function () { player.document(-1); });
    this.later = button(TEXT.nextDocument, function () { player.document(1); });
    this.queue = make("div", { class: "row queue" }, [this.earlier, this.later]);

    this.box = make("div", { class: "dock letters", role: "region", "aria-label": TEXT.region }, [
      make("div", { class: "head" }, [this.title, this.door, this.shut, this.now]),
      this.caption,
      this.timeline.element,
      make("div", { class: "row controls" }, [
        make("div", { class: "transport" }, [this.previous, this.main, this.next]),
        make("div", { class: "speeds", role: "group", "aria-label": TEXT.pace }, this.paces),
        make("div", { class: "doors" }, [this.more]),
      ]),
      this.offers,
      this.queue,
      this.sheet.element,
    ]);
    root.appendChild(this.reader.element);
    root.appendChild(this.box);
  }

  open() {
    raise(this.host);
    this.isOpen = true;
    if (this.player.job.reader) this.reader.open();
    this.render();
  }

  /** A page that empties its document takes the controls along: they come back while there is sound. */
  stay() {
    if (this.isOpen && !this.host.isConnected) raise(this.host);
  }

  /** How much of the window's foot is covered, in pixels: all of it by the reading view. */
  coveredHeight() {
    if (!this.isOpen) return 0;
    return this.reader.isOpen ? innerHeight : this.box.offsetHeight;
  }

  /** Adds room at the end of the page, so that the dock hides neither its last lines nor the focus. */
  makeRoom() {
    const px = this.isOpen ? this.box.offsetHeight : 0;
    if (this.room === px) return;
    this.room = px;
    this.reader.leaveRoom(px);
    this.player.follower.show(this.player.follower.range);
    this.styleRoom(px ? "@media screen { :root { scroll-padding-bottom: " + px + "px; padding-bottom: " + px + "px; } }" : "");
  }

  close() {
    const focused = this.host.shadowRoot.activeElement;
    this.isOpen = false;
    this.expanded = false;
    this.sheet.voices.silence();
    this.reader.close();
    this.host.remove();
    this.makeRoom();
    if (focused && this.lastOwner && this.lastOwner.focus) this.lastOwner.focus();
  }

  focus() { this.main.focus(); }

  toggleMore() {
    this.expanded = !this.expanded;
    if (this.expanded) this.sheet.voices.load();
    else this.sheet.voices.silence();
    this.render();
  }

  render() {
    const player = this.player;
    const job = player.job;
    if (!this.isOpen || !job) return;
    this.lastOwner = job.owner;
    flag(this.host, "kiosk", job.kiosk);
    const reading = player.reading;
    setText(this.title, (reading && reading.title) || job.title || TEXT.read);
    setText(this.status, this.statusText());
    setText(this.count, player.trouble.isCounting ? "（" + player.trouble.secondsLeft + "秒）" : "");
    const troubled = player.state === "error";
    this.status.classList[troubled ? "add" : "remove"]("trouble");
    this.box.classList[troubled || player.message || player.pointing ? "add" : "remove"]("urgent");
    const label = mainLabel(player);
    this.main.say(label.short || label.text, label.icon, label.text);

    enable(this.previous, Boolean(reading) && player.index > 0);
    enable(this.next, Boolean(reading) && player.index < reading.utterances.length - 1);
    this.paces.forEach(function (pace, number) { choose(pace, paceOf(player.rate) === number); });
    this.more.say(this.expanded ? TEXT.less : TEXT.more, this.expanded ? "less" : "more");
    this.more.setAttribute("aria-expanded", String(this.expanded));
    this.sheet.element.hidden = !this.expanded;
    this.box.classList[this.expanded ? "add" : "remove"]("expanded");

    this.back.hidden = this.reader.isOpen || !(player.follower.range && !player.follower.following);
    this.selection.hidden = !(reading && player.selectionStart(player.selectedRange()));
    this.fromStart.hidden = !(reading && player.resumed);
    this.offers.hidden = this.back.hidden && this.selection.hidden && this.fromStart.hidden;
    this.queue.hidden = job.queue().length < 2;
    enable(this.earlier, Boolean(player.neighbour(-1)));
    enable(this.later, Boolean(player.neighbour(1)));
    this.door.hidden = this.reader.isOpen;
    enable(this.door, Boolean(reading));
    this.sheet.render(job);
    this.timeline.render();
    this.reader.render();
    this.showWords();
    this.makeRoom();
  }

  statusText() {
    const player = this.player;
    if (player.message) return player.message;
    if (player.pointing) return TEXT.pointing;
    return { preparing: TEXT.starting, playing: TEXT.playing, paused: TEXT.paused, ended: TEXT.ended }[player.state] || "";
  }

  /** Shows what is heard: the sentence and its word, and how far the reading is. */
  showWords() {
    const player = this.player;
    if (!this.isOpen || !player.job) return;
    this.timeline.progress();
    this.reader.showWord();
    const utterance = player.utterance;
    const shown = !this.reader.isOpen && (player.job.captions || !player.isOnPage);
    this.box.classList[utterance && shown ? "add" : "remove"]("captions");
    if (!utterance) {
      this.caption.textContent = "";
      return;
    }
    const sure = recognisedOf(player.reading, utterance);
    setText(this.note, " · " + TEXT.synthetic + (sure ? " · " + TEXT.recognised : ""));
    markWord(this.caption, utterance.text, wordIn(player));
    // Of a long sentence the row that is read.
    const mark = this.caption.querySelector("mark");
    this.caption.scrollTop = mark ? mark.offsetTop + mark.offsetHeight / 2 - this.caption.clientHeight / 2 : 0;
  }

  /** Letter keys work only while the dock has the focus. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    const player = this.player;
    const last = player.reading ? player.reading.utterances.length - 1 : 0;
    const actions = {
      k: player.toggle, r: player.repeat,
      j: player.skip.bind(player, -SKIP_MS), l: player.skip.bind(player, SKIP_MS),
      ArrowLeft: player.sentence.bind(player, -1), ArrowRight: player.sentence.bind(player, 1),
      "-": player.stepRate.bind(player, -1), "+": player.stepRate.bind(player, 1), "=": player.stepRate.bind(player, 1),
      Escape: this.reader.isOpen ? this.reader.close.bind(this.reader) : player.close.bind(player, false),
    };
    if (event.target === this.timeline.bar) {
      actions.Home = player.goTo.bind(player, 0);
      actions.End = player.goTo.bind(player, last);
    }
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action.call(player);
  }
}

/** The current word as {from, to} in its sentence's own text; empty where none is known. */
function wordIn(player) {
  const word = player.currentWord();
  const begin = player.utterance.span ? player.utterance.span.start_utf16 : 0;
  return word ? { from: word.start_utf16 - begin, to: word.end_utf16 - begin } : { from: 0, to: 0 };
}

/**
 * Fills an element with a text in which one word is marked; leaves it alone where it holds that already. Over
 * characters that few can read stands their pinyin: `rare` is a list of {from, to, pinyin}, in order.
 */
function markWord(element, text, word, rare) {
  const key = word.from + ":" + word.to + ":" + text;
  if (element.marked === key) return;
  element.marked = key;
  element.textContent = "";
  const pieces = function (from, to) { return withPinyin(text, from, to, rare || []); };
  const mark = make("mark");
  mark.append.apply(mark, pieces(word.from, word.to));
  element.append.apply(element, pieces(0, word.from).concat([mark], pieces(word.to, text.length)));
}

/** A stretch of a text. The pinyin is no text of its own: what is copied or searched stays as it is. */
function withPinyin(text, from, to, rare) {
  const pieces = [];
  let done = from;
  rare.forEach(function (one) {
    if (one.from < done || one.to > to) return;
    pieces.push(text.slice(done, one.from), make("span", { class: "rare", "data-pinyin": one.pinyin, text: text.slice(one.from, one.to) }));
    done = one.to;
  });
  pieces.push(text.slice(done, to));
  return pieces;
}

function mainLabel(player) {
  if (player.trouble.isCounting) return { text: TEXT.cancel, icon: "close" };
  if (player.isActive) return { text: TEXT.pause, icon: "pause" };
  if (player.state === "error") return { text: TEXT.retry, icon: "again" };
  if (player.state === "ended") return { text: TEXT.again, short: TEXT.againShort, icon: "again" };
  if (player.state === "paused") return { text: TEXT.resume, icon: "play" };
  return { text: TEXT.read, icon: "play" };
}
