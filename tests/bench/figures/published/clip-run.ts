import { inProcess } from '../../checkpoint/process';
import { makeCheckpoint } from '../../checkpoint/make';
import type { Figure } from '../../figure';

/** One run of CLIP B/32 with all of its attention, over one run of the same graph as it is, which is what other libraries run. */
export const figure: Figure = {
  id: 'clip-run',
  unit: '×',
  limit: 1.05,
  async measure() {
    const { folder } = makeCheckpoint('clip-b32');
    const { all, none } = await inProcess<{ all: number; none: number }>('runs', folder);
    return {
      value: all / none,
      how: `medians of 7 in turn, Node, one thread: ${all.toFixed(0)} ms with 24 attentions of all heads, ${none.toFixed(0)} ms without any`,
    };
  },
};
