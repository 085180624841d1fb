import type { Adapter } from './adapter';
import { prepareFusion, restoreFusion, runFusion } from './fusion';

/** Single-stream models (ViLT, VisualBERT, UNITER): text and image tokens are one sequence, and each softmax runs over all of it. */
export const adapter: Adapter = {
  check({ id, sequence, graphs }) {
    const whole = sequence.join(' + ');
    for (const { name, queries, keys } of graphs.model?.attentions ?? [])
      if (queries.join(' + ') !== whole || keys.join(' + ') !== whole)
        throw new Error(
          `${id}: expected attention "${name}" of a single-stream model over ${whole}, got ${queries.join(' + ')} → ${keys.join(' + ')}`,
        );
  },
  prepare: prepareFusion,
  restore: restoreFusion,
  run: runFusion,
};
