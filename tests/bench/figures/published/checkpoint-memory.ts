import { inProcess } from '../../checkpoint/process';
import { makeCheckpoint } from '../../checkpoint/make';
import type { Figure } from '../../figure';

/** The most memory that a process takes to open a published checkpoint and show its first maps, over the size of its weights. */
export const figure: Figure = {
  id: 'checkpoint-memory',
  unit: '×',
  limit: 2.2,
  async measure() {
    const { folder, bytes } = makeCheckpoint('vilt-match');
    const { peak } = await inProcess<{ peak: number }>('checkpoint', folder);
    const size = (count: number) => `${(count / 1e6).toFixed(0)} MB`;
    return {
      value: peak / bytes,
      how: `Node, one thread: ${size(peak)} more than before at most, of ${size(bytes)} of weights`,
    };
  },
};
