import type { Feed } from '../architectures/adapter';
import type { GraphEntry } from '../architectures/manifest';

/** Whether `solveDims` can tell a graph's outputs apart: at most one axis of theirs is unlike any input's. */
export function canSolve({ inputs, outputs }: GraphEntry): boolean {
  const known = new Set(inputs.flatMap(({ dims }) => dims));
  const free = outputs.flatMap(({ dims }) =>
    dims.filter((dim) => typeof dim === 'string' && !known.has(dim)),
  );
  return free.length < 2;
}

/**
 * The dims of a graph's outputs, worked out from its feeds and from how many numbers all outputs have together. Free axes are those
 * that the manifest names; one that no feed fixes (the vocabulary, say) may remain, in one output.
 * @throws Error when the numbers fit no shape
 */
export function solveDims(
  { inputs, outputs }: GraphEntry,
  feeds: Record<string, Feed>,
  total: number,
): number[][] {
  const known = new Map<string, number>();
  for (const { name, dims } of inputs)
    dims.forEach(
      (dim, axis) => typeof dim === 'string' && feeds[name] && known.set(dim, feeds[name].dims[axis]),
    );
  const size = (dims: readonly (number | string)[]) =>
    dims.reduce<number>(
      (product, dim) => product * (typeof dim === 'number' ? dim : (known.get(dim) ?? 1)),
      1,
    );
  const free = outputs.flatMap(({ dims }) =>
    dims.filter((dim) => typeof dim === 'string' && !known.has(dim)),
  );
  if (free.length > 1) throw new Error(`expected one free axis among the outputs, got ${free.join(', ')}`);
  if (free.length === 1) {
    const open = outputs.filter(({ dims }) => dims.includes(free[0]));
    const fixed = outputs
      .filter((output) => !open.includes(output))
      .reduce((sum, { dims }) => sum + size(dims), 0);
    const length = (total - fixed) / size(open[0].dims);
    if (!Number.isInteger(length) || length < 1)
      throw new Error(`expected a whole length for the axis ${free[0]}, got ${length}`);
    known.set(String(free[0]), length);
  }
  return outputs.map(({ dims }) =>
    dims.map((dim) => (typeof dim === 'number' ? dim : (known.get(dim) ?? 0))),
  );
}
