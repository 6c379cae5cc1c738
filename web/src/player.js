/** The one voice of the page. Buttons and the dock show its state and give it orders. */
class Player {
  constructor() {
    this.state = "idle";
    this.message = "";
    this.job = null;
    this.reading = null;
    this.text = null;
    this.stretches = [];
    this.places = [];
    this.words = new Map();
    this.timings = new Map();
    this.file = null;
    this.ready = new Set();
    this.warmed = new Set();
    this.index = 0;
    this.syllable = -1;
    this.rate = 1;
    this.volume = 1;
    this.pointing = false;
    this.resumed = false;
    this.turn = 0;
    this.retries = 0;
    this.views = new Set();
    this.gateways = new Map();
    this.timers = {};
    this.memory = new Memory(safeStorage());
    this.deck = new Deck(this);
    this.follower = new Follower(this.changed.bind(this));
    this.light = null;
    this.tick = this.tick.bind(this);
    this.listenToThePage();
    this.otherTabs();
  }

  // -- what others see

  get gateway() { return this.gatewayFor(this.job); }

  gatewayFor(job) {
    const root = job.gateway;
    if (!this.gateways.has(root)) this.gateways.set(root, new Gateway(root));
    return this.gateways.get(root);
  }

  get utterance() { return this.reading ? this.reading.utterances[this.index] : null; }
  get isActive() { return this.state === "playing" || this.state === "preparing"; }
  get isOnPage() { return this.stretches.some(function (stretch) { return stretch.length > 0; }); }
  get canSetVolume() { return this.deck.canSetVolume(); }

  remainingMs() {
    if (!this.reading) return 0;
    const lengths = durations(this.reading.utterances, this.timings);
    let ms = -this.offsetMs();
    for (let i = this.index; i < lengths.length; i += 1) ms += lengths[i];
    return Math.max(0, ms) / this.rate;
  }

  holds(job) {
    return Boolean(this.job) && this.job.url === job.url && this.job.gateway === job.gateway;
  }

  changed() { this.views.forEach(function (view) { view.render(); }); }

  tell(name, detail) {
    if (!this.job || !this.job.owner) return;
    this.job.owner.dispatchEvent(new CustomEvent("read-aloud-" + name, {
      bubbles: true, composed: true, detail: detail || {},
    }));
  }

  setState(state, message) {
    const same = this.state === state && this.message === (message || "");
    this.state = state;
    this.message = message || "";
    this.changed();
    if ("mediaSession" in navigator) {
      navigator.mediaSession.playbackState = this.isActive ? "playing" : state === "idle" ? "none" : "paused";
    }
    if (!same) this.tell("state", { state, message: this.message });
  }

  // -- orders

  /** A press on a button: must be called inside the press. */
  press(job) {
    this.deck.unlock();
    const done = this.holds(job) ? this.toggle() : this.open(job);
    this.touched();
    return done;
  }

  /** A finger is down: most of the way to a press, which comes about 80 ms later. */
  touchdown(job) {
    if (!this.holds(job)) this.gatewayFor(job).prepare(job, 0);
  }

  toggle() {
    if (!this.job) return undefined;
    if (this.isActive) return this.pause();
    return this.resume();
  }

  /** Reads another document: from the place that is remembered, or `fromStart`. */
  open(job, fromStart) {
    const selected = this.selectedRange();
    this.close(true);
    this.job = job;
    this.dock = this.dock || new Dock(this);
    this.dock.open();
    this.light = lightFor(job.highlight);
    const kept = job.kiosk ? { rate: this.rate, mark: null } : this.memory.recall(job.url);
    this.setRate(this.rateWanted || kept.rate);
    this.rateWanted = 0;
    this.opening = { mark: fromStart ? null : kept.mark, selected };
    return this.ask();
  }

  /** Asks for the document's reading and begins with it. */
  async ask() {
    const job = this.job;
    this.turn += 1;
    const turn = this.turn;
    this.setState("preparing", TEXT.starting);
    this.wait();
    let reading;
    try {
      reading = await this.gatewayFor(job).reading(job);
      if (!reading.utterances.length) throw new Trouble(TEXT.empty);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
      return;
    }
    if (turn !== this.turn) return;
    this.reading = reading;
    this.findText();
    this.mediaSession();
    const place = findPlace(reading.utterances, this.opening.mark);
    const selected = this.selectionStart(this.opening.selected);
    this.resumed = place > 0 && !selected;
    if (this.state === "paused") {
      this.index = place;
      this.changed();
    } else if (!selected || !this.startAt(selected.node, selected.offset)) {
      this.start(place, 0);
    }
  }

