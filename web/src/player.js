// The player itself: what is read, where it is in it, and what comes next.

/**
 * There is one on a page, however many buttons. The buttons and the dock are its views: they show
 * its state and call its methods.
 *
 * A job is what a button asks to have read (`jobOf`). While one is open, `reading`, `tracks` and
 * `text` belong to it; they are null until its reading has come.
 */
class Player {
  constructor() {
    this.state = "idle";
    this.message = "";
    this.job = null;
    this.reading = null;
    this.tracks = null;
    this.text = null;
    this.index = 0;
    this.syllable = -1;
    this.rate = 1;
    this.volume = 1;
    this.pointing = false;
    this.resumed = false;
    // Counts the times that playback was directed elsewhere, so that an answer which comes late
    // is known as such.
    this.turn = 0;
    this.retries = 0;
    this.views = new Set();
    this.gateways = new Map();
    this.timers = new Timers();
    this.memory = new Memory(safeStorage());
    this.playback = new Playback(this);
    this.deck = new Deck(this.playback.onAudioEvent.bind(this.playback));
    this.follower = new Follower(this.changed.bind(this));
    this.lockScreen = new LockScreen(this);
    this.kiosk = new Kiosk(this);
    this.otherTabs = new OtherTabs(this);
    this.readAlong = new ReadAlong(this);
    this.trouble = new Trouble(this);
    this.pageWatch = new PageWatch(this);
    this.sleep = new Sleep(this);
    this.listens = new Listens(this);
    this.views.add(this.listens);
    listenToThePage(this);
  }

  // -- state, as the views show it

  get gateway() { return this.gatewayFor(this.job); }

  gatewayFor(job) {
    const root = job.gateway;
    if (!this.gateways.has(root)) this.gateways.set(root, new Gateway(root));
    return this.gateways.get(root);
  }

  get utterance() { return this.reading ? this.reading.utterances[this.index] : null; }
  get isActive() { return this.state === "playing" || this.state === "preparing"; }
  get isOnPage() { return Boolean(this.text) && this.text.isOnPage; }
  /** The largest volume that can be set: 1 is the sound as it is. */
  get loudest() { return this.job && Boost.fits(this.job.gateway) ? LOUDEST : 1; }
  get canSetVolume() { return this.deck.canSetVolume(); }

  remainingMs() {
    if (!this.reading) return 0;
    return Math.max(0, sum(this.tracks.lengths().slice(this.index)) - this.offsetMs()) / this.rate;
  }

  elapsedMs() {
    if (!this.reading) return 0;
    return (sum(this.tracks.lengths().slice(0, this.index)) + this.offsetMs()) / this.rate;
  }

  isCurrent(job) {
    return Boolean(this.job) && this.job.url === job.url && this.job.gateway === job.gateway;
  }

  changed() { this.views.forEach(function (view) { view.render(); }); }

  emit(name, detail) {
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
    this.lockScreen.showState();
    if (!same) this.emit("state", { state, message: this.message });
  }

  // -- what the views ask for

  /** A press on a button: must be called inside the press. */
  press(job) {
    this.deck.unlock();
    const done = this.isCurrent(job) ? this.toggle() : this.open(job);
    this.kiosk.touched();
    return done;
  }

