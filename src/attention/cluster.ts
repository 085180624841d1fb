/** Two groups that became one. Groups 0 … n−1 are single items; the step i makes group n + i. */
export interface Merge {
  left: number;
  right: number;
  /** Mean distance between the items of the two groups. */
  height: number;
  /** How many items it holds. */
  size: number;
}

/**
 * Hierarchical clustering by average linkage (UPGMA, Sokal and Michener 1958): the two groups whose items are nearest on average become
 * one, until one is left. The n − 1 merges in order of height, each with its lower group first.
 * @param distances symmetric, [n, n] row-major
 */
export function averageLinkage(distances: Float64Array, count: number): Merge[] {
  const between = Float64Array.from(distances);
  const groups = Array.from({ length: count }, (_, id) => ({ id, size: 1 }));
  const alive = [...groups.keys()];
  const merges: Merge[] = [];
  while (alive.length > 1) {
    let [first, second, least] = [0, 1, Infinity];
    for (let i = 0; i < alive.length; i++)
      for (let j = i + 1; j < alive.length; j++) {
        const distance = between[alive[i] * count + alive[j]];
        if (distance < least) [first, second, least] = [i, j, distance];
      }
    const [a, b] = [alive[first], alive[second]];
    const [left, right] = [groups[a].id, groups[b].id].sort((one, other) => one - other);
    const size = groups[a].size + groups[b].size;
    for (const other of alive) {
      const mean =
        (groups[a].size * between[a * count + other] + groups[b].size * between[b * count + other]) / size;
      between[a * count + other] = between[other * count + a] = mean;
    }
    groups[a] = { id: count + merges.length, size };
    merges.push({ left, right, height: least, size });
    alive.splice(second, 1);
  }
  return merges;
}

/** Items of a group, in the order in which a tree drawn without crossings has them. */
export function itemsOf(group: number, merges: readonly Merge[]): number[] {
  const count = merges.length + 1;
  if (group < count) return [group];
  const { left, right } = merges[group - count];
  return [...itemsOf(left, merges), ...itemsOf(right, merges)];
}

/** The groups that are left when no merge above `height` takes place, in the order of the tree. */
export function cut(merges: readonly Merge[], height: number): number[][] {
  const count = merges.length + 1;
  const open = (group: number): number[][] => {
    if (group < count || merges[group - count].height <= height) return [itemsOf(group, merges)];
    const { left, right } = merges[group - count];
    return [...open(left), ...open(right)];
  };
  return open(2 * count - 2);
}
