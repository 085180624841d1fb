import type { GraphNode } from '../file/graph';
import type { Edit, Patch } from './patch';
import type { Model } from '../file/reader';
import { FLOAT, INT64, type Weight } from '../file/weight';
import { joinBytes, readFields, readText, writeField, writeHead, type Field } from '../file/wire';

/** Field of a NodeProto that holds its own name; those before hold what it reads and makes. */
const NAME = 3;
const ATTRIBUTE = 5;

/**
 * A change in the making. Protobuf merges repeated occurrences of an embedded message, so nodes, inputs and outputs are added by
 * appending a second `graph` field: no weight is read or moved. The runtime sorts nodes itself, so order does not matter.
 */
export interface Draft {
  readonly model: Model;
  /** Every tensor that the changed graph has. */
  readonly tensors: Set<string>;
  readonly edits: Edit[];
  /** Fields of the appended GraphProto. */
  readonly fields: Uint8Array[];
}

/** An unchanged draft. */
export function startDraft(model: Model): Draft {
  const tensors = new Set<string>(model.weights.keys());
  for (const port of model.inputs) tensors.add(port.name);
  for (const node of model.nodes) for (const output of node.outputs) tensors.add(output);
  tensors.delete('');
  return { model, tensors, edits: [], fields: [] };
}

/** The draft's changes as one patch of the model's file. */
export function finishDraft(draft: Draft): Patch {
  return {
    edits: draft.edits,
    tail: draft.fields.length > 0 ? writeField(7, draft.fields) : new Uint8Array(0),
  };
}

/** `hint` if no tensor is called so, else `hint` with a number. */
export function freshName(draft: Draft, hint: string): string {
  let name = hint;
  for (let i = 2; draft.tensors.has(name); i++) name = `${hint}_${i}`;
  return name;
}

/** Appends a node of the default domain with one output, attributes of integers, and no name: two alike are refused. */
export function addNode(
  draft: Draft,
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, number | readonly number[]> = {},
): void {
  draft.tensors.add(output);
  const [INT, INTS] = [2, 7];
  draft.fields.push(
    writeField(1, [
      ...inputs.map((input) => writeField(1, input)),
      writeField(2, output),
      writeField(4, op),
      ...Object.entries(attributes).map(([name, value]) =>
        writeField(5, [
          writeField(1, name),
          ...(typeof value === 'number' ? [writeField(3, value)] : value.map((each) => writeField(8, each))),
          writeField(20, typeof value === 'number' ? INT : INTS),
        ]),
      ),
    ]),
  );
}

/** Appends a node once more, attributes and all, that reads and makes other names where `names` has them. */
export function addCopy(draft: Draft, { start, end }: GraphNode, names: ReadonlyMap<string, string>): void {
  const { bytes } = draft.model;
  const fields = [...readFields(bytes, start, end)].filter(({ number }) => number !== NAME);
  const parts = fields.map((field) => {
    const text = field.number < NAME ? readText(bytes, field) : '';
    return writeField(field.number, names.get(text) ?? bytes.subarray(field.start, field.end));
  });
  for (const name of names.values()) draft.tensors.add(name);
  draft.fields.push(writeField(1, parts));
}

/** As `addCopy`, for a node of a function: an attribute that stands for one of the call's is the call's. */
export function addCall(
  draft: Draft,
  { start, end }: GraphNode,
  names: ReadonlyMap<string, string>,
  call: GraphNode,
): void {
  const { bytes } = draft.model;
  const given = new Map<string, Field>();
  for (const field of readFields(bytes, call.start, call.end))
    if (field.number === ATTRIBUTE) given.set(textIn(bytes, field, 1), field);
  const parts = [...readFields(bytes, start, end)].flatMap((field) => {
    if (field.number === NAME) return [];
    if (field.number < NAME) {
      const name = readText(bytes, field);
      return [writeField(field.number, names.get(name) ?? name)];
    }
    const wanted = field.number === ATTRIBUTE ? textIn(bytes, field, 21) : '';
    if (wanted === '') return [writeField(field.number, bytes.subarray(field.start, field.end))];
    const other = given.get(wanted);
    if (!other) return [];
    const rest = [...readFields(bytes, other.start, other.end)].filter(({ number }) => number !== 1);
    const head = writeField(1, textIn(bytes, field, 1));
    return [writeField(ATTRIBUTE, [head, ...rest.map((part) => rewrite(bytes, part))])];
  });
  draft.fields.push(writeField(1, parts));
}

