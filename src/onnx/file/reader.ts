import { readFunction, type FunctionBody } from './function';
import { emptyGraph, message, readGraph, type Graph } from './graph';
import { readFields, readText, WireError, type Field } from './wire';

/** A model file, indexed. */
export interface Model extends Graph {
  bytes: Uint8Array;
  /** Version by domain; the default domain is "". */
  opsets: Map<string, number>;
  producer: string;
  /** Operations that the file defines itself, by "domain:name". */
  functions: Map<string, FunctionBody>;
}

/**
 * Indexes an ONNX file: field numbers are those of onnx.proto. A graph in several parts is merged, as protobuf demands.
 * @throws Error with one sentence when the bytes are not a whole ONNX model.
 */
export function readModel(bytes: Uint8Array): Model {
  refuseOther(bytes.subarray(0, 512), bytes.length);
  const model: Model = { ...emptyGraph(), bytes, opsets: new Map(), producer: '', functions: new Map() };
  const seen = new Set<number>();
  try {
    for (const field of readFields(bytes, 0, bytes.length)) {
      seen.add(field.number);
      if (field.number === 2) model.producer = readText(bytes, field);
      if (field.number === 7) readGraph(model, bytes, message(field));
      if (field.number === 8) readOpset(model, message(field));
      if (field.number === 25) keepFunction(model, readFunction(bytes, message(field)));
    }
  } catch (error) {
    throw sentenceOf(error, seen.has(1));
  }
  if (!seen.has(7)) throw new Error('The file is not an ONNX model: it holds no graph.');
  return model;
}

/** Bytes that a protobuf message can have: protobuf.dev/programming-guides/proto-limits. */
const longest = 2 ** 31;

/**
 * Refuses what is plainly no model file.
 * @param head its first 512 bytes, or all of it
 * @throws Error with one sentence
 */
export function refuseOther(head: Uint8Array, length: number): void {
  if (length === 0) throw new Error('The model file is empty (0 bytes).');
  if (length >= longest) {
    const size = (length / 2 ** 30).toFixed(1);
    throw new Error(
      `The model file has ${size} GiB, and none may have 2 or more: save it with its weights in external data files.`,
    );
  }
  if (head.some((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte))) return;
  const text = new TextDecoder().decode(head);
  if (text.startsWith('version https://git-lfs')) {
    throw new Error('The file is a Git LFS pointer, not the model itself: fetch it with "git lfs pull".');
  }
  throw new Error(
    `The file is text, not an ONNX model: it begins with ${JSON.stringify(text.slice(0, 24))}.`,
  );
}

/** What was thrown while a model file was read, as one sentence; `begun` when it began like a model. */
export function sentenceOf(error: unknown, begun: boolean): unknown {
  if (!(error instanceof WireError)) return error;
  if (error.past && begun)
    return new Error(`The model file ends early: ${error.message}. Download it again.`);
  return new Error(`The file is not an ONNX model: ${error.message}.`);
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

function keepFunction({ functions }: Model, body: FunctionBody): void {
  functions.set(`${body.domain}:${body.name}`, body);
}
