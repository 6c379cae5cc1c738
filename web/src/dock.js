// The controls, at the foot of the window while something is read.

class Dock {
  constructor(player) {
    this.player = player;
    this.host = document.createElement("read-aloud-dock");
    this.isOpen = false;
    this.expanded = false;
    const root = this.host.attachShadow({ mode: "open" });
    addStyles(root, DOCK_CSS);
    this.styleRoom = addStyles(document, "");
    this.build(root);
    if (typeof ResizeObserver === "function") new ResizeObserver(this.makeRoom.bind(this)).observe(this.host);
    root.addEventListener("keydown", this.key.bind(this));
    player.views.add(this);
  }

  build(root) {
    const player = this.player;
    this.title = make("p", { class: "title" });
    this.status = make("span", { class: "status", role: "status", "aria-live": "polite" });
    this.left = make("span", { class: "left" });
    this.now = make("p", { class: "now" }, [this.status, this.left]);
    this.shut = button(TEXT.close, function () { player.close(); }, { icon: "close" });
    this.words = make("p", { class: "caption", lang: "zh-CN" });

    this.previous = button(TEXT.previous, function () { player.sentence(-1); }, { icon: "previous", step: true });
    this.main = button(TEXT.pause, function () {
      player.deck.unlock();
      player.toggle();
    }, { icon: "pause", main: true });
    this.next = button(TEXT.next, function () { player.sentence(1); }, { icon: "next", step: true });
    this.more = button(TEXT.more, this.toggleMore.bind(this));
    this.more.setAttribute("aria-controls", "more");

    this.back = button(TEXT.comeBack, function () { player.follower.comeBack(); });
    this.selection = button(TEXT.fromSelection, function () { player.readSelection(); });
    this.fromStart = button(TEXT.fromStart, function () { player.resumed = false; player.start(0, 0); });

    this.slower = button(TEXT.slower, function () { player.stepRate(-1); });
    this.rate = make("span", { class: "value", "aria-live": "polite" });
    this.faster = button(TEXT.faster, function () { player.stepRate(1); });
    this.quieter = button(TEXT.quieter, function () { player.setVolume(player.volume - VOLUME_STEP); });
    this.volume = make("span", { class: "value", "aria-live": "polite" });
    this.louder = button(TEXT.louder, function () { player.setVolume(player.volume + VOLUME_STEP); });
    this.point = button(TEXT.point, function () { player.setPointing(!player.pointing); });
    this.sections = make("select", { "aria-label": TEXT.sections });
    this.sections.addEventListener("change", (function () {
      const index = Number(this.sections.value);
      this.sections.value = "";
      player.follower.following = true;
      player.resumed = false;
      if (index >= 0) player.start(index, 0);
    }).bind(this));
    this.download = make("a", { class: "button", text: TEXT.download, rel: "noopener", target: "_blank" });
    this.earlier = button(TEXT.previousDocument, function () { player.document(-1); });
    this.later = button(TEXT.nextDocument, function () { player.document(1); });

    const group = function (label, children) {
      return make("div", { class: "row", role: "group", "aria-label": label }, children);
    };
    const name = function (text) { return make("span", { class: "group-name", "aria-hidden": "true", text }); };
    this.volumeGroup = group(TEXT.volume, [name(TEXT.volume), this.quieter, this.volume, this.louder]);
    this.rest = make("div", { id: "more" }, [
      group(TEXT.region, [
        button(TEXT.repeat, function () { player.repeat(); }, { icon: "again" }),
        button(TEXT.back, function () { player.skip(-SKIP_MS); }),
        button(TEXT.forward, function () { player.skip(SKIP_MS); }),
        this.point, this.sections, this.download,
      ]),
      group(TEXT.speed, [name(TEXT.speed), this.slower, this.rate, this.faster]),
      this.volumeGroup,
    ]);
    this.offers = make("div", { class: "row" }, [this.back, this.selection, this.fromStart]);
    this.queue = make("div", { class: "row" }, [this.earlier, this.later]);
    this.box = make("div", { class: "dock", role: "region", "aria-label": TEXT.region }, [
      make("div", { class: "row head" }, [
        make("div", { class: "words" }, [
          this.title,
          this.now,
          make("p", { class: "note", text: TEXT.synthetic }),
        ]),
        this.shut,
      ]),
      this.words,
      make("div", { class: "row main-row" }, [this.previous, this.main, this.next, this.more]),
      this.offers,
      this.queue,
      this.rest,
    ]);
    root.appendChild(this.box);
  }

  open() {
    if (!this.host.isConnected) document.body.appendChild(this.host);
    this.isOpen = true;
    this.filled = null;
    this.render();
  }

  /** Adds room at the end of the page, so that the dock hides neither its last lines nor the focus. */
  makeRoom() {
    const px = this.isOpen ? this.host.offsetHeight : 0;
    if (this.room === px) return;
    this.room = px;
    this.player.follower.show(this.player.follower.range);
    this.styleRoom(px ? ":root { scroll-padding-bottom: " + px + "px; padding-bottom: " + px + "px; }" : "");
  }

  close() {
    const focused = this.host.shadowRoot.activeElement;
    this.isOpen = false;
    this.expanded = false;
    this.host.remove();
    this.makeRoom();
    if (focused && this.lastOwner && this.lastOwner.focus) this.lastOwner.focus();
  }

