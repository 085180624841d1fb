import type { Adapter } from './adapter';
import { prepareFusion, restoreFusion, runFusion } from './fusion';

/** Dual-stream models (METER, LXMERT, ViLBERT): each stream attends within itself, or in co-attention to all of the other. */
export const adapter: Adapter = {
  check({ id, graphs }) {
    for (const { name, queries, keys } of graphs.model?.attentions ?? [])
      if (queries.length !== 1 || keys.length !== 1)
        throw new Error(
          `${id}: expected attention "${name}" of a dual-stream model from one stream to one stream, got ${queries.join(' + ')} → ${keys.join(' + ')}`,
        );
  },
  prepare: prepareFusion,
  restore: restoreFusion,
  run: runFusion,
};
