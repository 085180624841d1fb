import { cluster, hierarchy, scaleLinear } from 'd3';
import type { HierarchyPointNode } from 'd3';

/** As attention/cluster gives it: groups 0 … n−1 are leaves, the step i makes group n + i. */
export interface Join {
  left: number;
  right: number;
  height: number;
}

/** A group of the tree where it is drawn, px. */
export interface Knot {
  group: number;
  x: number;
  y: number;
  height: number;
  /** Leaves below it, in the order of the tree. */
  leaves: readonly number[];
  children: readonly { x: number; y: number }[];
}

/**
 * Places of all groups: leaves under each other at the right, joins to the left by their height.
 * @param width px of the tree without the names of its leaves; @param pitch px from leaf to leaf
 */
export function layoutTree(joins: readonly Join[], count: number, width: number, pitch: number) {
  const top = Math.max(1e-9, ...joins.map(({ height }) => height));
  const x = scaleLinear([0, top], [width, 0]).nice(4);
  const root = hierarchy(2 * count - 2, (group: number) => {
    const join = joins[group - count];
    return join ? [join.left, join.right] : null;
  });
  const placed = cluster<number>()
    .nodeSize([pitch, 1])
    .separation(() => 1)(root);
  const first = Math.min(...placed.leaves().map((leaf) => leaf.x));
  const at = (node: HierarchyPointNode<number>) => ({
    x: x(joins[node.data - count]?.height ?? 0),
    y: node.x - first + pitch / 2,
  });
  const knots = placed.descendants().map((node): Knot => ({
    group: node.data,
    ...at(node),
    height: joins[node.data - count]?.height ?? 0,
    leaves: node.leaves().map(({ data }) => data),
    children: (node.children ?? []).map(at),
  }));
  return { x, knots: knots.toSorted((a, b) => a.y - b.y) };
}
