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
      const causal = origin.causal && !origin.mixed;
      found.add(origin.input || !causal ? 'where mask' : 'causal mask');
      if (causal) found.add('causal mask');
    }
    if (node.op === 'Add' || node.op === 'Sub') for (const name of others) addTerm(view, name, found);
    tensor = node.outputs[0];
  }
  return [...found];
}

function addTerm(view: View, name: string, found: Set<Treatment>): void {
  if (makerOf(view, name)?.op === 'ReduceMax') return;
  const origin = originOf(view, name);
  const causal = origin.causal && !origin.mixed;
  if (origin.table) found.add('position bias');
  if (origin.input || (!origin.table && !causal)) found.add('additive mask');
  if (causal) found.add('causal mask');
}

interface Origin {
  /** Whether an input of the graph is read, and not only its shape. */
  input: boolean;
  /** Whether positions of queries are compared with those of keys, or a triangle is read. */
  causal: boolean;
  /** Whether a table of learnt numbers is read. */
  table: boolean;
  /** Whether what a comparison forbids may be allowed again, as a picture that sees itself is before a causal text. */
  mixed: boolean;
}

const farthest = 400;
const compares = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);

function originOf(view: View, tensor: string): Origin {
  const origin: Origin = { input: false, causal: false, table: false, mixed: false };
  const queue = [tensor];
  const seen = new Set(queue);
  for (let at = 0; at < queue.length && at < farthest; at++) {
    const name = queue[at];
    if (view.linked.graph.weights.has(name)) readTable(view, name, origin);
    const node = makerOf(view, name);
    if (!node && name !== '' && !view.linked.graph.weights.has(name)) origin.input = true;
    if (!node || node.op === 'Shape' || node.op === 'Size') continue;
    if (mixing.has(node.op) && (dimsOf(view, name)?.length ?? 0) >= 2) origin.mixed = true;
    if (node.op === 'Trilu' || (compares.has(node.op) && comparesPositions(view, node))) origin.causal = true;
    if (node.op === 'Constant' && isTriangle(view.known.get(name)?.numbers ?? null, dimsOf(view, name)))
      origin.causal = true;
    // Which row of a table is read says nothing of what may be seen.
    const looksUp = node.op === 'Gather' && isLearnt(view, node.inputs[0]);
    if (looksUp) origin.table = true;
    for (const next of looksUp ? [] : node.inputs) {
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

/** Operations that can open what a comparison has closed, where they work on rows and columns. */
const mixing = new Set(['Or', 'Concat', 'ScatterND', 'ScatterElements', 'Max']);

const isFloat = (dtype: number) => dtype === 1 || dtype >= 10;

function isLearnt(view: View, name: string): boolean {
  const weight = view.linked.graph.weights.get(name);
  return weight !== undefined && isFloat(weight.dtype) && weight.dims.length >= 2;
}

/** Below any score: what masks are written with. */
const closed = -1e4;

function readTable(view: View, name: string, origin: Origin): void {
  const weight = view.linked.graph.weights.get(name)!;
  const [rows, columns] = weight.dims.slice(-2);
  if (weight.dims.length < 2 || columns < 2 || rows < 2) return;
  const values = readValues(view.bytes, weight, 2 ** 22);
  const square = rows === columns && weight.dims.slice(0, -2).every((dim) => dim === 1);
  if (square && isTriangle(values, weight.dims)) origin.causal = true;
  else if (isFloat(weight.dtype)) {
    const open = values?.filter((value) => value > closed);
    if (values && rows === columns && isTriangle(openings(values), weight.dims)) origin.causal = true;
    // One number throughout, with or without closed places, is a mask that was computed before the file was written.
    if (!open?.every((value) => value === open[0])) origin.table = true;
  }
}

/** 0 where a score stays possible, 1 where it is closed. */
const openings = (values: readonly number[]) => values.map((value) => Number(value <= closed));

/** Whether the last two axes are a square whose upper triangle differs from the rest. */
function isTriangle(numbers: readonly number[] | null, dims: readonly number[] | null): boolean {
  const side = dims?.at(-1) ?? 0;
  if (!numbers || side < 2 || dims?.at(-2) !== side) return false;
  const [below, above] = [numbers[0], numbers[1]];
  if (below === above) return false;
  return numbers.every((value, i) => {
    const at = i % (side * side);
    return value === (at % side > Math.floor(at / side) ? above : below);
  });
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
    for (let steps = 0; steps < 24; steps++) {
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
  'Expand',
  'Concat',
  'QuantizeLinear',
  'DequantizeLinear',
]);

function scaled(view: View, node: GraphNode, tensor: string, scale: number | null): number | null {
  if (node.op !== 'Mul' && node.op !== 'Div') return scale;
  const other = node.inputs.find((name) => name !== tensor);
  if (other === undefined) return scale;
  const factor = scalarOf(view, other);
  if (factor === null || scale === null) return null;
  return node.op === 'Mul' ? scale * factor : scale / factor;
}
