// The gateway: readings, timings, and clips ahead of time.

/** An error whose message is written for the person at the page. */
class PlayerError extends Error {
  constructor(title, status, retryAfterS) {
    super(title);
    this.status = status || 0;
    this.retryAfterS = retryAfterS || 0;
  }
}

/** One gateway, by the address of its root. */
class Gateway {
  constructor(root) {
    this.root = root;
    this.timings = new Map();
    this.prefetched = new Map();
  }

  address(relative) { return new URL(relative, this.root).href; }

  async request(address, options) {
    const limit = typeof AbortController === "function" ? new AbortController() : null;
    const timer = setTimeout(function () { if (limit) limit.abort(); }, GIVE_UP_MS);
    let response;
    try {
      response = await fetch(address, Object.assign({ credentials: "same-origin", signal: limit ? limit.signal : undefined }, options));
    } catch (error) {
      throw new PlayerError(error.name === "AbortError" ? TEXT.noAnswer : TEXT.noService);
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    let problem = {};
    try {
      problem = await response.json();
    } catch (_) { /* not from langdu: a proxy's own page */ }
    const error = new PlayerError(problem.title || TEXT.trouble, response.status, Number(response.headers.get("Retry-After")) || 0);
    error.detail = problem.detail || "";
    error.kind = problem.type || "";
    throw error;
  }

  /**
   * A document's reading: the whole, or its first sentences, which come soon. One that was prefetched is
   * used once.
   */
  reading(job, whole) {
    const address = this.readingAddress(job, whole);
    const pending = this.prefetched.get(address) || this.requestReading(address);
    this.prefetched.delete(address);
    return pending;
  }

  /** The reading of a page that is handed over as it stands. */
  renderedReading(job, html) {
    const body = { html, base_url: job.url.split("#")[0] };
    if (job.voice) body.voice = job.voice;
    return this.requestReading(this.address("v1/readings"), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: jsonOf(body), cache: "no-store",
    });
  }

  /**
   * The whole of a reading of which there are the first sentences; of one whose pages are still being
   * recognised, as much as there is, as soon as that is more.
   */
  async rest(job, part) {
    const after = "?after=" + part.utterances.length;
    try {
      return await this.requestReading(this.address("v1/readings/" + part.id + after));
    } catch (_) {
      // It was forgotten meanwhile, or another replica answers. The whole of a scan would take minutes.
      const first = await this.reading(job, !isGrowing(part));
      return isGrowing(first) ? this.requestReading(this.address("v1/readings/" + first.id + after)) : first;
    }
  }

  readingAddress(job, whole) {
    const address = new URL("v1/readings", this.root);
    address.searchParams.set("url", job.url.split("#")[0]);
    if (job.voice) address.searchParams.set("voice", job.voice);
    if (!whole) address.searchParams.set("first", String(FIRST_SENTENCES));
    return address.href;
  }

  async requestReading(address, options) {
    try {
      return await (await this.request(address, options)).json();
    } catch (error) {
      throw error instanceof PlayerError ? error : new PlayerError(TEXT.trouble);
    }
  }

  /** Gets ready what is read next: its reading, which comes from here, and so many of its clips. */
  prefetchReading(job, clips, whole) {
    const address = this.readingAddress(job, whole);
    if (this.prefetched.has(address) || job.send === "always") return null;
    const pending = this.requestReading(address);
    const prefetched = this.prefetched;
    const forget = function () { if (prefetched.get(address) === pending) prefetched.delete(address); };
    prefetched.set(address, pending);
    setTimeout(forget, KEEP_AHEAD_MS);
    pending.then((function (reading) { reading.utterances.slice(0, clips).forEach(this.prefetchClip, this); }).bind(this), forget);
    return pending;
  }

  timing(utterance) {
    const address = this.address(utterance.timing);
    if (!this.timings.has(address)) {
      const pending = this.request(address).then(function (response) { return response.json(); });
      const timings = this.timings;
      pending.catch(function () { timings.delete(address); });
      this.timings.set(address, pending);
    }
    return this.timings.get(address);
  }

  /** Tells the gateway that nothing more of a reading will be asked for, also from a page that goes away. */
  leave(reading) {
    if (navigator.sendBeacon) navigator.sendBeacon(this.address("v1/readings/" + reading.id + "/leave"));
  }

  /** Tells the gateway how far a reading is heard, also from a page that goes away. */
  listened(id, event, device, seconds) {
    if (!navigator.sendBeacon) return;
    const query = "?event=" + event + "&device=" + device + "&seconds=" + seconds;
    navigator.sendBeacon(this.address("v1/readings/" + id + "/listened" + query));
  }

  /** Has the gateway make a clip that is needed soon; the browser then has it in its cache. */
  prefetchClip(utterance) {
    return fetch(this.address(utterance.audio.mp3), { credentials: "same-origin", priority: "low" })
      .then(function (response) { return response.arrayBuffer(); })
      .catch(function () { /* the audio element will ask again, and report */ });
  }
}
