import { join } from 'node:path';
import { choose } from '../../checkpoint/choose';
import { filesIn, makeCheckpoint, makeInside } from '../../checkpoint/make';
import { median, type Figure } from '../../figure';

const rounds = 3;

/** One run of CLIP B/32 with all of its attention, from the page and back, over one call of the same CLIP in @huggingface/transformers, which gives none. */
export const figure: Figure = {
  id: 'clip-run',
  unit: '×',
  limit: 1.05,
  async measure(stand) {
    const { folder } = makeCheckpoint('clip-b32');
    const whole = [makeInside('clip-b32'), join(folder, 'config.json')];
    const pairs: { all: number; none: number; theirs: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      const theirs = median(await choose(stand, whole, (bench) => bench.library()));
      const { all, none } = await choose(stand, filesIn(folder), (bench) => bench.runs());
      pairs.push({ all: median(all), none: median(none), theirs });
    }
    return {
      value: median(pairs.map(({ all, theirs }) => all / theirs)),
      how: `median of ${rounds} pairs of medians of 7, Chromium on WebAssembly, warm`,
      table: pairs.map(
        ({ all, none, theirs }) =>
          `${all.toFixed(0)} ms with 24 attentions of all heads, ${none.toFixed(0)} ms without any; @huggingface/transformers ${theirs.toFixed(0)} ms`,
      ),
    };
  },
};
