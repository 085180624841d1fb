import { combine, usual, type Form } from './combine';
import { requireTensor, type Draft } from './draft';
import type { GraphNode } from '../file/graph';
import { rename } from './rename';

/** What masking an attention adds to a graph. */
export interface Mask {
  /** A graph input of rank 3, [head, query, key], each axis of its own length or 1; all ones change nothing. */
  input: string;
  /** The attention before the mask, to be shown. */
  shown: string;
}

/**
 * Multiplies an attention by a mask that is given at each run, between the softmax and whatever reads it. The softmax's output is
 * renamed in place, by a name of equal length, and a Mul is appended that produces the old name: so no reader of it needs a change.
 * @throws Error when no node produces `tensor`.
 */
export function mask(draft: Draft, tensor: string, form: Form = usual): Mask {
  requireTensor(draft, tensor);
  const maker = draft.model.nodes.find(({ outputs }) => outputs.includes(tensor));
  if (!maker)
    throw new Error(`No node of the model produces ${JSON.stringify(tensor)}, so it cannot be masked.`);
  const shown = rename(draft, maker, 2, tensor);
  return { input: combine(draft, 'Mul', shown, form, tensor, `${tensor}/mask`), shown };
}

/**
 * Adds a term to the scores that a node reads, given at each run: [head, query, key], each axis of its own length or 1; zeros change
 * nothing, and large negative numbers hide keys from queries before the probabilities are shared out. The node is made to read a name of
 * equal length, which an appended Add produces: so whatever else reads the scores does not change.
 * @param scores the tensor before the softmax, in the form `form`
 * @param reader the softmax, or what it stands behind
 * @returns the name of the graph input
 * @throws Error when `reader` does not read `scores`
 */
export function bias(draft: Draft, scores: string, reader: GraphNode, form: Form = usual): string {
  requireTensor(draft, scores);
  const biased = rename(draft, reader, 1, scores);
  return combine(draft, 'Add', scores, form, biased, `${scores}/bias`);
}
