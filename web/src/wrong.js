// 读错了: one press tells the portal's editors that the sentence is read wrong, and nothing of who says so.

class Wrong {
  constructor(player) {
    this.player = player;
    this.saidOf = null;
  }

  build() {
    this.press = button(TEXT.wrong, this.say.bind(this), { icon: "flag" });
    this.told = make("span", { "aria-live": "polite" });
    this.element = make("div", { class: "group" }, [row([this.press, this.told])]);
    return this.element;
  }

  /** Of what this browser alone has handed over, nobody else knows the text. */
  render() {
    const player = this.player;
    this.element.hidden = !(player.reading && player.reading.url);
    if (this.saidOf !== player.utterance) setText(this.told, "");
    enable(this.press, this.saidOf !== player.utterance);
  }

  async say() {
    const player = this.player;
    const utterance = player.utterance;
    if (!utterance || this.saidOf === utterance) return;
    this.saidOf = utterance;
    this.render();
    const body = {
      clip: utterance.clip, sentence: utterance.text, utterance: player.index,
      page: player.job.url, player: VERSION, word: selectedIn(utterance.text),
    };
    let told = TEXT.wrongSaid;
    try {
      await player.gateway.request(player.gateway.address("v1/reports"), {
        method: "POST", headers: { "Content-Type": "application/json" }, body: jsonOf(body),
      });
    } catch (error) {
      told = error.status === 429 ? TEXT.wrongTooOften : TEXT.wrongFailed;
      this.saidOf = null;
    }
    setText(this.told, told);
  }
}

/** The word that is selected, if it stands in the sentence. */
function selectedIn(sentence) {
  const word = String(getSelection() || "").trim();
  return word.length <= LONGEST_WORD && sentence.indexOf(word) >= 0 ? word : "";
}
