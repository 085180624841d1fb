import type { GraphNode } from '../file/graph';
import { attributesOf, dimsOf, makerOf, readersOf, type View } from '../shape/view';

/** A softmax over the last axis: one node, or an exponential divided by its sum. */
export interface Softmax {
  node: GraphNode;
  /** Tensor before. */
  scores: string;
  /** Tensor after. */
  tensor: string;
}

/** Every softmax over a last axis, in execution order. */
export function listSoftmaxes(view: View): Softmax[] {
  const list: Softmax[] = [];
  for (const node of view.linked.order) {
    if (node.domain === '' && node.op === 'Softmax' && isLast(view, node))
      list.push({ node, scores: node.inputs[0], tensor: node.outputs[0] });
    if (node.op === 'Div') {
      const scores = writtenOut(view, node);
      if (scores !== null) list.push({ node, scores, tensor: node.outputs[0] });
    }
  }
  return list;
}

/** The default axis was 1 and flattened what follows it before opset 13; since then it is the last and nothing is flattened. */
function isLast(view: View, node: GraphNode): boolean {
  const axis = attributesOf(view, node).get('axis') ?? (view.opset < 13 ? 1 : -1);
  if (axis === -1) return true;
  const rank = dimsOf(view, node.inputs[0])?.length ?? dimsOf(view, node.outputs[0])?.length;
  return rank === undefined ? axis === 2 || axis === 3 : axis === rank - 1;
}

/** The scores behind `exp(scores) / sum(exp(scores))`, else null. */
function writtenOut(view: View, node: GraphNode): string | null {
  const [numerator, denominator] = node.inputs;
  const exp = makerOf(view, numerator);
  const sum = denominator === undefined ? undefined : makerOf(view, denominator);
  if (exp?.op !== 'Exp' || sum?.op !== 'ReduceSum' || sum.inputs[0] !== numerator) return null;
  return exp.inputs[0];
}

/** Where a softmax is read as rows and columns: behind a Reshape or Transpose that undoes what was done before it, else itself. */
export function unfolded(view: View, { tensor, scores }: Softmax): string {
  const before = makerOf(view, scores)?.op;
  if (before !== 'Reshape' && before !== 'Flatten' && before !== 'Transpose') return tensor;
  const rank = dimsOf(view, tensor)?.length;
  const after = readersOf(view, tensor).find(
    ({ op }) => op === before || (op === 'Reshape' && before === 'Flatten'),
  );
  const gains = after && (dimsOf(view, after.outputs[0])?.length ?? 0) >= 3;
  return after && gains && (rank === 2 || before === 'Transpose') ? after.outputs[0] : tensor;
}
