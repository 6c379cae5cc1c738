// The demo's plain play button: asks the gateway for a reading and plays its clips back to back
// on two alternating audio elements.
//
// A button with `data-play` reads the page that its value names (its own page when empty).
(function () {
  "use strict";

  // The gateway serves this folder as /demo/, below its own root.
  var gateway = new URL("../", document.currentScript.src);
  var playing = null;

  function Player(button) {
    this.button = button;
    this.label = button.querySelector("span");
    this.status = document.getElementById("play-status");
    this.page = new URL(button.dataset.play || location.href, location.href);
    this.page.hash = "";
    this.audios = [new Audio(), new Audio()];
    this.clips = [];
    this.next = 0;
    this.running = false;
    var player = this;
    this.audios.forEach(function (audio, index) {
      audio.preload = "auto";
      audio.addEventListener("ended", function () { player.ended(); });
      audio.addEventListener("error", function () {
        if (player.running && player.turn() === index) player.fail();
      });
    });
    button.addEventListener("click", function () { player.toggle(); });
  }

  Player.prototype.turn = function () { return this.next % 2; };

  Player.prototype.toggle = function () {
    if (this.running) return this.pause();
    if (playing && playing !== this) playing.pause();
    playing = this;
    this.running = true;
    this.say("正在准备…", "暂停");
    if (this.clips.length) return this.play();
    this.fetchReading();
  };

  Player.prototype.fetchReading = function () {
    var player = this;
    var address = new URL("v1/readings", gateway);
    address.searchParams.set("url", this.page.href);
    fetch(address)
      .then(function (response) {
        return response.json().then(function (body) {
          if (!response.ok) throw new Error(body.title);
          return body;
        });
      })
      .then(function (reading) {
        player.clips = reading.utterances.map(function (utterance) {
          return new URL(utterance.audio.mp3, gateway).href;
        });
        player.audios[0].src = player.clips[0];
        if (player.running) player.play();
      })
      .catch(function (error) {
        player.fail(error instanceof TypeError ? "" : error.message);
      });
  };

  Player.prototype.play = function () {
    var player = this;
    this.audios[this.turn()].play().then(
      function () {
        if (!player.running) return;
        player.say("正在朗读（AI合成语音）", "暂停");
        player.loadAhead();
      },
      function (error) { if (error.name !== "AbortError") player.fail(); }
    );
  };

  Player.prototype.loadAhead = function () {
    var ahead = this.clips[this.next + 1];
    if (ahead) this.audios[1 - this.turn()].src = ahead;
  };

  Player.prototype.ended = function () {
    this.next += 1;
    if (this.next < this.clips.length) return this.play();
    this.running = false;
    this.next = 0;
    this.audios[0].src = this.clips[0];
    this.say("已读完", "再听一遍");
  };

  Player.prototype.pause = function () {
    this.running = false;
    this.audios[this.turn()].pause();
    this.say("已暂停", "继续朗读");
  };

  Player.prototype.fail = function (reason) {
    this.running = false;
    var clip = this.clips[this.next];
    if (clip) this.audios[this.turn()].src = clip;
    this.say((reason || "暂时读不出来") + "。请稍后再试。", "重试");
  };

  Player.prototype.say = function (status, label) {
    this.label.textContent = label;
    this.button.dataset.running = this.running;
    this.status.textContent = status;
  };

  document.querySelectorAll("[data-play]").forEach(function (button) {
    button.hidden = false;
    new Player(button);
  });
})();