/** Appends a stored tensor once more under a name. */
export function addInitializer(draft: Draft, { start, end }: Weight, name: string): void {
  const { bytes } = draft.model;
  const rest = [...readFields(bytes, start, end)].filter(({ number }) => number !== 8);
  draft.tensors.add(name);
  draft.fields.push(writeField(5, [...rest.map((part) => rewrite(bytes, part)), writeField(8, name)]));
}

/** The text in a field of a message; empty without one. */
function textIn(bytes: Uint8Array, message: Field, number: number): string {
  for (const part of readFields(bytes, message.start, message.end))
    if (part.number === number) return readText(bytes, part);
  return '';
}

/** A field once more. */
function rewrite(bytes: Uint8Array, { number, wire, value, start, end }: Field): Uint8Array {
  if (wire === 0) return writeField(number, value);
  if (wire === 2) return writeField(number, bytes.subarray(start, end));
  return joinBytes([Uint8Array.of(number * 8 + wire), bytes.subarray(start, end)]);
}

/** Appends a stored list of 64-bit integers. @returns its name: `hint`, or like it */
export function addIntegers(draft: Draft, hint: string, values: readonly number[]): string {
  const name = freshName(draft, hint);
  draft.tensors.add(name);
  draft.fields.push(
    writeField(5, [
      writeField(1, values.length),
      writeField(2, INT64),
      ...values.map((value) => writeField(7, value)),
      writeField(8, name),
    ]),
  );
  return name;
}

/** Appends a stored single number. @returns its name: `hint`, or like it */
export function addNumber(draft: Draft, hint: string, value: number, dtype = FLOAT): string {
  const name = freshName(draft, hint);
  draft.tensors.add(name);
  const data = dtype === INT64 ? BigInt64Array.of(BigInt(value)) : Float32Array.of(value);
  const stored = [writeField(2, dtype), writeField(8, name), writeField(9, new Uint8Array(data.buffer))];
  draft.fields.push(writeField(5, stored));
  return name;
}

/** Appends stored 32-bit floats under a name that no other tensor has once the draft is finished. */
export function addFloats(
  draft: Draft,
  name: string,
  dims: readonly number[],
  values: readonly number[],
): void {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  draft.tensors.add(name);
  draft.fields.push(
    writeField(5, [
      ...dims.map((dim) => writeField(1, dim)),
      writeField(2, FLOAT),
      writeField(8, name),
      writeField(9, data),
    ]),
  );
}

/** Takes a node out of the file, in place: it becomes a field of a number that no graph has, which readers pass over. */
export function removeNode(draft: Draft, { start, end, op }: GraphNode): void {
  const { bytes } = draft.model;
  const head = writeHead(1, end - start);
  const at = start - head.length;
  if (at < 0 || head.some((byte, i) => bytes[at + i] !== byte))
    throw new Error(`The file is written in a way in which ${op} cannot be taken out of it.`);
  draft.edits.push({ at, bytes: writeHead(3, end - start).subarray(0, 1) });
}

/** Appends a graph input, of 32-bit floats where nothing else is said, whose axes have free lengths named by `dims`. */
export function addInput(draft: Draft, name: string, dims: readonly string[], dtype = FLOAT): void {
  draft.tensors.add(name);
  const shape = writeField(
    2,
    dims.map((dim) => writeField(1, [writeField(2, dim)])),
  );
  draft.fields.push(
    writeField(11, [writeField(1, name), writeField(2, [writeField(1, [writeField(1, dtype), shape])])]),
  );
}

/** Appends a graph output; the runtime infers its type and shape. A tensor that is an output already stays one. */
export function addOutput(draft: Draft, name: string): void {
  requireTensor(draft, name);
  if (draft.model.outputs.some((output) => output.name === name)) return;
  draft.fields.push(writeField(12, [writeField(1, name)]));
}

/** @throws Error when the graph has no tensor of this name. */
export function requireTensor(draft: Draft, name: string): void {
  if (!draft.tensors.has(name)) throw new Error(`The model has no tensor called ${JSON.stringify(name)}.`);
}
