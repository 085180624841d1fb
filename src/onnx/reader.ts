import { readFields, readNumbers, readText, WireError, type Field } from './wire';

/** A graph input, output or annotated inner tensor. `dtype` is ONNX's TensorProto.DataType, 0 when the file does not say. */
export interface Port {
  name: string;
  dtype: number;
  /** A number, the name of a free dimension, or null for one that has neither. `dims` is null when the rank is unknown. */
  dims: (number | string | null)[] | null;
}

/** A stored tensor: where its bytes lie, never a copy of them. Bytes start..end-1 are its whole TensorProto. */
export interface Weight {
  name: string;
  dtype: number;
  dims: number[];
  external: boolean;
  start: number;
  end: number;
}

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

/** A model file, indexed: everything but weights and attributes. Nodes stand in file order. */
export interface Model {
  bytes: Uint8Array;
  nodes: GraphNode[];
  inputs: Port[];
  outputs: Port[];
  values: Map<string, Port>;
  weights: Map<string, Weight>;
  /** Version by domain; the default domain is "". */
  opsets: Map<string, number>;
  producer: string;
}

/** `dtype` of 32-bit floats. */
export const FLOAT = 1;

/**
 * Indexes an ONNX file: field numbers are those of onnx.proto. A graph in several parts is merged, as protobuf demands.
 * @throws Error with one sentence when the bytes are not a whole ONNX model.
 */
export function readModel(bytes: Uint8Array): Model {
  refuseOther(bytes);
  const model: Model = {
    bytes,
    nodes: [],
    inputs: [],
    outputs: [],
    values: new Map(),
    weights: new Map(),
    opsets: new Map(),
    producer: '',
  };
  const seen = new Set<number>();
  try {
    for (const field of readFields(bytes, 0, bytes.length)) {
      seen.add(field.number);
      if (field.number === 2) model.producer = readText(bytes, field);
      if (field.number === 7) readGraph(model, message(field));
      if (field.number === 8) readOpset(model, message(field));
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (error.past && seen.has(1))
      throw new Error(`The model file ends early: ${error.message}. Download it again.`);
    throw new Error(`The file is not an ONNX model: ${error.message}.`);
  }
  if (!seen.has(7)) throw new Error('The file is not an ONNX model: it holds no graph.');
  return model;
}

function refuseOther(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new Error('The model file is empty (0 bytes).');
  const head = bytes.subarray(0, 512);
  if (head.some((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte))) return;
  const text = new TextDecoder().decode(head);
  if (text.startsWith('version https://git-lfs')) {
    throw new Error('The file is a Git LFS pointer, not the model itself: fetch it with "git lfs pull".');
  }
  throw new Error(
    `The file is text, not an ONNX model: it begins with ${JSON.stringify(text.slice(0, 24))}.`,
  );
}

/** The field, if it may hold a message: one that holds a number instead is not ONNX. */
function message(field: Field): Field {
  if (field.wire !== 2) throw new WireError(`field ${field.number} at byte ${field.start} holds no message`);
  return field;
}

function readOpset(model: Model, field: Field): void {
  let domain = '';
  let version = 0;
  for (const part of readFields(model.bytes, field.start, field.end)) {
    if (part.number === 1) domain = readText(model.bytes, part);
    if (part.number === 2) version = part.value;
  }
  model.opsets.set(domain === 'ai.onnx' ? '' : domain, version);
}

function readGraph(model: Model, field: Field): void {
  const { bytes } = model;
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) model.nodes.push(readNode(bytes, message(part)));
    if (part.number === 5) keep(model.weights, readWeight(bytes, message(part)));
    if (part.number === 11) model.inputs.push(readPort(bytes, message(part)));
    if (part.number === 12) model.outputs.push(readPort(bytes, message(part)));
    if (part.number === 13) keep(model.values, readPort(bytes, message(part)));
  }
}

function keep<T extends { name: string }>(map: Map<string, T>, item: T): void {
  map.set(item.name, item);
}

function readNode(bytes: Uint8Array, field: Field): GraphNode {
  const { start, end } = field;
  const node: GraphNode = { op: '', domain: '', name: '', inputs: [], outputs: [], start, end };
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) node.inputs.push(readText(bytes, part));
    if (part.number === 2) node.outputs.push(readText(bytes, part));
    if (part.number === 3) node.name = readText(bytes, part);
    if (part.number === 4) node.op = readText(bytes, part);
    if (part.number === 7) node.domain = readText(bytes, part);
  }
  return node;
}

/** Reads name, type and shape of a TensorProto and skips its numbers. */
export function readWeight(bytes: Uint8Array, field: { start: number; end: number }): Weight {
  const { start, end } = field;
  const weight: Weight = { name: '', dtype: 0, dims: [], external: false, start, end };
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) for (const dim of readNumbers(bytes, part)) weight.dims.push(dim);
    if (part.number === 2) weight.dtype = part.value;
    if (part.number === 8) weight.name = readText(bytes, part);
    if (part.number === 14) weight.external = part.value === 1;
  }
  return weight;
}

function readPort(bytes: Uint8Array, field: Field): Port {
  const port: Port = { name: '', dtype: 0, dims: null };
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) port.name = readText(bytes, part);
    if (part.number !== 2) continue;
    for (const type of readFields(bytes, part.start, part.end)) {
      if (type.number === 1) readTensorType(bytes, type, port);
    }
  }
  return port;
}

function readTensorType(bytes: Uint8Array, field: Field, port: Port): void {
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) port.dtype = part.value;
    if (part.number !== 2) continue;
    port.dims = [];
    for (const dim of readFields(bytes, part.start, part.end)) {
      if (dim.number === 1) port.dims.push(readDimension(bytes, dim));
    }
  }
}

function readDimension(bytes: Uint8Array, field: Field): number | string | null {
  for (const part of readFields(bytes, field.start, field.end)) {
    if (part.number === 1) return part.value;
    if (part.number === 2) return readText(bytes, part);
  }
  return null;
}
