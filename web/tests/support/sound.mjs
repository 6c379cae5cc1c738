// What a recording tells: when there is a voice, and how high it is.

/** The recorded samples of a page, and the second of its audio clock at which they begin. */
export async function recording(page) {
  const { begin, samples, rate } = await page.evaluate(() => {
    const { blocks, context } = window.__sound;
    const all = blocks.flatMap((block) => Array.from(block.samples, (value) => Math.round(value * 32767)));
    const length = blocks.length ? blocks[0].samples.length : 0;
    return { begin: blocks[0].end - length, samples: all, rate: context.sampleRate };
  });
  return { beginS: begin / rate, samples: Float32Array.from(samples, (value) => value / 32767), rate };
}

/** Stretches {fromS, toS} where there is a voice; silences below `joinS` do not part them. */
export function voiced({ samples, rate, beginS = 0 }, joinS = 0.2) {
  const frame = Math.round(rate / 100);
  const stretches = [];
  for (let at = 0; at + frame <= samples.length; at += frame) {
    let energy = 0;
    for (let i = at; i < at + frame; i += 1) energy += samples[i] * samples[i];
    if (Math.sqrt(energy / frame) < 0.008) continue;
    const fromS = beginS + at / rate;
    const toS = beginS + (at + frame) / rate;
    const last = stretches[stretches.length - 1];
    if (last && fromS - last.toS < joinS) last.toS = toS;
    else stretches.push({ fromS, toS });
  }
  return stretches;
}

/** The Fourier transform in place; the length is a power of two. */
function fft(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const angle = (-2 * Math.PI) / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < size / 2; k += 1) {
        const [c, s] = [Math.cos(angle * k), Math.sin(angle * k)];
        const [a, b] = [start + k, start + k + size / 2];
        const [x, y] = [re[b] * c - im[b] * s, re[b] * s + im[b] * c];
        [re[b], im[b]] = [re[a] - x, im[a] - y];
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** The middle pitch of a voice in hertz, from the autocorrelation of its spectrum. */
export function pitchHz({ samples, rate }) {
  const size = 2048;
  const pitches = [];
  for (let at = 0; at + size <= samples.length; at += size / 4) {
    const re = new Float64Array(size * 2);
    const im = new Float64Array(size * 2);
    for (let i = 0; i < size; i += 1) re[i] = samples[at + i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    fft(re, im);
    for (let i = 0; i < re.length; i += 1) [re[i], im[i]] = [re[i] * re[i] + im[i] * im[i], 0];
    fft(re, im);
    if (re[0] < 1e-2) continue;
    const shortest = Math.floor(rate / 1000);
    let best = shortest;
    for (let lag = shortest; lag < rate / 70; lag += 1) if (re[lag] > re[best]) best = lag;
    // Windowing lowers the autocorrelation at long lags; only clearly voiced frames count.
    if (best > shortest && re[best] > 0.45 * re[0]) pitches.push(rate / best);
  }
  pitches.sort((a, b) => a - b);
  return pitches[pitches.length >> 1];
}
