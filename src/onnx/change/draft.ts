import type { GraphNode } from '../file/graph';
import type { Edit, Patch } from './patch';
import type { Model } from '../file/reader';
import { FLOAT, INT64 } from '../file/weight';
import { readFields, readText, writeField } from '../file/wire';

/** Field of a NodeProto that holds its own name; those before hold what it reads and makes. */
const NAME = 3;

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

/** Appends a node of the default domain with one output and integer attributes. */
export function addNode(
  draft: Draft,
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, number> = {},
): void {
  draft.tensors.add(output);
  const INT = 2;
  draft.fields.push(
    writeField(1, [
      ...inputs.map((input) => writeField(1, input)),
      writeField(2, output),
      writeField(3, output),
      writeField(4, op),
      ...Object.entries(attributes).map(([name, value]) =>
        writeField(5, [writeField(1, name), writeField(3, value), writeField(20, INT)]),
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

/** Appends a graph input of 32-bit floats whose axes have free lengths named by `dims`. */
export function addInput(draft: Draft, name: string, dims: readonly string[]): void {
  draft.tensors.add(name);
  const shape = writeField(
    2,
    dims.map((dim) => writeField(1, [writeField(2, dim)])),
  );
  draft.fields.push(
    writeField(11, [writeField(1, name), writeField(2, [writeField(1, [writeField(1, FLOAT), shape])])]),
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
