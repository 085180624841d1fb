import { readAttributes, type Attribute } from '../file/attributes';
import type { GraphNode } from '../file/graph';
import { cachesOf, type Cache } from './caches';
import { inferShapes } from './infer';
import type { Linked } from './link';
import { unknown, type Known } from './rules/known';

/** A linked graph with what is known of its tensors: what the search for attention looks at. */
export interface View {
  bytes: Uint8Array;
  linked: Linked;
  known: ReadonlyMap<string, Known>;
  /** Tensors that follow from weights alone. */
  constants: ReadonlySet<string>;
  /** Version of the default domain. */
  opset: number;
  /** Inputs that are keys and values of earlier steps. */
  caches: ReadonlyMap<string, Cache>;
}

/** @param outer what lies around a nested graph */
export function viewGraph(bytes: Uint8Array, linked: Linked, opset: number, outer?: View): View {
  const constants = new Set<string>(['', ...linked.graph.weights.keys()]);
  for (const name of linked.captured) if (outer?.constants.has(name)) constants.add(name);
  for (const node of linked.order) {
    if (
      node.inputs.every((name) => constants.has(name)) &&
      !linked.nested.has(node) &&
      !/^Random/.test(node.op)
    )
      for (const output of node.outputs) constants.add(output);
  }
  const caches = outer?.caches ?? cachesOf(bytes, linked);
  const known = inferShapes(bytes, linked, outer?.known, outer ? undefined : caches);
  return { bytes, linked, known, constants, opset, caches };
}

export function makerOf(view: View, tensor: string): GraphNode | undefined {
  return view.linked.makers.get(tensor);
}

export function readersOf(view: View, tensor: string): readonly GraphNode[] {
  return view.linked.readers.get(tensor) ?? [];
}

export function dimsOf(view: View, tensor: string): readonly number[] | null {
  return (view.known.get(tensor) ?? unknown).dims;
}

/** The one number that a tensor holds, if it holds one that is known. */
export function scalarOf(view: View, tensor: string): number | null {
  const numbers = view.known.get(tensor)?.numbers;
  return numbers?.length === 1 && !Number.isNaN(numbers[0]) ? numbers[0] : null;
}

export function attributesOf(view: View, node: GraphNode): Map<string, Attribute> {
  return readAttributes(view.bytes, node);
}
