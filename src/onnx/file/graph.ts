import { readPort, type Port } from './port';
import { readFields, readText, WireError, type Field } from './wire';
import { readWeight, type Weight } from './weight';

/** One operation. Bytes start..end-1 are its NodeProto; see `readAttributes` for the rest of it. */
export interface GraphNode {
  op: string;
  domain: string;
  name: string;
  inputs: string[];
  outputs: string[];
  start: number;
  end: number;
}

/** A graph, indexed: everything but weights and attributes. Nodes stand in file order. */
export interface Graph {
  nodes: GraphNode[];
  inputs: Port[];
  outputs: Port[];
  values: Map<string, Port>;
  weights: Map<string, Weight>;
}

/** A graph without anything in it. */
export function emptyGraph(): Graph {
  return { nodes: [], inputs: [], outputs: [], values: new Map(), weights: new Map() };
}

/**
 * Adds what the GraphProto at bytes start..end-1 holds: protobuf merges a graph that is written in several parts.
 * @throws WireError when it is malformed
 */
export function readGraph(
  graph: Graph,
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
): void {
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) graph.nodes.push(readNode(bytes, message(part)));
    if (part.number === 5) keep(graph.weights, readWeight(bytes, message(part)));
    if (part.number === 11) graph.inputs.push(readPort(bytes, message(part)));
    if (part.number === 12) graph.outputs.push(readPort(bytes, message(part)));
    if (part.number === 13) keep(graph.values, readPort(bytes, message(part)));
    if (part.number === 15) readSparse(graph, bytes, message(part));
  }
}

/** The field, if it may hold a message: one that holds a number instead is not ONNX. */
export function message(field: Field): Field {
  if (field.wire !== 2) throw new WireError(`field ${field.number} at byte ${field.start} holds no message`);
  return field;
}

function keep<T extends { name: string }>(map: Map<string, T>, item: T): void {
  map.set(item.name, item);
}

/** Reads a NodeProto. @throws WireError when it is malformed */
export function readNode(bytes: Uint8Array, field: Field): GraphNode {
  const { start, end } = field;
  const node: GraphNode = { op: '', domain: '', name: '', inputs: [], outputs: [], start, end };
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) node.inputs.push(readText(bytes, part));
    if (part.number === 2) node.outputs.push(readText(bytes, part));
    if (part.number === 3) node.name = readText(bytes, part);
    if (part.number === 4) node.op = readText(bytes, part);
    if (part.number === 7) node.domain = readText(bytes, part);
  }
  if (node.domain === 'ai.onnx') node.domain = '';
  return node;
}

/** A sparse weight goes by the name of its values; its own shape is field 3. */
function readSparse(graph: Graph, bytes: Uint8Array, field: Field): void {
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) keep(graph.weights, readWeight(bytes, message(part)));
  }
}