  /** A finger is down on a button: the press follows about 80 ms later, so get ready what it will play. */
  touchdown(job) {
    if (this.isCurrent(job)) return;
    const whole = Boolean(this.selectedRange() || (!job.kiosk && this.memory.recall(job.url).mark));
    const gateway = this.gatewayFor(job);
    const pending = gateway.prefetchReading(job, 0, whole);
    if (whole || this.job || !pending) return;
    pending.then((function (reading) {
      if (!this.job && reading.utterances.length) this.deck.prepare(new Tracks(gateway, reading).trackFor(0));
    }).bind(this), function () { /* the press will ask again, and report */ });
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
    // A voice that was chosen speaks whatever is read after it.
    this.job = this.voiceWanted ? Object.assign({}, job, { voice: this.voiceWanted }) : job;
    this.readAlong.light = lightFor(job.highlight);
    this.dock = this.dock || new Dock(this);
    this.dock.open();
    this.pageWatch.start();
    const kept = job.kiosk ? { rate: this.rate, mark: null } : this.memory.recall(job.url);
    this.setRate(this.rateWanted || kept.rate);
    this.rateWanted = 0;
    const linked = this.job.reader && !this.hasFollowedLink ? placeInLink(location.hash) : null;
    this.hasFollowedLink = true;
    if (linked) this.setRate(linked.rate);
    this.opening = { mark: fromStart ? null : kept.mark, selected, index: linked ? linked.index : -1 };
    return this.loadReading();
  }

  /** Asks for the document's reading and begins with it. */
  async loadReading() {
    const job = this.job;
    this.turn += 1;
    const turn = this.turn;
    this.setState("preparing", TEXT.starting);
    this.wait();
    let reading;
    try {
      const whole = Boolean(this.opening.mark || this.opening.selected || this.opening.index >= 0);
      reading = await readingOf(this.gatewayFor(job), job, whole);
      if (!reading.utterances.length) throw new PlayerError(TEXT.empty);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
      return;
    }
    if (turn !== this.turn) return;
    this.reading = reading;
    this.tracks = new Tracks(this.gateway, reading);
    this.findText();
    this.lockScreen.showDocument();
    if (isPart(reading)) this.loadRest(job, reading);
    const place = this.opening.index >= 0 && this.opening.index < reading.utterances.length
      ? this.opening.index : findPlace(reading.utterances, this.opening.mark);
    const selected = this.selectionStart(this.opening.selected);
    this.resumed = place > 0 && !selected;
    if (this.state === "paused") {
      this.index = place;
      this.changed();
    } else if (!selected || !this.startAt(selected)) {
      this.start(place, 0);
    }
  }

  /** Gets the rest of a reading of which the first sentences are played already. */
  async loadRest(job, part) {
    let whole;
    try {
      whole = await this.gatewayFor(job).rest(job, part);
    } catch (error) {
      if (this.reading === part) this.restFailed = error;
      return;
    }
    if (this.reading !== part) return;
    if (isGrowing(whole) && whole.utterances.length < part.utterances.length) {
      // Another replica has begun anew, and is not as far.
      whole = Object.assign({}, part, { id: whole.id });
    }
    const waited = this.waitsForRest && this.isActive;
    const isLonger = whole.utterances.length > part.utterances.length;
    this.reading = whole;
    this.tracks.extend(whole);
    if (isLonger) {
      this.findText();
      this.readAlong.relight();
    }
    this.changed();
    if (isPart(whole)) {
      this.loadRest(job, whole); // Its next pages are still being recognised.
      if (waited && !isLonger) {
        this.wait();
        return;
      }
    }
    this.waitsForRest = false;
    if (waited && this.index + 1 >= whole.utterances.length) this.finish();
    else if (waited) this.start(this.index + 1, 0);
    else this.playback.cueNext();
    if (document.hidden) this.playback.loadFile();
  }

  /** True where a sentence is asked for that has not come yet; then it is waited for. */
  isWaitingFor(index) {
    this.waitsForRest = Boolean(this.reading) && isPart(this.reading) && index >= this.reading.utterances.length;
    if (!this.waitsForRest) return false;
    this.deck.pause();
    this.setState("preparing", isGrowing(this.reading) ? TEXT.recognising : TEXT.starting);
    this.wait();
    if (this.restFailed) {
      const error = this.restFailed;
      this.restFailed = null;
      this.fail(error);
      this.loadRest(this.job, this.reading);
    }
    return true;
  }