  /** Plays from a place. */
  start(index, ms) {
    if (!this.reading) return;
    this.turn += 1;
    const turn = this.turn;
    this.clear("next");
    this.index = Math.max(0, Math.min(index, this.reading.utterances.length - 1));
    this.syllable = -1;
    const track = this.trackFor(this.index);
    const slot = this.deck.slotFor(track);
    this.deck.pause();
    this.deck.cue(slot, track, track.starts[this.index - track.first] + (ms || 0));
    this.loadTiming(this.index);
    this.showSentence();
    this.play(slot, turn);
  }

  play(slot, turn) {
    this.wait();
    this.hushOthers();
    const started = this.deck.play(slot);
    if (!started) return;
    started.catch((function (error) {
      if (turn !== this.turn || error.name === "AbortError") return;
      if (error.name === "NotAllowedError") {
        this.pause();
        this.setState("paused", TEXT.pressAgain);
      }
      // Anything else is told by the element's own error event.
    }).bind(this));
  }

  pause() {
    if (!this.job) return;
    this.clear("wait", "giveUp", "next", "retry");
    this.deck.pause();
    this.keepPlace();
    this.setState("paused");
  }

  resume() {
    if (!this.job) return;
    if (!this.reading) {
      this.retries = 0;
      this.ask();
      return;
    }
    if (this.state === "ended") {
      this.start(0, 0);
      return;
    }
    const track = this.deck.track();
    const held = track && this.index >= track.first && this.index < track.first + track.starts.length;
    if (this.state === "error" || !held || this.deck.audio().error) {
      this.retries = 0;
      this.start(this.index, 0);
      return;
    }
    this.turn += 1;
    this.play(this.deck.active, this.turn);
  }

  /** Ends the reading and puts everything away. */
  close(keepDock) {
    if (this.job) this.keepPlace();
    this.turn += 1;
    this.clear("wait", "giveUp", "next", "retry");
    this.deck.empty();
    this.showNothing();
    this.reading = null;
    this.text = null;
    this.stretches = [];
    this.timings = new Map();
    this.ready = new Set();
    this.warmed = new Set();
    this.file = null;
    this.index = 0;
    this.pointing = false;
    this.resumed = false;
    this.retries = 0;
    if (this.job && !keepDock) this.setState("idle");
    this.job = null;
    if (keepDock || !this.dock) return;
    this.clear("idle");
    this.dock.close();
    this.changed();
  }

  sentence(by) {
    if (!this.reading) return;
    this.follower.following = true;
    this.start(this.index + by, 0);
  }

  repeat() { this.sentence(0); }

  skip(ms) {
    if (!this.reading) return;
    this.follower.following = true;
    const lengths = durations(this.reading.utterances, this.timings);
    const place = skipped(lengths, this.index, this.offsetMs(), ms);
    this.start(place.index, place.ms);
  }

  document(by) {
    const queue = this.job ? this.job.queue() : [];
    const here = queue.findIndex(this.holds, this);
    const job = queue[here + by];
    if (here >= 0 && job) this.open(job, true);
  }

  neighbour(by) {
    const queue = this.job ? this.job.queue() : [];
    const here = queue.findIndex(this.holds, this);
    return here < 0 ? undefined : queue[here + by];
  }

  /** A rate that is set before anything is read is for what is read next. */
  setRate(rate) {
    this.rate = Math.max(RATES[0], Math.min(RATES[RATES.length - 1], Number(rate) || 1));
    if (!this.job) this.rateWanted = this.rate;
    this.deck.rate = this.rate;
    this.deck.dressAll();
    this.keepPlace();
    this.changed();
  }

  stepRate(by) {
    const next = by > 0
      ? RATES.find(function (rate) { return rate > this.rate + 0.001; }, this)
      : RATES.slice().reverse().find(function (rate) { return rate < this.rate - 0.001; }, this);
    if (next) this.setRate(next);
  }

