import type { Slice, Token } from '../trace/trace';

/**
 * The positions that some streams take up together.
 * @throws Error when they do not lie side by side in `tokens`
 */
export function sliceOf(tokens: readonly Token[], streams: readonly Token['stream'][]): Slice {
  const inside = tokens.map(({ stream }) => streams.includes(stream));
  const start = inside.indexOf(true);
  const end = inside.lastIndexOf(true) + 1;
  if (start < 0 || inside.slice(start, end).includes(false))
    throw new Error(
      `expected ${streams.join(' and ')} tokens side by side, got ${tokens.length} others between`,
    );
  return [start, end];
}

export const lengthOf = ([start, end]: Slice) => end - start;