  /** Plays from a place. */
  start(index, ms) {
    if (!this.reading) return;
    this.turn += 1;
    const turn = this.turn;
    this.timers.clear("next");
    this.index = Math.max(0, Math.min(index, this.reading.utterances.length - 1));
    this.syllable = -1;
    const track = this.tracks.trackFor(this.index);
    const slot = this.deck.slotFor(track);
    this.deck.pause();
    this.deck.cue(slot, track, track.starts[this.index - track.first] + (ms || 0));
    // What was loaded before there was a reading has told of it already.
    const isLoaded = this.deck.elements[slot].readyState >= HAVE_ENOUGH_DATA;
    if (isLoaded && track !== this.tracks.file) this.tracks.made.add(track.first);
    this.tracks.loadTiming(this.index);
    this.readAlong.showSentence();
    this.play(slot, turn);
  }

  play(slot, turn) {
    this.wait();
    this.otherTabs.pauseAll();
    const started = this.deck.play(slot);
    if (!started) return;
    started.catch((function (error) {
      if (turn !== this.turn || error.name === "AbortError") return;
      if (error.name === "NotAllowedError") {
        this.pause();
        this.setState("paused", TEXT.pressAgain);
      }
      // For anything else the audio element has an error event.
    }).bind(this));
  }

  pause() {
    if (!this.job) return;
    this.timers.clear("wait", "giveUp", "next", "retry");
    this.trouble.secondsLeft = 0;
    this.deck.pause();
    this.keepPlace();
    this.setState("paused");
  }

