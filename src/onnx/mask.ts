import { addInput, addNode, freshName, requireTensor, type Draft } from './draft';
import { readFields, readText, toBytes } from './wire';

/** What masking an attention adds to a graph. */
export interface Mask {
  /** A graph input of rank 3, [head, query, key], each axis of its own length or 1; all ones change nothing. */
  input: string;
  /** The attention before the mask, to be shown. */
  shown: string;
}

/**
 * Multiplies an attention [batch, heads, queries, keys] by a mask that is given at each run, between the softmax and whatever reads
 * it. The softmax's output is renamed in place, by a name of equal length, and a Mul is appended that produces the old name: so no
 * reader of it needs a change.
 * @throws Error when no node produces `tensor`.
 */
export function mask(draft: Draft, tensor: string): Mask {
  requireTensor(draft, tensor);
  const at = findName(draft, 2, tensor, tensor);
  const shown = renameAlike(draft, tensor);
  draft.edits.push({ at, bytes: toBytes(shown) });
  draft.tensors.add(shown);
  const input = freshName(draft, `${tensor}/mask`);
  addInput(draft, input, [`${input}/heads`, `${input}/queries`, `${input}/keys`]);
  addNode(draft, 'Mul', [shown, input], tensor);
  return { input, shown };
}

/**
 * Adds a term to the scores that a softmax reads, given at each run: [head, query, key], each axis of its own length or 1; zeros change
 * nothing, and large negative numbers hide keys from queries before the probabilities are shared out. The softmax is made to read a name of
 * equal length, which an appended Add produces: so whatever else reads the scores does not change.
 * @param scores the tensor before the softmax
 * @param tensor what the softmax produces
 * @returns the name of the graph input
 * @throws Error when no node makes `tensor` of `scores`
 */
export function bias(draft: Draft, scores: string, tensor: string): string {
  requireTensor(draft, scores);
  const at = findName(draft, 1, scores, tensor);
  const biased = renameAlike(draft, scores);
  draft.edits.push({ at, bytes: toBytes(biased) });
  draft.tensors.add(biased);
  const input = freshName(draft, `${tensor}/bias`);
  addInput(draft, input, [`${input}/heads`, `${input}/queries`, `${input}/keys`]);
  addNode(draft, 'Add', [scores, input], biased);
  return input;
}

/** First byte of a name in the node that produces `tensor`: of an input (field 1) or an output (field 2). */
function findName(draft: Draft, number: 1 | 2, name: string, tensor: string): number {
  const { bytes, nodes } = draft.model;
  const node = nodes.find(({ outputs }) => outputs.includes(tensor));
  if (node) {
    for (const field of readFields(bytes, node.start, node.end)) {
      if (field.number === number && readText(bytes, field) === name) return field.start;
    }
  }
  throw new Error(
    number === 2
      ? `No node of the model produces ${JSON.stringify(tensor)}, so it cannot be masked.`
      : `No node of the model makes ${JSON.stringify(tensor)} of ${JSON.stringify(name)}, so nothing can be added to it.`,
  );
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_';

/** An unused name with as many bytes as `name`. */
function renameAlike(draft: Draft, name: string): string {
  const length = toBytes(name).length;
  const digits = Math.min(length, 6);
  const stem =
    length > digits && toBytes(name.slice(0, -digits)).length === length - digits
      ? name.slice(0, -digits)
      : '';
  const prefix = stem.padEnd(length - digits, '_');
  for (let i = 0; i < alphabet.length ** digits; i++) {
    let rest = i;
    let tail = '';
    for (let d = 0; d < digits; d++) {
      tail = alphabet[rest % alphabet.length] + tail;
      rest = Math.floor(rest / alphabet.length);
    }
    if (!draft.tensors.has(prefix + tail)) return prefix + tail;
  }
  throw new Error(`Every name as long as ${JSON.stringify(name)} is taken, so it cannot be masked.`);
}
