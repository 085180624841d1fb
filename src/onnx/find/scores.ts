import type { GraphNode } from '../file/graph';
import type { Pattern } from './pattern';
import { dimsOf, makerOf, scalarOf, type View } from '../shape/view';
import { readValues } from '../file/weight';

/** What happens to scores between the product of queries and keys and the softmax. */
export type Treatment = 'additive mask' | 'where mask' | 'causal mask' | 'position bias' | 'softcap' | 'sink';

/** Every treatment of the scores, each once, in the order in which it is applied. */
export function treatmentsOf(view: View, { product, between }: Pattern): Treatment[] {
  const found = new Set<Treatment>();
  let tensor = product.outputs[0];
  for (const node of between) {
    const others = node.inputs.filter((name) => name !== tensor && name !== '');
    if (node.op === 'Tanh') found.add('softcap');
    if (node.op === 'Concat') found.add('sink');
    if (node.op === 'Where') {
      const origin = originOf(view, node.inputs[0]);
      found.add(origin.input || !origin.causal ? 'where mask' : 'causal mask');
      if (origin.causal) found.add('causal mask');
    }
    if (node.op === 'Add' || node.op === 'Sub') for (const name of others) addTerm(view, name, found);
    tensor = node.outputs[0];
  }
  return [...found];
}

function addTerm(view: View, name: string, found: Set<Treatment>): void {
  if (makerOf(view, name)?.op === 'ReduceMax') return;
  const origin = originOf(view, name);
  if (origin.table) found.add('position bias');
  if (origin.input || (!origin.table && !origin.causal)) found.add('additive mask');
  if (origin.causal) found.add('causal mask');
}

interface Origin {
  /** Whether an input of the graph is read, and not only its shape. */
  input: boolean;
  /** Whether positions of queries are compared with those of keys, or a triangle is read. */
  causal: boolean;
  /** Whether a table of learnt numbers is read. */
  table: boolean;
}

const farthest = 400;
const compares = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);

function originOf(view: View, tensor: string): Origin {
  const origin: Origin = { input: false, causal: false, table: false };
  const queue = [tensor];
  const seen = new Set(queue);
  for (let at = 0; at < queue.length && at < farthest; at++) {
    const name = queue[at];
    if (view.linked.graph.weights.has(name)) readTable(view, name, origin);
    const node = makerOf(view, name);
    if (!node && name !== '' && !view.linked.graph.weights.has(name)) origin.input = true;
    if (!node || node.op === 'Shape' || node.op === 'Size') continue;
    if (node.op === 'Trilu' || (compares.has(node.op) && comparesPositions(view, node))) origin.causal = true;
    if (node.op === 'Constant' && isTriangle(view.known.get(name)?.numbers ?? null, dimsOf(view, name)))
      origin.causal = true;
    for (const next of node.inputs) {
      if (next === '' || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return origin;
}

/** A row of positions against a column of them. */
function comparesPositions(view: View, node: GraphNode): boolean {
  const [rows, columns] = node.inputs.map((name) => dimsOf(view, name));
  if (!rows || !columns || rows.length < 2 || columns.length < 2) return false;
  const longer = (dims: readonly number[]) => dims.at(-1)! > 1 !== dims.at(-2)! > 1;
  return longer(rows) && longer(columns) && rows.at(-1)! > 1 !== columns.at(-1)! > 1;
}

function readTable(view: View, name: string, origin: Origin): void {
  const weight = view.linked.graph.weights.get(name)!;
  const [rows, columns] = weight.dims.slice(-2);
  if (weight.dims.length < 2 || columns < 2 || rows < 2) return;
  const square = rows === columns && weight.dims.slice(0, -2).every((dim) => dim === 1);
  if (square && isTriangle(readValues(view.bytes, weight, 2 ** 22), weight.dims)) origin.causal = true;
  else if (weight.dtype === 1 || weight.dtype >= 10) origin.table = true;
}

/** Whether the last two axes are a square whose upper triangle differs from the rest. */
function isTriangle(numbers: readonly number[] | null, dims: readonly number[] | null): boolean {
  const side = dims?.at(-1) ?? 0;
  if (!numbers || side < 2 || dims?.at(-2) !== side) return false;
  const [below, above] = [numbers[0], numbers[1]];
  if (below === above) return false;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      if (numbers[row * side + column] !== (column > row ? above : below)) return false;
  return true;
}

/**
 * What scores are multiplied by, on the way to the softmax and on queries and keys before their product; null when a factor is not
 * known. 1 when there is none: a scale may have been folded into weights.
 */
export function scaleOf(view: View, { product, between, queries, keys }: Pattern): number | null {
  let scale: number | null = 1;
  let tensor = product.outputs[0];
  for (const node of between) {
    scale = scaled(view, node, tensor, scale);
    tensor = node.outputs[0];
  }
  for (const operand of [queries, keys]) {
    let at = operand;
    for (let steps = 0; steps < 12; steps++) {
      const node = makerOf(view, at);
      if (!node || !passing.has(node.op)) break;
      const carrier = node.inputs.find(
        (name) => dimsOf(view, name)?.length !== 0 && scalarOf(view, name) === null,
      );
      if (carrier === undefined) break;
      scale = scaled(view, node, carrier, scale);
      at = carrier;
    }
  }
  return scale;
}

const passing = new Set([
  'Mul',
  'Div',
  'Transpose',
  'Reshape',
  'Cast',
  'Identity',
  'Squeeze',
  'Unsqueeze',
  'Gather',
  'Split',
  'Slice',
]);

function scaled(view: View, node: GraphNode, tensor: string, scale: number | null): number | null {
  if (node.op !== 'Mul' && node.op !== 'Div') return scale;
  const other = node.inputs.find((name) => name !== tensor);
  if (other === undefined) return scale;
  const factor = scalarOf(view, other);
  if (factor === null || scale === null) return null;
  return node.op === 'Mul' ? scale * factor : scale / factor;
}
