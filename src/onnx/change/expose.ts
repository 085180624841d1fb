import {
  addIntegers,
  addNode,
  addOutput,
  finishDraft,
  freshName,
  requireTensor,
  startDraft,
  type Draft,
} from './draft';
import type { Patch } from './patch';
import type { Model } from '../file/reader';
import { FLOAT } from '../file/weight';

/** Makes inner tensors outputs of the graph, each under its own name. */
export function expose(draft: Draft, tensors: readonly string[]): void {
  for (const tensor of tensors) addOutput(draft, tensor);
}

/**
 * Makes one output that holds all the tensors end to end, flattened row-major, as 32-bit floats [1, n]: on a GPU every output is a
 * buffer to read back, and one is faster than many. `splitMaps` takes it apart.
 * @returns the output's name: `hint`, or like it when a tensor is called so.
 */
export function gather(draft: Draft, tensors: readonly string[], hint: string): string {
  if (tensors.length === 0) throw new Error(`Nothing to gather into ${hint}: the list of tensors is empty.`);
  const output = freshName(draft, hint);
  const flat = tensors.map((tensor, i) => {
    requireTensor(draft, tensor);
    const name = freshName(draft, `${output}/${i}`);
    addNode(draft, 'Flatten', [toFloat(draft, tensor, `${name}/float`)], name, { axis: 0 });
    return name;
  });
  addNode(draft, 'Concat', flat, output, { axis: 1 });
  addOutput(draft, output);
  return output;
}

/** What lies from … to along an axis of a tensor. */
export function slice(
  draft: Draft,
  tensor: string,
  { axis, from, to }: { axis: number; from: number; to: number },
): string {
  const name = freshName(draft, `${tensor}/part`);
  const bounds = [from, to, axis].map((bound) => addIntegers(draft, `${name}/bound`, [bound]));
  addNode(draft, 'Slice', [tensor, ...bounds], name);
  return name;
}

/** A tensor as 32-bit floats. Most files say nothing of inner tensors; the runtime drops a Cast that changes nothing. */
export function toFloat(draft: Draft, tensor: string, hint: string): string {
  const { values, outputs } = draft.model;
  const dtype = values.get(tensor)?.dtype ?? outputs.find((output) => output.name === tensor)?.dtype;
  if (dtype === FLOAT) return tensor;
  const name = freshName(draft, hint);
  addNode(draft, 'Cast', [tensor], name, { to: FLOAT });
  return name;
}

/** The patch that gathers `tensors`, for a model that needs no other change. */
export function exposeAll(
  model: Model,
  tensors: readonly string[],
  hint = 'gathered',
): { patch: Patch; output: string } {
  const draft = startDraft(model);
  const output = gather(draft, tensors, hint);
  return { patch: finishDraft(draft), output };
}

/**
 * Takes a gathered output apart. The parts are views of `flat`, so one transfer of its buffer carries them all.
 * @param shapes dims of each tensor, in the order in which they were gathered.
 * @throws Error when the shapes do not add up to the length of `flat`.
 */
export function splitMaps(
  flat: Float32Array<ArrayBuffer>,
  shapes: readonly (readonly number[])[],
): { dims: readonly number[]; data: Float32Array<ArrayBuffer> }[] {
  const sizes = shapes.map((dims) => dims.reduce((product, dim) => product * dim, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== flat.length) {
    const list = shapes.map((dims) => `[${dims.join(', ')}]`).join(', ');
    throw new Error(`Expected ${total} numbers for ${list}, got ${flat.length}.`);
  }
  let at = 0;
  return shapes.map((dims, i) => ({ dims, data: flat.subarray(at, (at += sizes[i])) }));
}
