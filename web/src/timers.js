// Timers by name: setting one again replaces it.

class Timers {
  constructor() { this.ids = {}; }

  /** True until it is cleared, even once it has fired. */
  isSet(name) { return Boolean(this.ids[name]); }

  set(name, ms, then) {
    this.clear(name);
    this.ids[name] = setTimeout(then, ms);
  }

  clear() {
    Array.from(arguments).forEach(function (name) {
      clearTimeout(this.ids[name]);
      this.ids[name] = 0;
    }, this);
  }
}
