import type { GraphNode } from '../file/graph';
import type { Softmax } from './softmax';
import { attributesOf, makerOf, readersOf, type View } from '../shape/view';

/** A step of a path through the graph, with the steps before it. */
interface Step {
  tensor: string;
  /** Whether rows and columns have changed places so far. */
  turned: boolean;
  path: readonly GraphNode[];
}

/** The two products around a softmax. */
export interface Pattern {
  /** The product of queries and keys, and that of probabilities and values. */
  product: GraphNode;
  context: GraphNode;
  /** Operands of the products. */
  queries: string;
  keys: string;
  values: string;
  /** Nodes from the product to the softmax. */
  between: readonly GraphNode[];
}

const farthest = 96;
/** Operations that multiply two tensors, and where among their inputs the second stands. */
const multiplies: Readonly<Record<string, number>> = {
  MatMul: 1,
  FusedMatMul: 1,
  Einsum: 1,
  Gemm: 1,
  MatMulInteger: 1,
  MatMulIntegerToFloat: 1,
  DynamicQuantizeMatMul: 1,
  QLinearMatMul: 3,
};

/** What a node multiplies; null when it is no product of two tensors. */
export function factorsOf({ op, inputs }: GraphNode): [first: string, second: string] | null {
  const at = Object.hasOwn(multiplies, op) ? multiplies[op] : inputs.length;
  return at < inputs.length ? [inputs[0], inputs[at]] : null;
}

const before = new Set(
  (
    'Cast Reshape Flatten Transpose Identity Dropout Tanh Clip Max Min Sub Add Mul Div Where Squeeze Unsqueeze Expand Concat Slice ' +
    'Gather QuantizeLinear DequantizeLinear Split'
  ).split(' '),
);
const after = new Set(
  (
    'Cast Reshape Flatten Transpose Identity Dropout Mul Div Add Where Squeeze Unsqueeze Slice Max Clip QuantizeLinear ' +
    'DequantizeLinear DynamicQuantizeLinear'
  ).split(' '),
);

/** The attention around a softmax, or null when nothing is multiplied before it or after it. */
export function matchPattern(view: View, softmax: Softmax): Pattern | null {
  const context = findContext(view, softmax);
  if (!context) return null;
  const found = findProduct(view, softmax);
  return found && { ...found, ...context };
}

/**
 * The nearest product of two tensors before the softmax; one whose keys follow from weights alone is a projection. Where all scores do, as in
 * the first layer over learnt queries, both of its sides are computed.
 */
function findProduct(view: View, { scores }: Softmax): Omit<Pattern, 'context' | 'values'> | null {
  const queue: Step[] = [{ tensor: scores, turned: false, path: [] }];
  const seen = new Set<string>([scores]);
  const fixed = view.constants.has(scores);
  let fallback: Omit<Pattern, 'context' | 'values'> | null = null;
  for (let at = 0; at < queue.length && at < farthest; at++) {
    const { tensor, turned, path } = queue[at];
    const node = makerOf(view, tensor);
    if (!node) continue;
    const factors = factorsOf(node);
    if (factors) {
      const flipped = turned !== isTurnedProduct(view, node);
      const [queries, keys] = flipped ? factors.toReversed() : factors;
      if (fixed && makerOf(view, queries) && makerOf(view, keys))
        return { product: node, queries, keys, between: path.toReversed() };
      if (view.constants.has(keys)) continue;
      const found = { product: node, queries, keys, between: path.toReversed() };
      if (!view.constants.has(queries)) return found;
      fallback ??= found;
    } else if (before.has(node.op)) {
      const turns = turned !== (node.op === 'Transpose' && swapsLast(view, node));
      const from = node.op === 'Where' ? 1 : 0;
      const to = carriers.has(node.op) ? 1 : node.inputs.length;
      for (const next of node.inputs.slice(from, to)) {
        if (seen.has(next) || (view.constants.has(next) && !fixed)) continue;
        seen.add(next);
        queue.push({ tensor: next, turned: turns, path: [...path, node] });
      }
    }
  }
  return fallback;
}

/** Operations whose further inputs are shapes or indices. */
const carriers = new Set([
  'Reshape',
  'Expand',
  'Slice',
  'Gather',
  'Squeeze',
  'Unsqueeze',
  'Clip',
  'Dropout',
  'Cast',
]);

/** The nearest product of probabilities and something that does not follow from weights alone. */
function findContext(view: View, { tensor }: Softmax): Pick<Pattern, 'context' | 'values'> | null {
  const queue = [tensor];
  const seen = new Set(queue);
  const fixed = view.constants.has(tensor);
  for (let at = 0; at < queue.length && at < farthest; at++) {
    for (const node of readersOf(view, queue[at]).slice(0, farthest)) {
      const factors = factorsOf(node);
      if (factors) {
        const values = factors[factors[0] === queue[at] ? 1 : 0];
        const moves = fixed ? makerOf(view, values) !== undefined : !view.constants.has(values);
        if (moves && values !== queue[at]) return { context: node, values };
      } else if (after.has(node.op) && !seen.has(node.outputs[0])) {
        seen.add(node.outputs[0]);
        queue.push(node.outputs[0]);
      }
    }
  }
  return null;
}

function swapsLast(view: View, node: GraphNode): boolean {
  const perm = attributesOf(view, node).get('perm');
  if (!Array.isArray(perm)) return true;
  return perm.at(-1) === perm.length - 2 && perm.at(-2) === perm.length - 1;
}

/** Whether an Einsum writes the axis of its second operand before that of its first: the operand that is last in rows has the queries. */
function isTurnedProduct(view: View, node: GraphNode): boolean {
  if (node.op !== 'Einsum') return false;
  const equation = attributesOf(view, node).get('equation');
  if (typeof equation !== 'string') return false;
  const [left, right = ''] = equation.replaceAll(' ', '').split('->');
  const [first = '', second = ''] = left.split(',');
  const row = right.at(-2) ?? '';
  return second.includes(row) && !first.includes(row);
}
