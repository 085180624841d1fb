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
  const at = findProducer(draft, tensor);
  const shown = renameAlike(draft, tensor);
  draft.edits.push({ at, bytes: toBytes(shown) });
  draft.tensors.add(shown);
  const input = freshName(draft, `${tensor}/mask`);
  addInput(draft, input, [`${input}/heads`, `${input}/queries`, `${input}/keys`]);
  addNode(draft, 'Mul', [shown, input], tensor);
  return { input, shown };
}

/** First byte of the name `tensor` where a node produces it. */
function findProducer(draft: Draft, tensor: string): number {
  const { bytes, nodes } = draft.model;
  const node = nodes.find(({ outputs }) => outputs.includes(tensor));
  if (node) {
    for (const field of readFields(bytes, node.start, node.end)) {
      if (field.number === 2 && readText(bytes, field) === tensor) return field.start;
    }
  }
  throw new Error(`No node of the model produces ${JSON.stringify(tensor)}, so it cannot be masked.`);
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
