import { averageLinkage } from '../../attention/cluster';
import type { Merge } from '../../attention/cluster';
import { distances, families } from '../../attention/divergence';
import type { HeadAt } from '../../attention/divergence';
import type { Trace } from '../../trace/trace';

/** Heads that can be compared with each other, and the order in which they go together. */
export interface Kin {
  heads: readonly HeadAt[];
  /** Mean Jensen-Shannon distance of their rows, [heads, heads]. */
  distances: Float64Array;
  merges: readonly Merge[];
}

/** Distances averaged over runs; heads are the same ones in every run of a model. */
export function* comparing(traces: readonly Trace[]): Generator<number, readonly Kin[]> {
  const sums = new Map<string, { heads: readonly HeadAt[]; sum: Float64Array }>();
  const each = traces.map(({ attentions, tokens }) => ({ attentions, found: families(attentions, tokens) }));
  const total = each.reduce((count, { found }) => count + found.length, 0);
  let done = 0;
  for (const { attentions, found } of each)
    for (const family of found) {
      const steps = distances(attentions, family);
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield (done + step.value) / total;
      done += 1;
      const id = family.heads.map(({ attention, head }) => `${attention}.${head}`).join();
      const known = sums.get(id);
      if (known) for (let i = 0; i < known.sum.length; i++) known.sum[i] += step.value[i];
      else sums.set(id, { heads: family.heads, sum: step.value });
    }
  return [...sums.values()].map(({ heads, sum }) => {
    const mean = sum.map((value) => value / traces.length);
    return { heads, distances: mean, merges: averageLinkage(mean, heads.length) };
  });
}