  resume() {
    if (!this.job) return;
    if (!this.reading) {
      this.retries = 0;
      this.loadReading();
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
    this.listens.end();
    this.leave();
    this.turn += 1;
    this.timers.clear("wait", "giveUp", "next", "retry");
    // Where nothing was read, the deck holds no more than what a press is about to play.
    if (this.job) this.deck.empty();
    this.readAlong.clear();
    if (this.tracks) this.tracks.close();
    this.reading = null;
    this.waitsForRest = false;
    this.restFailed = null;
    this.tracks = null;
    this.text = null;
    this.index = 0;
    this.pointing = false;
    this.resumed = false;
    this.retries = 0;
    if (this.job && !keepDock) this.setState("idle");
    this.job = null;
    if (keepDock || !this.dock) return;
    this.timers.clear("idle", "sleep");
    this.sleep.choice = 0;
    this.pageWatch.stop();
    this.dock.close();
    this.changed();
  }

  /** Others may have the place that the gateway keeps for this reading. */
  leave() { if (this.reading) this.gateway.leave(this.reading); }

  seekTo(ms) {
    if (!this.reading) return;
    const place = skipped(this.tracks.lengths(), 0, 0, ms);
    this.start(place.index, place.ms);
  }

  /** Goes to a sentence that was asked for by name, and follows it again. */
  goTo(index) {
    if (!this.reading) return;
    this.follower.following = true;
    this.resumed = false;
    this.start(index, 0);
  }

  /** Goes some sentences on or back. */
  sentence(by) { this.goTo(this.index + by); }

  repeat() { this.sentence(0); }

  skip(ms) {
    if (!this.reading) return;
    this.follower.following = true;
    const lengths = this.tracks.lengths();
    const place = skipped(lengths, this.index, this.offsetMs(), ms);
    this.start(place.index, place.ms);
  }

  /** Goes some documents of the queue on or back. */
  document(by) {
    const job = this.neighbour(by);
    if (job) this.open(job, true);
  }

  /** The document so many places on in the queue; undefined past its ends. */
  neighbour(by) {
    const queue = this.job ? this.job.queue() : [];
    const here = queue.findIndex(this.isCurrent, this);
    return here < 0 ? undefined : queue[here + by];
  }

  /** A rate that is set before anything is read is for what is read next. */
  setRate(rate) {
    this.rate = Math.max(RATES[0], Math.min(RATES[RATES.length - 1], Number(rate) || 1));
    if (!this.job) this.rateWanted = this.rate;
    this.deck.rate = this.rate;
    this.deck.applySettingsToAll();
    this.keepPlace();
    this.changed();
  }

  /** Goes on in another voice, with the sentence that is read now. */
  setVoice(name) {
    if (!this.job || !this.reading || name === this.reading.voice) return;
    const mark = placeMark(this.reading.utterances, this.index);
    const job = Object.assign({}, this.job, { voice: name });
    this.voiceWanted = name;
    this.open(job);
    this.opening.mark = mark;
  }

  /** Goes on with the sentence that is read now, in a reading that is asked for again. */
  renew() {
    if (!this.job || !this.reading) return;
    const mark = placeMark(this.reading.utterances, this.index);
    this.open(this.job);
    this.opening.mark = mark;
  }

  stepRate(by) {
    const next = nextRate(this.rate, by);
    if (next) this.setRate(next);
  }

  setVolume(volume) {
    this.volume = Math.max(0, Math.min(this.loudest, Math.round(volume * 10) / 10));
    this.deck.volume = this.volume;
    this.deck.applySettingsToAll();
    this.changed();
  }

  // -- where it ends

  fail(error) { this.trouble.fail(error); }

  /** What is read after this document; undefined where it ends here. */
  nextJob() {
    return this.neighbour(1) || (this.job.loop ? this.job.queue()[0] || this.job : undefined);
  }

  finish() {
    this.readAlong.clear();
    if (!this.job.kiosk) this.memory.forgetPlace(this.job.url, this.rate, Date.now());
    this.index = 0;
    if (this.kiosk.deserted) this.kiosk.forgetVisitor();
    const next = this.sleep.endsHere() ? undefined : this.nextJob();
    this.setState("ended", next && next.title ? TEXT.ended + "。" + TEXT.nextUp + next.title : "");
    this.emit("end");
    if (!next) {
      this.kiosk.leave();
      return;
    }
    this.timers.set("next", NEXT_DOCUMENT_MS, (function () { this.open(next, true); }).bind(this));
  }

  // -- waiting

  /** Says after a second that it takes a while; what is waited for may change meanwhile. */
  wait() {
    if (!this.isActive) this.setState("preparing", TEXT.starting);
    if (!this.timers.isSet("wait")) {
      this.timers.set("wait", SAY_PREPARING_MS, (function () {
        const growing = this.waitsForRest && isGrowing(this.reading);
        this.setState("preparing", growing ? TEXT.recognising : TEXT.preparing);
      }).bind(this));
    }
    this.timers.set("giveUp", GIVE_UP_MS, (function () { this.fail(new PlayerError(TEXT.noAnswer)); }).bind(this));
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

  // -- the page's text

  findText() {
    const isHere = this.job.url === withoutHash(location.href) && this.job.highlight !== "none";
    this.text = new SpokenText(this.reading, isHere ? this.job.scope() : null);
  }

  /** The word of the current syllable, as offsets of its block's text. */
  currentWord() {
    return this.text ? this.text.word(this.index, this.syllable) : null;
  }

  /** Starts at a place {node, offset} of the page; false where nothing is read there. */
  startAt(place) {
    const index = this.text ? this.text.sentenceAt(place.node, place.offset) : -1;
    if (index < 0) return false;
    this.resumed = false;
    this.start(index, 0);
    return true;
  }

  selectedRange() {
    const selection = getSelection();
    return selection && !selection.isCollapsed && selection.rangeCount ? selection.getRangeAt(0) : null;
  }

  selectionStart(range) { return this.text && range ? this.text.startOf(range) : null; }

  readSelection() {
    const start = this.selectionStart(this.selectedRange());
    if (start) this.startAt(start);
  }

  setPointing(on) {
    this.pointing = on;
    this.changed();
  }

  visibilityChanged() {
    if (!this.reading) return;
    if (document.hidden) {
      this.keepPlace();
      this.playback.loadFile();
    } else if (this.state === "playing") {
      this.readAlong.run();
    }
    this.playback.cueNext();
  }
}
