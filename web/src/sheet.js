// The sheet under "更多": what is not needed every time, in two columns.

class Sheet {
  constructor(player) {
    this.player = player;
    this.filled = null;
    this.voices = new Voices(player);
    this.sleep = player.sleep;
    this.phone = new Phone(player);
    this.wrong = new Wrong(player);
    this.build();
  }

  build() {
    const player = this.player;
    this.slower = button(TEXT.slower, function () { player.stepRate(-1); });
    this.rate = make("span", { class: "value", "aria-live": "polite" });
    this.faster = button(TEXT.faster, function () { player.stepRate(1); });
    this.quieter = button(TEXT.quieter, function () {
      player.setVolume(player.volume - (player.volume > 1 ? BOOST_STEP : VOLUME_STEP));
    });
    this.volume = make("span", { class: "value", "aria-live": "polite" });
    this.louder = button(TEXT.louder, function () {
      player.setVolume(player.volume + (player.volume < 1 ? VOLUME_STEP : BOOST_STEP));
    });
    this.point = button(TEXT.point, function () { player.setPointing(!player.pointing); }, { icon: "point" });
    this.download = make("a", { class: "button", rel: "noopener", target: "_blank" }, [icon("save"), make("span", { text: TEXT.download })]);
    this.sections = make("ul", { class: "list" });
    this.sectionGroup = group(TEXT.sections, [this.sections]);
    this.volumeGroup = group(TEXT.volume, [row([this.quieter, this.volume, this.louder], "stepper")]);
    this.columns = [
      make("div", { class: "column" }, [
        group(TEXT.place, [row([
          button(TEXT.repeat, function () { player.repeat(); }, { icon: "again" }),
          button(TEXT.back, function () { player.skip(-SKIP_MS); }, { icon: "rewind" }),
          button(TEXT.forward, function () { player.skip(SKIP_MS); }, { icon: "forward" }),
          this.point, this.download,
        ])]),
        group(TEXT.speed, [row([this.slower, this.rate, this.faster], "stepper")]),
        this.volumeGroup, this.sleep.build(), this.wrong.build(), this.phone.build(),
      ]),
      make("div", { class: "column" }, [this.voices.build(), this.sectionGroup]),
    ];
    this.element = make("div", { id: "more" }, this.columns);
  }

  render(job) {
    const player = this.player;
    setText(this.rate, player.rate + "倍");
    enable(this.slower, player.rate > RATES[0]);
    enable(this.faster, player.rate < RATES[RATES.length - 1]);
    this.volumeGroup.hidden = !player.canSetVolume;
    setText(this.volume, Math.round(player.volume * 100) + "%");
    enable(this.quieter, player.volume > 0);
    enable(this.louder, player.volume < player.loudest);
    this.point.hidden = !player.isOnPage;
    choose(this.point, player.pointing);
    if (this.filled !== player.reading) this.fill(player.reading, job);
    markSection(this.sections, player.index);
    this.voices.render();
    this.sleep.render();
    this.wrong.render();
    this.phone.render();
    // A public terminal is nobody's bed, and its visitors take nothing along.
    this.sleep.element.hidden = job.kiosk;
    if (job.kiosk) this.phone.element.hidden = true;
  }

  /** The parts that change only with the reading. */
  fill(reading, job) {
    this.filled = reading;
    this.sectionGroup.hidden = !fillSections(this.sections, this.player);
    this.download.hidden = !reading || job.kiosk;
    if (!reading) return;
    // Browsers heed the `download` attribute only for addresses of the page's own origin; with this
    // parameter the gateway sends a header that makes them save the file from any other.
    const file = new URL(this.player.gateway.address(reading.audio.mp3));
    file.searchParams.set("download", "true");
    this.download.href = file.href;
    this.download.setAttribute("download", (reading.title || TEXT.read) + ".mp3");
  }
}

function group(label, children) {
  const name = make("p", { class: "group-name", "aria-hidden": "true", text: label });
  return make("div", { class: "group", role: "group", "aria-label": label }, [name].concat(children));
}

function row(children, kind) { return make("div", { class: kind ? "row " + kind : "row" }, children); }

/**
 * Fills a list with a button for each section. Nothing is read until one is pressed: a list to choose
 * from would begin to read with each key that moves through it. False where there is nothing to jump to.
 */
function fillSections(list, player) {
  list.textContent = "";
  const sections = player.reading ? sectionsOf(player.reading) : [];
  sections.forEach(function (section) {
    const jump = button(section.title, function () { player.goTo(section.index); });
    jump.setAttribute("data-index", String(section.index));
    list.appendChild(make("li", {}, [jump]));
  });
  return sections.length > 1;
}

/** Marks the section that a sentence is in. */
function markSection(list, index) {
  let current = null;
  Array.from(list.querySelectorAll("button")).forEach(function (jump) {
    if (Number(jump.getAttribute("data-index")) <= index) current = jump;
    jump.removeAttribute("aria-current");
  });
  if (current) current.setAttribute("aria-current", "true");
}