  setVolume(volume) {
    this.volume = Math.max(0, Math.min(1, Math.round(volume * 10) / 10));
    this.deck.volume = this.volume;
    this.deck.dressAll();
    this.changed();
  }

  // -- tracks

  trackFor(index) {
    if (this.file && this.wantsFile()) return this.file;
    const utterance = this.reading.utterances[index];
    return { src: this.gateway.address(utterance.audio.mp3), first: index, starts: [0] };
  }

  /** The one file lives on where scripts are put to sleep (a locked phone), and is exact once
   *  every clip of it is made. */
  wantsFile() {
    return document.hidden || this.ready.size === this.reading.utterances.length;
  }

  async askForFile() {
    const turn = this.turn;
    const reading = this.reading;
    if (this.file || this.fileAsked === reading) return;
    this.fileAsked = reading;
    try {
      const vtt = await (await this.gateway.ask(this.gateway.address(reading.audio.vtt))).text();
      const cues = cueStarts(vtt);
      if (reading !== this.reading || cues.starts.length !== reading.utterances.length) return;
      this.file = { src: this.gateway.address(reading.audio.mp3), first: 0, starts: cues.starts, end: cues.end };
      if (turn === this.turn) this.cueNext();
    } catch (_) { /* then the clips go on */ }
  }

  cueNext() {
    const track = this.deck.track();
    if (!track || !this.reading) return;
    const next = track.first + track.starts.length;
    for (let i = next; i < Math.min(next + CLIPS_AHEAD, this.reading.utterances.length); i += 1) this.loadTiming(i);
    if (next + CLIPS_AHEAD >= this.reading.utterances.length) {
      const following = this.following();
      if (following && !this.holds(following)) this.gatewayFor(following).prepare(following, 2);
    }
    if (next >= this.reading.utterances.length) return;
    const ahead = this.trackFor(next);
    const slot = 1 - this.deck.active;
    this.deck.cue(slot, ahead, ahead.starts[next - ahead.first]);
    if (this.deck.elements[slot].readyState >= HAVE_ENOUGH_DATA) this.warmAhead(next + 1);
  }

  /** The clips after the next one, one by one: the voice is to work on what is needed first. */
  async warmAhead(from) {
    const reading = this.reading;
    for (let i = from; i < Math.min(from + CLIPS_AHEAD - 1, reading.utterances.length); i += 1) {
      if (reading !== this.reading) return;
      if (this.warmed.has(i)) continue;
      this.warmed.add(i);
      await this.gateway.warm(reading.utterances[i]);
    }
  }

  loadTiming(index) {
    if (this.timings.has(index)) return;
    const reading = this.reading;
    this.gateway.timing(reading.utterances[index]).then((function (timing) {
      if (reading === this.reading) this.timings.set(index, timing);
    }).bind(this), function () { /* then this sentence is lit without its words */ });
  }

  // -- what the audio elements tell

  heard(name, slot) {
    if (name === "canplaythrough" && this.reading) {
      const track = this.deck.tracks[slot];
      if (track && track !== this.file) this.ready.add(track.first);
      if (track && slot !== this.deck.active) this.warmAhead(track.first + 1);
      if (this.ready.size === this.reading.utterances.length) this.askForFile();
    }
    if (slot !== this.deck.active || !this.job) return;
    // Events come late: what one tells may have been undone by a press since.
    const audio = this.deck.audio();
    if (name === "playing" && !audio.paused) this.sounding();
    else if (name === "waiting" && this.state === "playing") this.wait();
    else if (name === "ended" && audio.ended) this.clipEnded();
    else if (name === "timeupdate" && document.hidden) this.follow();
    else if (name === "error") this.clipFailed();
  }

  sounding() {
    this.clear("wait", "giveUp", "retry");
    this.retries = 0;
    if (!this.reading) return;
    this.loadTiming(this.index);
    this.setState("playing", this.resumed ? TEXT.resumed : "");
    this.cueNext();
    requestAnimationFrame(this.tick);
  }

  clipEnded() {
    const track = this.deck.track();
    if (!track || !this.reading || !this.isActive) return;
    const next = track.first + track.starts.length;
    if (next >= this.reading.utterances.length) return this.finish();
    // Straight on, without the detour of `start`: this is where a gap would be heard.
    const slot = 1 - this.deck.active;
    const ahead = this.deck.tracks[slot];
    const wanted = this.trackFor(next);
    if (!ahead || ahead.src !== wanted.src || this.deck.elements[slot].error) return this.start(next, 0);
    this.turn += 1;
    this.index = next;
    this.syllable = -1;
    this.resumed = false;
    this.play(slot, this.turn);
    this.showSentence();
  }

