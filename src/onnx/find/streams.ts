import type { GraphNode } from '../file/graph';
import { product } from '../shape/rules/known';
import { attributesOf, dimsOf, type View } from '../shape/view';

/** What an input of a model is, judged by what the graph does with it. */
export type InputKind = 'text' | 'image' | 'vectors' | 'sound' | 'other';

/** What positions stand for: words, patches or regions, sound, learnt queries, or something else. */
export type Stream = 'text' | 'image' | 'sound' | 'learnt' | 'other';

/** Which inputs the positions of each tensor come from, as bits: bit i is input i of the graph, the last for all that follow. */
export interface Origins {
  bits: ReadonlyMap<string, number>;
  /** Rows of the largest table that the input looks words up in; 0 for an input that looks nothing up. */
  rows: readonly number[];
  /** Inputs that a convolution of pictures, or of sound, goes over. */
  pictures: number;
  sounds: number;
}

const last = 30;
const bitOf = (i: number) => 2 ** Math.min(i, last);

/** Positions that an attention hands on: those of its queries, whatever its values were made of. */
export type Contexts = ReadonlyMap<GraphNode, string>;

/** Follows the inputs through the graph in one pass. */
export function traceOrigins(view: View, contexts: Contexts, outer?: Origins): Origins {
  const { graph, order, captured, nested } = view.linked;
  const bits = new Map<string, number>();
  const rows = graph.inputs.map(() => 0);
  for (const name of captured) bits.set(name, outer?.bits.get(name) ?? 0);
  if (!outer) graph.inputs.forEach(({ name }, i) => bits.set(name, graph.weights.has(name) ? 0 : bitOf(i)));
  let [pictures, sounds] = [0, 0];
  for (const node of order) {
    const queries = contexts.get(node);
    const within = nested.get(node)?.flatMap((inner) => [...inner.captured]) ?? [];
    const out =
      queries === undefined
        ? within.reduce((all, name) => all | (bits.get(name) ?? 0), passOn(view, node, bits))
        : (bits.get(queries) ?? 0);
    if (node.op === 'Gather' && view.constants.has(node.inputs[0])) {
      const size = dimsOf(view, node.inputs[0])?.[0] ?? 0;
      rows.forEach((most, i) => {
        if (out & bitOf(i)) rows[i] = Math.max(most, size);
      });
    }
    if (/Conv/.test(node.op)) {
      const rank = dimsOf(view, node.inputs[1])?.length;
      if (rank === 4) pictures |= firstHand(view, node.inputs[0], bits);
      if (rank === 3) sounds |= firstHand(view, node.inputs[0], bits);
    }
    for (const output of node.outputs) bits.set(output, out);
  }
  return { bits, rows, pictures, sounds };
}

/** The inputs behind a tensor of three channels or few more: a picture or a signal, not features in the middle of a network. */
function firstHand(view: View, tensor: string, bits: ReadonlyMap<string, number>): number {
  const channels = dimsOf(view, tensor)?.[1] ?? 0;
  const rank = dimsOf(view, tensor)?.length ?? 0;
  return (rank === 4 && channels <= 4) || rank === 3 ? (bits.get(tensor) ?? 0) : 0;
}

const sizeOnly = new Set(['Shape', 'Size', 'ConstantOfShape', 'Range']);
const firstOnly = new Set([
  'Reshape',
  'Expand',
  'Slice',
  'Tile',
  'Squeeze',
  'Unsqueeze',
  'Split',
  'Pad',
  'Resize',
  'Upsample',
  'TopK',
]);
const sums = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow']);

function passOn(view: View, node: GraphNode, bits: ReadonlyMap<string, number>): number {
  const of = (name: string) => bits.get(name) ?? 0;
  const { op, inputs } = node;
  if (sizeOnly.has(op)) return 0;
  if (firstOnly.has(op)) return of(inputs[0]);
  if (op === 'Gather' || op === 'GatherElements' || op === 'GatherND') return of(inputs[0]) || of(inputs[1]);
  if (op === 'Where') return of(inputs[1]) | of(inputs[2]) || of(inputs[0]);
  if (sums.has(op)) return addUp(view, inputs, of);
  return inputs.reduce((all, name) => all | of(name), 0);
}

/** Positions come from the operand that has them all: what is broadcast over it says nothing of them. */
function addUp(view: View, inputs: readonly string[], of: (name: string) => number): number {
  const [a, b] = inputs;
  const [x, y] = [a, b].map((name) => product((dimsOf(view, name) ?? [NaN]).slice(0, -1)));
  if (x > y && of(a)) return of(a);
  if (y > x && of(b)) return of(b);
  return of(a) | of(b);
}

/** What each input of the model is. */
export function judgeInputs(view: View, { rows, pictures, sounds }: Origins): InputKind[] {
  const { inputs, weights } = view.linked.graph;
  const words = rows.reduce((most, count) => Math.max(most, count), 0);
  return inputs.map(({ name, dtype, dims }, i) => {
    const whole = (dtype >= 2 && dtype <= 7) || dtype === 12 || dtype === 13;
    const rank = dims?.length ?? 0;
    if (weights.has(name)) return 'other';
    if (pictures & bitOf(i) && rank >= 3) return 'image';
    if (whole) return rows[i] > 0 && rows[i] * 2 > words ? 'text' : 'other';
    if (rank === 4 && (dims![1] === 3 || dims![3] === 3)) return 'image';
    if (sounds & bitOf(i) || (rank <= 2 && pictures & bitOf(i))) return 'sound';
    return rank === 3 ? 'vectors' : 'other';
  });
}

/** Which streams the positions of a tensor belong to; vectors that nobody made here are taken for regions of a picture. */
export function streamsOf(bits: number, kinds: readonly InputKind[]): Stream[] {
  const found = new Set<Stream>();
  kinds.forEach((kind, i) => {
    if (!(bits & bitOf(i)) || kind === 'other') return;
    found.add(kind === 'vectors' ? 'image' : kind);
  });
  if (found.size > 0) return (['text', 'image', 'sound'] as const).filter((stream) => found.has(stream));
  return [bits === 0 ? 'learnt' : 'other'];
}

/** Names of the inputs behind some bits, without those that only say where to look. */
export function inputsOf(view: View, bits: number, kinds: readonly InputKind[]): string[] {
  return view.linked.graph.inputs.flatMap(({ name }, i) =>
    bits & bitOf(i) && kinds[i] !== 'other' ? [name] : [],
  );
}

/** The side of a patch that a picture is cut into: stride of the first convolution over it, when that is as wide as it strides. */
export function patchOf(
  view: View,
  { pictures, bits }: Origins,
): { size: readonly number[]; whole: boolean } | null {
  for (const node of view.linked.order) {
    if (!/Conv/.test(node.op) || !(pictures & (bits.get(node.inputs[0]) ?? 0))) continue;
    const strides = attributesOf(view, node).get('strides');
    const kernel = dimsOf(view, node.inputs[1])?.slice(2);
    if (!kernel || kernel.length !== 2 || !Array.isArray(strides)) return null;
    return { size: strides, whole: kernel.every((side, i) => side === strides[i]) };
  }
  return null;
}
