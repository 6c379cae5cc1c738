// What is heard: clips one behind the other, fetched with the editor's token.

import { blob } from "./api.js";
import { tellProblem } from "./dom.js";

const audio = new Audio();
let turn = 0;
let address = "";
let changed = () => {};

/** `told` is called with the number of the utterance that is heard, or -1, and whether it is made already. */
export function whenHeard(told) { changed = told; }

export const isPlaying = () => !audio.paused;

export function stop() {
  turn += 1;
  audio.pause();
  changed(-1);
}

function playOne(bytes) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(bytes);
  audio.src = address;
  return new Promise((resolve, reject) => {
    audio.onended = resolve;
    audio.onerror = () => reject(new Error("这一句放不出来"));
    // A press that stops it ends the waiting too.
    audio.onpause = () => { if (!audio.ended) resolve(); };
    audio.play().catch((error) => (error.name === "AbortError" ? resolve() : reject(error)));
  });
}

/** Plays utterances, those of the numbers `first` to `last`. True when it came to the end. */
export async function play(utterances, first, last) {
  stop();
  const own = turn;
  const fetched = new Map();
  const clip = (index) => {
    if (!fetched.has(index)) fetched.set(index, blob(`v1/clips/${utterances[index].clip}.mp3`));
    return fetched.get(index);
  };
  try {
    for (let index = first; index <= last; index += 1) {
      // It may have to be spoken first.
      changed(index, false);
      const bytes = await clip(index);
      if (own !== turn) return false;
      // The next one is made while this one is heard.
      if (index < last) clip(index + 1).catch(() => {});
      changed(index, true);
      await playOne(bytes);
      if (own !== turn) return false;
      fetched.delete(index);
    }
  } catch (error) {
    if (own === turn) tellProblem(error);
  }
  if (own === turn) changed(-1);
  return own === turn;
}
