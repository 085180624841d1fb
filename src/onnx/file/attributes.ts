import { emptyGraph, readGraph, type Graph, type GraphNode } from './graph';
import { readWeight, type Weight } from './weight';
import { readFields, readNumbers, readText, type Field } from './wire';

/** Where a nested graph (of If, Loop or Scan) lies: bytes start..end-1 are its GraphProto. */
export interface Nested {
  start: number;
  end: number;
}

/** A float, an integer or a text; a list of numbers; a stored tensor; or a nested graph. */
export type Attribute = number | string | number[] | Weight | Nested;

/**
 * The attributes of a node, read anew at each call: few nodes are ever asked. Lists of texts, tensors and graphs are left out.
 * @throws WireError when the attributes are malformed, which indexing the file does not look at
 */
export function readAttributes(bytes: Uint8Array, node: GraphNode): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const field of readFields(bytes, node.start, node.end)) {
    if (field.number !== 5) continue;
    const [name, value] = readAttribute(bytes, field);
    if (value !== null) attributes.set(name, value);
  }
  return attributes;
}

function readAttribute(bytes: Uint8Array, field: Field): [name: string, value: Attribute | null] {
  let name = '';
  let value: Attribute | null = null;
  const list: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) name = readText(bytes, part);
    if (part.number === 2 && part.wire === 5) value = view.getFloat32(part.start, true);
    if (part.number === 3) value = part.value;
    if (part.number === 4) value = readText(bytes, part);
    if (part.number === 5) value = readWeight(bytes, part);
    if (part.number === 6) value = { start: part.start, end: part.end };
    if (part.number === 7)
      for (let at = part.start; at + 4 <= part.end; at += 4) list.push(view.getFloat32(at, true));
    if (part.number === 8) for (const x of readNumbers(bytes, part)) list.push(x);
    if (part.number === 20 && value === null && (part.value === 6 || part.value === 7)) value = list;
  }
  return [name, value ?? (list.length > 0 ? list : null)];
}

/** Operations that carry graphs of their own. */
const nesting = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/**
 * The graphs inside a node of If, Loop or Scan, indexed; they may read tensors of the graphs around them. Weights stay where they are.
 * @throws WireError when a graph is malformed
 */
export function readSubgraphs(bytes: Uint8Array, node: GraphNode): Graph[] {
  if (node.domain !== '' || !nesting.has(node.op)) return [];
  const graphs: Graph[] = [];
  for (const field of readFields(bytes, node.start, node.end)) {
    if (field.number !== 5) continue;
    for (const part of readFields(bytes, field.start, field.end)) {
      if (part.number !== 6 && part.number !== 11) continue;
      const graph = emptyGraph();
      readGraph(graph, bytes, part);
      graphs.push(graph);
    }
  }
  return graphs;
}