  focus() { this.main.focus(); }

  toggleMore() {
    this.expanded = !this.expanded;
    this.render();
  }

  render() {
    const player = this.player;
    const job = player.job;
    if (!this.isOpen || !job) return;
    this.lastOwner = job.owner;
    this.host.toggleAttribute("kiosk", job.kiosk);
    const reading = player.reading;
    setText(this.title, (reading && reading.title) || job.title || TEXT.read);
    setText(this.status, this.statusText());
    this.status.classList.toggle("trouble", player.state === "error");
    this.now.classList.toggle("calm", player.state === "playing" && !player.message && !player.pointing);
    const left = reading && player.state !== "ended" ? remainingText(player.remainingMs()) : "";
    setText(this.left, left ? " · " + left : "");
    const label = mainLabel(player);
    this.main.say(label.text, label.icon);

    enable(this.previous, Boolean(reading) && player.index > 0);
    enable(this.next, Boolean(reading) && player.index < reading.utterances.length - 1);
    this.more.say(this.expanded ? TEXT.less : TEXT.more);
    this.more.setAttribute("aria-expanded", String(this.expanded));
    this.rest.hidden = !this.expanded;
    this.box.classList.toggle("expanded", this.expanded);

    this.back.hidden = !(player.follower.range && !player.follower.following);
    this.selection.hidden = !(reading && player.selectionStart(player.selectedRange()));
    this.fromStart.hidden = !(reading && player.resumed);
    this.offers.hidden = this.back.hidden && this.selection.hidden && this.fromStart.hidden;

    setText(this.rate, player.rate + "倍");
    enable(this.slower, player.rate > RATES[0]);
    enable(this.faster, player.rate < RATES[RATES.length - 1]);
    this.volumeGroup.hidden = !player.canSetVolume;
    setText(this.volume, Math.round(player.volume * 100) + "%");
    enable(this.quieter, player.volume > 0);
    enable(this.louder, player.volume < 1);
    this.point.hidden = !player.isOnPage;
    this.point.setAttribute("aria-pressed", String(player.pointing));

    const queue = job.queue();
    this.queue.hidden = queue.length < 2;
    enable(this.earlier, Boolean(player.neighbour(-1)));
    enable(this.later, Boolean(player.neighbour(1)));
    this.fill(reading, job);
    this.caption();
  }

  statusText() {
    const player = this.player;
    if (player.message) return player.message;
    if (player.pointing) return TEXT.pointing;
    return { preparing: TEXT.starting, playing: TEXT.playing, paused: TEXT.paused, ended: TEXT.ended }[player.state] || "";
  }

  /** The parts that change only with the reading. */
  fill(reading, job) {
    if (this.filled === reading) return;
    this.filled = reading;
    const sections = reading ? sectionsOf(reading) : [];
    this.sections.hidden = sections.length < 2;
    this.sections.textContent = "";
    this.sections.appendChild(make("option", { value: "", text: TEXT.section + "…" }));
    sections.forEach(function (section) {
      this.sections.appendChild(make("option", { value: section.index, text: section.title }));
    }, this);
    this.download.hidden = !reading || job.kiosk;
    if (!reading) return;
    // Browsers heed the `download` attribute only for addresses of the page's own origin; with this
    // parameter the gateway sends a header that makes them save the file from any other.
    const file = new URL(this.player.gateway.address(reading.audio.mp3));
    file.searchParams.set("download", "true");
    this.download.href = file.href;
    this.download.setAttribute("download", (reading.title || TEXT.read) + ".mp3");
  }

  /** The sentence in the dock, where it is not lit in the page. */
  caption() {
    const player = this.player;
    const utterance = player.utterance;
    const shown = this.isOpen && utterance && player.job && (player.job.captions || !player.isOnPage);
    this.words.hidden = !shown;
    if (!shown) return;
    const word = player.currentWord();
    const from = word ? word.start_utf16 - utterance.span.start_utf16 : 0;
    const to = word ? word.end_utf16 - utterance.span.start_utf16 : 0;
    const text = utterance.text;
    const key = player.index + ":" + from + ":" + to;
    if (this.captioned === key) return;
    this.captioned = key;
    this.words.textContent = "";
    this.words.append(text.slice(0, from), make("mark", { text: text.slice(from, to) }), text.slice(to));
  }

  /** Letter keys work only while the dock has the focus. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    const player = this.player;
    const actions = {
      k: player.toggle, r: player.repeat,
      j: player.skip.bind(player, -SKIP_MS), l: player.skip.bind(player, SKIP_MS),
      ArrowLeft: player.sentence.bind(player, -1), ArrowRight: player.sentence.bind(player, 1),
      "-": player.stepRate.bind(player, -1), "+": player.stepRate.bind(player, 1), "=": player.stepRate.bind(player, 1),
      Escape: player.close.bind(player, false),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action.call(player);
  }
}

function mainLabel(player) {
  if (player.isActive) return { text: TEXT.pause, icon: "pause" };
  if (player.state === "error") return { text: TEXT.retry, icon: "again" };
  if (player.state === "ended") return { text: TEXT.again, icon: "again" };
  if (player.state === "paused") return { text: TEXT.resume, icon: "play" };
  return { text: TEXT.read, icon: "play" };
}
