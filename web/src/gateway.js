/** An error in words for the person at the page. */
class Trouble extends Error {
  constructor(title, status, retryAfterS) {
    super(title);
    this.status = status || 0;
    this.retryAfterS = retryAfterS || 0;
  }
}

class Gateway {
  constructor(root) {
    this.root = root;
    this.timings = new Map();
    this.ahead = new Map();
  }

  address(relative) { return new URL(relative, this.root).href; }

  async ask(address) {
    const limit = typeof AbortController === "function" ? new AbortController() : null;
    const timer = setTimeout(function () { if (limit) limit.abort(); }, GIVE_UP_MS);
    let response;
    try {
      response = await fetch(address, { credentials: "same-origin", signal: limit ? limit.signal : undefined });
    } catch (error) {
      throw new Trouble(error.name === "AbortError" ? TEXT.noAnswer : TEXT.noService);
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    let title = "";
    try {
      title = (await response.json()).title;
    } catch (_) { /* not from langdu: a proxy's own page */ }
    throw new Trouble(title || TEXT.trouble, response.status, Number(response.headers.get("Retry-After")) || 0);
  }

  /** A document's reading; one that was asked for ahead is used once. */
  reading(job) {
    const address = this.readingAddress(job);
    const asked = this.ahead.get(address) || this.askReading(address);
    this.ahead.delete(address);
    return asked;
  }

  readingAddress(job) {
    const address = new URL("v1/readings", this.root);
    address.searchParams.set("url", job.url);
    if (job.voice) address.searchParams.set("voice", job.voice);
    return address.href;
  }

  async askReading(address) {
    try {
      return await (await this.ask(address)).json();
    } catch (error) {
      throw error instanceof Trouble ? error : new Trouble(TEXT.trouble);
    }
  }

  /** Asks for what is read next: its reading, and so many of its clips. */
  prepare(job, clips) {
    const address = this.readingAddress(job);
    if (this.ahead.has(address)) return;
    const asked = this.askReading(address);
    const ahead = this.ahead;
    const forget = function () { if (ahead.get(address) === asked) ahead.delete(address); };
    ahead.set(address, asked);
    setTimeout(forget, KEEP_AHEAD_MS);
    asked.then((function (reading) { reading.utterances.slice(0, clips).forEach(this.warm, this); }).bind(this), forget);
  }

  timing(utterance) {
    const address = this.address(utterance.timing);
    if (!this.timings.has(address)) {
      const asked = this.ask(address).then(function (response) { return response.json(); });
      const timings = this.timings;
      asked.catch(function () { timings.delete(address); });
      this.timings.set(address, asked);
    }
    return this.timings.get(address);
  }

  /** Has the voice make a clip that is needed soon. */
  warm(utterance) {
    return fetch(this.address(utterance.audio.mp3), { credentials: "same-origin", priority: "low" })
      .then(function (response) { return response.arrayBuffer(); })
      .catch(function () { /* the audio element will ask again and tell */ });
  }
}
