import { addInput, addIntegers, addNode, freshName, type Draft } from './draft';
import { FLOAT } from '../file/weight';

/** How a tensor holds [batch, heads, queries, keys]. */
export interface Form {
  /** Number of its axes; null when not known. */
  rank: number | null;
  heads: number;
  /** ONNX's TensorProto.DataType. */
  dtype: number;
}

/** The form of most attentions. */
export const usual: Form = { rank: 4, heads: 1, dtype: FLOAT };

/**
 * Appends `tensor` × or + a new graph input of 32-bit floats [head, query, key], each axis of its own length or 1. A tensor with fewer axes than four,
 * where heads may share one with the examples of a batch or have none, is taken apart for it and put together again.
 * @param result name of what comes out, in the form of `tensor`
 * @returns name of the input: `hint`, or like it
 */
export function combine(
  draft: Draft,
  op: 'Mul' | 'Add',
  tensor: string,
  { rank, heads, dtype }: Form,
  result: string,
  hint: string,
): string {
  const input = freshName(draft, hint);
  addInput(draft, input, [`${input}/heads`, `${input}/queries`, `${input}/keys`]);
  const node = (op: string, inputs: string[], what: string, attributes?: Record<string, number>) => {
    const name = freshName(draft, `${input}/${what}`);
    addNode(draft, op, inputs, name, attributes);
    return name;
  };
  const given = dtype === FLOAT ? input : node('Cast', [input], 'cast', { to: dtype });
  if (rank !== null && rank >= 4) {
    addNode(draft, op, [tensor, given], result);
    return input;
  }
  const shape = node('Shape', [tensor], 'shape');
  const sides = node('Gather', [shape, addIntegers(draft, `${input}/last`, [-2, -1])], 'sides', { axis: 0 });
  const four = node('Concat', [addIntegers(draft, `${input}/first`, [-1, heads]), sides], 'four', {
    axis: 0,
  });
  const apart = node('Reshape', [tensor, four], 'apart');
  addNode(draft, 'Reshape', [node(op, [apart, given], 'changed'), shape], result);
  return input;
}
