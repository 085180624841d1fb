/** Lengths that a checkpoint may choose: axes of weights that have them, as "name of the weight/axis", by the name of the length. */
export type FreeSizes = Readonly<Record<string, readonly string[]>>;

/** A weight of the graph beside the tensor that is to be bound to it. */
export interface Pair {
  name: string;
  wanted: readonly number[];
  found: readonly number[];
}

const shape = (dims: readonly number[]) => `[${dims.join(', ')}]`;

/**
 * Holds shapes against each other, and reads off what the checkpoint chose.
 * @returns the lengths by name
 * @throws Error of one sentence for the first that does not fit, with name, expected and found
 */
export function solveSizes(pairs: readonly Pair[], free: FreeSizes): Map<string, number> {
  const places = new Map(
    Object.entries(free).flatMap(([size, at]) => at.map((place) => [place, size] as const)),
  );
  const sizes = new Map<string, { length: number; by: string }>();
  for (const { name, wanted, found } of pairs) {
    const fits = found.length === wanted.length;
    const misfit = wanted.some((length, axis) => length !== found[axis] && !places.has(`${name}/${axis}`));
    if (!fits || misfit) throw new Error(`Expected ${name} of ${shape(wanted)}, got ${shape(found)}.`);
    for (const [axis, length] of found.entries()) {
      const size = places.get(`${name}/${axis}`);
      if (size === undefined) continue;
      const before = sizes.get(size);
      if (before && before.length !== length)
        throw new Error(
          `Expected ${name} of ${before.length} ${size}, as many as ${before.by} has, got ${shape(found)}.`,
        );
      sizes.set(size, { length, by: name });
    }
  }
  return new Map(Array.from(sizes, ([size, { length }]) => [size, length]));
}