  clipFailed() {
    if (!this.isActive || !this.reading || !this.deck.audio().getAttribute("src")) return;
    if (this.deck.track() === this.file) {
      // The gateway may have forgotten the reading; its clips it can make again.
      this.file = null;
      this.ready = new Set();
      this.start(this.index, 0);
      return;
    }
    if (this.retries < 1) {
      this.retries += 1;
      this.after("retry", 800, function () {
        this.deck.tracks[this.deck.active] = null;
        this.start(this.index, 0);
      });
      return;
    }
    this.whyItFailed();
  }

  /** An audio element does not say why it failed; the gateway does. */
  async whyItFailed() {
    const turn = this.turn;
    const utterance = this.utterance;
    try {
      await this.gateway.ask(this.gateway.address(utterance.audio.mp3));
      if (turn === this.turn) this.fail(new Trouble(TEXT.cannotPlay));
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  fail(error) {
    this.clear("wait", "giveUp", "next");
    this.deck.pause();
    const title = error instanceof Trouble ? error.message : TEXT.trouble;
    if (error.status === 429 && this.retries < 3) {
      this.retries += 1;
      this.setState("preparing", TEXT.busy);
      this.after("retry", Math.max(1, error.retryAfterS || 2) * 1000, function () {
        if (this.reading) this.start(this.index, 0);
        else this.ask();
      });
      return;
    }
    this.setState("error", title);
    this.tell("error", { message: title, status: error.status || 0 });
    // Nobody stands at a terminal to press "retry": it goes on with its programme.
    if (this.job.loop) this.after("next", LOOP_AFTER_TROUBLE_MS, function () { this.open(this.following(), true); });
    else this.leaveKiosk();
  }

  /** What is read after this document; undefined where it ends here. */
  following() {
    return this.neighbour(1) || (this.job.loop ? this.job.queue()[0] || this.job : undefined);
  }

  finish() {
    this.showNothing();
    if (!this.job.kiosk) this.memory.forgetPlace(this.job.url, this.rate, Date.now());
    this.index = 0;
    if (this.deserted) this.forgetVisitor();
    const next = this.following();
    this.setState("ended", next && next.title ? TEXT.ended + "。" + TEXT.nextUp + next.title : "");
    this.tell("end");
    if (!next) {
      this.leaveKiosk();
      return;
    }
    this.after("next", NEXT_DOCUMENT_MS, function () { this.open(next, true); });
  }

  // -- waiting

  /** Says after a second that it takes a while; what is waited for may change meanwhile. */
  wait() {
    if (!this.isActive) this.setState("preparing", TEXT.starting);
    if (!this.timers.wait) {
      this.after("wait", SAY_PREPARING_MS, function () { this.setState("preparing", TEXT.preparing); });
    }
    this.after("giveUp", GIVE_UP_MS, function () { this.fail(new Trouble(TEXT.noAnswer)); });
  }

  after(name, ms, then) {
    this.clear(name);
    this.timers[name] = setTimeout(then.bind(this), ms);
  }

  clear() {
    Array.from(arguments).forEach(function (name) {
      clearTimeout(this.timers[name]);
      this.timers[name] = 0;
    }, this);
  }

  // -- the place

  offsetMs() {
    const track = this.deck.track();
    if (!track || this.index < track.first || this.index >= track.first + track.starts.length) return 0;
    return Math.max(0, this.deck.audio().currentTime * 1000 - track.starts[this.index - track.first]);
  }

  keepPlace() {
    if (!this.job || this.job.kiosk || !this.reading || this.state === "ended") return;
    const mark = placeMark(this.reading.utterances, this.index);
    this.memory.remember(this.job.url, mark, this.rate, Date.now());
  }

  tick() {
    if (this.state !== "playing") return;
    this.follow();
    if (!document.hidden) requestAnimationFrame(this.tick);
  }

  /** Brings what is lit to where the audio is. */
  follow() {
    const track = this.deck.track();
    if (!track || !this.reading || this.state !== "playing") return;
    if (track.starts.length > 1) this.followFile(track);
    const timing = this.timings.get(this.index);
    if (!timing) return;
    const syllable = syllableAt(timing.syllables, this.offsetMs());
    if (syllable === this.syllable) return;
    this.syllable = syllable;
    this.showWord();
  }

  followFile(track) {
    const ms = this.deck.audio().currentTime * 1000;
    let index = this.index;
    while (index + 1 - track.first < track.starts.length && ms >= track.starts[index + 1 - track.first]) index += 1;
    if (index === this.index) return;
    this.index = index;
    this.syllable = -1;
    this.resumed = false;
    this.loadTiming(index);
    this.showSentence();
  }

  // -- the page's text

  findText() {
    this.places = [];
    this.stretches = [];
    this.text = null;
    if (this.job.url !== withoutHash(location.href) || this.job.highlight === "none") return;
    this.text = new PageText(this.job.scope());
    const reading = this.reading;
    const places = locateBlocks(this.text.text, reading.blocks.map(function (block) { return block.text; }));
    this.places = places;
    this.words = new Map();
    this.stretches = reading.utterances.map(function (utterance) {
      return spanOnPage(places, reading.blocks, utterance.span);
    });
  }

  showSentence() {
    if (this.text && this.text.isStale()) this.findText();
    const ranges = this.text ? this.text.ranges(this.stretches[this.index] || []) : [];
    this.light.show("sentence", ranges);
    this.light.show("word", []);
    if (ranges.length) this.follower.show(ranges[0]);
    this.keepPlace();
    this.positionState();
    this.changed();
    this.tell("sentence", { index: this.index, text: this.utterance.text });
  }

  /** The word of the current syllable, as offsets of its block's text. */
  currentWord() {
    const utterance = this.utterance;
    const source = utterance && utterance.syllables[this.syllable];
    if (!source || !utterance.span) return null;
    const block = utterance.span.block;
    if (!this.words.has(block)) this.words.set(block, wordsOf(this.reading.blocks[block].text));
    const word = wordAround(this.words.get(block), source[0], source[1]);
    return {
      block,
      start_utf16: Math.max(word.start, utterance.span.start_utf16),
      end_utf16: Math.min(word.end, utterance.span.end_utf16),
    };
  }

  showWord() {
    const word = this.currentWord();
    if (this.text && word) {
      this.light.show("word", this.text.ranges(spanOnPage(this.places, this.reading.blocks, word)));
    }
    this.tell("word", { index: this.index, syllable: this.syllable, word });
    this.dock.caption();
  }

  showNothing() {
    if (!this.light) return;
    this.light.show("sentence", []);
    this.light.show("word", []);
    this.follower.range = null;
    this.follower.following = true;
  }

  /** Starts at a place in the page's text; false where nothing is read there. */
  startAt(node, offset) {
    if (!this.text || !node) return false;
    const at = this.text.offsetOf(node, offset);
    const index = at < 0 ? -1 : utteranceAt(this.stretches, at);
    if (index < 0) return false;
    this.resumed = false;
    this.start(index, 0);
    return true;
  }

  /** True inside the document: elsewhere on the page a press is the page's own. */
  isRead(place) {
    const at = this.text ? this.text.offsetOf(place.node, place.offset) : -1;
    return this.places.some(function (pieces) {
      return pieces.some(function (piece) { return at >= piece.at && at <= piece.at + piece.to - piece.from; });
    });
  }

  selectedRange() {
    const selection = getSelection();
    return selection && !selection.isCollapsed && selection.rangeCount ? selection.getRangeAt(0) : null;
  }

  /** Where a range begins in the text that is read; null where it begins elsewhere. */
  selectionStart(range) {
    if (!this.text || !range) return null;
    let node = range.startContainer;
    let offset = range.startOffset;
    if (node.nodeType !== Node.TEXT_NODE) {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      walker.currentNode = node.childNodes[offset] || node;
      node = walker.currentNode.nodeType === Node.TEXT_NODE ? walker.currentNode : walker.nextNode();
      offset = 0;
    }
    return node && this.text.offsetOf(node, offset) >= 0 ? { node, offset } : null;
  }

  readSelection() {
    const start = this.selectionStart(this.selectedRange());
    if (start) this.startAt(start.node, start.offset);
  }

  setPointing(on) {
    this.pointing = on;
    this.changed();
  }

  listenToThePage() {
    document.addEventListener("click", (function (event) {
      if (!this.pointing || isOurs(event.target)) return;
      const place = caretAt(event.clientX, event.clientY);
      if (place && this.isRead(place) && this.startAt(place.node, place.offset)) event.preventDefault();
    }).bind(this), true);
    document.addEventListener("selectionchange", (function () {
      if (this.job) this.dock.render();
    }).bind(this));
    document.addEventListener("visibilitychange", (function () {
      if (!this.reading) return;
      if (document.hidden) {
        this.keepPlace();
        this.askForFile();
      } else if (this.state === "playing") {
        requestAnimationFrame(this.tick);
      }
      this.cueNext();
    }).bind(this));
    addEventListener("pagehide", this.keepPlace.bind(this));
    ["pointerdown", "keydown"].forEach(function (name) {
      addEventListener(name, this.touched.bind(this), true);
    }, this);
  }

  /** Somebody is at the terminal: the time until it is deserted begins again. */
  touched() {
    this.deserted = false;
    if (!this.job || !this.job.kiosk) return;
    this.after("idle", this.job.idleMs, function () {
      this.deserted = true;
      if (!this.isActive) this.leaveKiosk();
    });
  }

  /** The next one at the terminal finds it as the first one did; what plays may end first. */
  leaveKiosk() {
    if (!this.deserted || !this.job || !this.job.kiosk) return;
    if (this.job.loop && this.state !== "paused") return;
    this.close();
    this.forgetVisitor();
  }

  forgetVisitor() {
    this.setVolume(1);
    this.setRate(1);
    this.rateWanted = 0;
  }

  // -- one voice only, also across tabs

  otherTabs() {
    if (typeof BroadcastChannel !== "function") return;
    this.channel = new BroadcastChannel("read-aloud");
    this.channel.onmessage = (function () { if (this.isActive) this.pause(); }).bind(this);
  }

  hushOthers() { if (this.channel) this.channel.postMessage("playing"); }

  // -- the lock screen

  mediaSession() {
    if (!("mediaSession" in navigator) || typeof MediaMetadata !== "function") return;
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({
      title: this.reading.title || this.job.title || TEXT.read,
      artist: this.reading.issuer || location.hostname,
      album: TEXT.synthetic,
    });
    const track = this.job.queue().length > 1 ? this.document : this.sentence;
    const orders = {
      play: this.resume, pause: this.pause,
      stop: this.close.bind(this, false),
      previoustrack: track.bind(this, -1), nexttrack: track.bind(this, 1),
      seekbackward: this.skip.bind(this, -SKIP_MS), seekforward: this.skip.bind(this, SKIP_MS),
      seekto: this.seekTo,
    };
    Object.entries(orders).forEach(function (entry) {
      try {
        session.setActionHandler(entry[0], entry[1].bind(this));
      } catch (_) { /* an action this browser does not have */ }
    }, this);
  }

  /** The lock screen shows the whole document, whatever of it is loaded. */
  positionState() {
    if (!("mediaSession" in navigator) || !navigator.mediaSession.setPositionState) return;
    const lengths = durations(this.reading.utterances, this.timings);
    const sum = function (all) { return all.reduce(function (a, b) { return a + b; }, 0); };
    const duration = sum(lengths) / 1000;
    const position = (sum(lengths.slice(0, this.index)) + this.offsetMs()) / 1000;
    navigator.mediaSession.setPositionState({ duration, playbackRate: this.rate, position: Math.min(position, duration) });
  }

  seekTo(details) {
    const lengths = durations(this.reading.utterances, this.timings);
    const place = skipped(lengths, 0, 0, details.seekTime * 1000);
    this.start(place.index, place.ms);
  }
}

function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    return caret && { node: caret.offsetNode, offset: caret.offset };
  }
  const range = document.caretRangeFromPoint && document.caretRangeFromPoint(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}

function safeStorage() {
  try {
    return window.localStorage;
  } catch (_) {
    // Forbidden by the browser's settings: remember for this page only.
    const kept = new Map();
    return {
      getItem: function (key) { return kept.has(key) ? kept.get(key) : null; },
      setItem: function (key, value) { kept.set(key, value); },
    };
  }
}
