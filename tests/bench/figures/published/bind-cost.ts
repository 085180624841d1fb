import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { indexCheckpoint } from '../../../../src/containers/checkpoint';
import { readPart } from '../../../../src/containers/tensors';
import { bindGraph } from '../../../../src/onnx/bind/bind';
import { makeCheckpoint, readRecipe } from '../../checkpoint/make';
import { median, type Figure } from '../../figure';

const rounds = 9;

/** What it takes to index a large checkpoint and to point a graph at its tensors: time, and memory, of which more than 20 MB count as too slow. */
export const figure: Figure = {
  id: 'bind-cost',
  unit: 's',
  limit: 0.05,
  absolute: true,
  async measure() {
    const { folder, bytes } = makeCheckpoint('vilt-match');
    const { recipe, graph } = readRecipe('vilt-match');
    const file = new File([await openAsBlob(join(folder, 'model.safetensors'))], 'model.safetensors');
    const times: number[] = [];
    let most = 0;
    let tensors = 0;
    for (let i = 0; i < rounds; i++) {
      const before = inUse();
      const start = performance.now();
      const { index } = await indexCheckpoint([file]);
      const bound = await bindGraph(graph, index, recipe, ({ offset, length }) =>
        readPart(file, offset, length),
      );
      times.push((performance.now() - start) / 1000);
      most = Math.max(most, inUse() - before);
      tensors = bound.tensors;
    }
    const first = times[0].toFixed(3);
    return {
      value: most > 20e6 ? Infinity : median(times),
      how: `median of ${rounds}: ${tensors} tensors of ${(bytes / 1e6).toFixed(0)} MB; the first time ${first} s; at most ${(most / 1e6).toFixed(1)} MB more in use`,
    };
  },
};

function inUse(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
