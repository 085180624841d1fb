import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProcess } from '../../checkpoint/process';
import { makeCheckpoint } from '../../checkpoint/make';
import { median, type Figure } from '../../figure';
import { makeVilt } from '../../vilt';

const rounds = 3;

/** A published checkpoint from its files on the disk to the first map, over creating the session of a model of that size with weights inside. */
export const figure: Figure = {
  id: 'open-checkpoint',
  unit: '×',
  limit: 1.3,
  async measure() {
    const { folder, bytes } = makeCheckpoint('vilt-match');
    const whole = join(tmpdir(), 'vlpm-bench-inside.onnx');
    await writeFile(whole, makeVilt());
    const pairs: { ours: number; inside: number; shown: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      const { milliseconds: ours, shown } = await inProcess<{ milliseconds: number; shown: number }>(
        'checkpoint',
        folder,
      );
      const { milliseconds: inside } = await inProcess<{ milliseconds: number }>('inside', whole);
      pairs.push({ ours, inside, shown });
    }
    const each = pairs.map(({ ours, inside }) => `${ours.toFixed(0)} / ${inside.toFixed(0)}`).join(', ');
    return {
      value: median(pairs.map(({ ours, inside }) => ours / inside)),
      how: `median of ${rounds}, in Node on one thread: ${(bytes / 1e6).toFixed(0)} MB read, hashed, bound, opened and run with ${pairs[0].shown} maps, over a session with weights inside; ${each} ms`,
    };
  },
};
