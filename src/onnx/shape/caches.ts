import { readAttributes } from '../file/attributes';
import type { Graph } from '../file/graph';
import type { Port } from '../file/port';
import { FLOAT } from '../file/weight';
import type { Linked } from './link';

/** Keys or values of earlier steps, as an input of a graph. */
export interface Cache {
  /** The axis that earlier positions lie along, where there may be none of them; null where a run needs some. */
  axis: number | null;
}

/** An input that something is put behind along an axis, as keys of this step behind those of earlier ones. */
interface Use {
  axis: number;
  joined: boolean;
}

/**
 * The inputs of a graph that are keys or values of earlier steps: four axes of floats that nothing but a Concat along the positions goes
 * over, or that are called so. Where positions may be none, the first step can be made again and again with all words.
 */
export function cachesOf(bytes: Uint8Array, linked: Linked): Map<string, Cache> {
  const found = new Map<string, Cache>();
  for (const port of linked.graph.inputs) {
    if (linked.graph.weights.has(port.name) || !isFloat(port)) continue;
    const uses = usesOf(bytes, linked, port.name);
    const joined = uses.every(({ joined }) => joined);
    const behind = uses.length > 0 && uses.every(({ axis }) => axis === 2);
    if (/past|cache/i.test(port.name) || (joined && behind))
      found.set(port.name, { axis: joined ? emptiable(port, uses) : null });
  }
  return found;
}

function isFloat({ dtype, dims }: Port): boolean {
  return (dtype === FLOAT || dtype === 10 || dtype === 16) && dims?.length === 4;
}

/** Operations of attention in one piece that put what is new behind what was there. */
const fused = new Set(['Attention', 'GroupQueryAttention', 'MultiHeadAttention']);

/** What the graph and the branches in it do with an input; whoever asks for its length does nothing with it. */
function usesOf(bytes: Uint8Array, linked: Linked, name: string): Use[] {
  return (linked.readers.get(name) ?? []).flatMap((node): Use[] => {
    if (node.op === 'Shape' || node.op === 'Size') return [];
    const inner = linked.nested.get(node)?.filter(({ captured }) => captured.has(name)) ?? [];
    if (inner.length > 0 && !node.inputs.includes(name)) {
      const uses = inner.flatMap((graph) => usesOf(bytes, graph, name));
      // A branch that does not read it is the first step.
      return node.op === 'If' && inner.length < linked.nested.get(node)!.length
        ? uses.map(() => ({ axis: 2, joined: true }))
        : uses;
    }
    const axis = readAttributes(bytes, node).get('axis');
    const along = typeof axis === 'number' ? (axis < 0 ? axis + 4 : axis) : 2;
    return [{ axis: along, joined: node.op === 'Concat' || fused.has(node.op) }];
  });
}

/** The axis that what is new is put behind, if its length is free; of an input that nothing reads, its one free axis. */
function emptiable({ dims }: Port, uses: readonly Use[]): number | null {
  const free = dims!.flatMap((dim, axis) =>
    axis > 0 && (typeof dim !== 'number' || dim <= 0) ? [axis] : [],
  );
  const axis = uses[0]?.axis ?? free[0];
  return free.includes(axis) ? axis : null;
}

/** Free lengths that are none where earlier steps are: names of axes along which only they lie. */
export function emptyNames(graph: Graph, caches: ReadonlyMap<string, Cache>): Set<string> {
  const names = new Set<string>();
  for (const { name, dims } of graph.inputs) {
    const axis = caches.get(name)?.axis ?? null;
    const dim = axis === null ? null : dims![axis];
    if (typeof dim === 'string') names.add(dim);
  }
  for (const { name, dims } of graph.inputs)
    if (!caches.has(name)) for (const dim of dims ?? []) names.delete(String(dim));
  return names;
}
