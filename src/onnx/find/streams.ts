import type { GraphNode } from '../file/graph';
import { product } from '../shape/rules/known';
import { attributesOf, dimsOf, readersOf, type View } from '../shape/view';
import type { Port } from '../file/port';

/**
 * What an input of a model is, judged by what the graph does with it; what other files of the same model say of one that takes vectors: `embedded`
 * words, or a `sequence` of words and a picture.
 */
export type InputKind = 'text' | 'image' | 'vectors' | 'sound' | 'cache' | 'other' | 'embedded' | 'sequence';

/** What positions stand for: words, patches or regions, sound, learnt queries, or something else. */
export type Stream = 'text' | 'image' | 'sound' | 'learnt' | 'other';

/**
 * Which inputs the positions of each tensor come from, as bits: bit i is input i of the graph, the last but one for all that follow, and
 * `learntBit` where positions stand beside others that are learnt and have read an input.
 */
export interface Origins {
  bits: ReadonlyMap<string, number>;
  /** Which inputs each tensor's numbers can depend on in any way: what is not there is proven to play no part. Sizes do not count. */
  influence: ReadonlyMap<string, number>;
  /** Rows of the largest table that the input looks words up in; 0 for an input that looks nothing up. */
  rows: readonly number[];
  /** Inputs that a convolution of pictures, or of sound, goes over. */
  pictures: number;
  sounds: number;
}

const last = 29;
const learntBit = 2 ** 30;
const bitOf = (i: number) => 2 ** Math.min(i, last);

/** Positions that an attention hands on: those of its queries, whatever its values were made of. */
export type Contexts = ReadonlyMap<GraphNode, string>;

/** Follows the inputs through the graph in one pass. */
export function traceOrigins(view: View, contexts: Contexts, outer?: Origins): Origins {
  const { graph, order, captured, nested } = view.linked;
  const bits = new Map<string, number>();
  const influence = new Map<string, number>();
  const rows = graph.inputs.map(() => 0);
  for (const name of captured) {
    bits.set(name, outer?.bits.get(name) ?? 0);
    influence.set(name, outer?.influence.get(name) ?? 0);
  }
  if (!outer)
    graph.inputs.forEach(({ name }, i) => {
      for (const map of [bits, influence]) map.set(name, graph.weights.has(name) ? 0 : bitOf(i));
    });
  let [pictures, sounds] = [0, 0];
  for (const node of order) {
    const queries = contexts.get(node);
    const within = nested.get(node)?.flatMap((inner) => [...inner.captured]) ?? [];
    const out =
      queries === undefined
        ? within.reduce((all, name) => all | (bits.get(name) ?? 0), passOn(view, node, bits, influence))
        : (bits.get(queries) ?? 0);
    const reads = sizeOnly.has(node.op) ? [] : [...node.inputs, ...within];
    const moved = reads.reduce((all, name) => all | (influence.get(name) ?? 0), 0);
    for (const [table, index] of lookUps(view, node)) {
      const size = dimsOf(view, table)?.[0] ?? 0;
      rows.forEach((most, i) => {
        if ((bits.get(index) ?? 0) & bitOf(i)) rows[i] = Math.max(most, size);
      });
    }
    if (/Conv/.test(node.op)) {
      const rank = dimsOf(view, node.inputs[1])?.length;
      if (rank === 4 || rank === 5) pictures |= firstHand(view, node.inputs[0], bits);
      if (rank === 3) sounds |= firstHand(view, node.inputs[0], bits);
    }
    for (const output of node.outputs) {
      bits.set(output, out);
      influence.set(output, moved);
    }
  }
  return { bits, influence, rows, pictures, sounds };
}

/** Tables of learnt rows that a node looks things up in, each with what it looks up. */
function lookUps(view: View, { op, inputs }: GraphNode): [table: string, index: string][] {
  if (op === 'EmbedLayerNormalization')
    return [
      [inputs[2], inputs[0]],
      [inputs[4] ?? '', inputs[1] ?? ''],
    ];
  if (op === 'GatherBlockQuantized') return [[inputs[0], inputs[1]]];
  return op === 'Gather' && view.constants.has(inputs[0]) ? [[inputs[0], inputs[1]]] : [];
}

/** The inputs behind a tensor of three channels or few more: a picture or a signal, not features in the middle of a network. */
function firstHand(view: View, tensor: string, bits: ReadonlyMap<string, number>): number {
  const channels = dimsOf(view, tensor)?.[1] ?? 0;
  const rank = dimsOf(view, tensor)?.length ?? 0;
  return (rank >= 4 && channels <= 4) || rank === 3 ? (bits.get(tensor) ?? 0) : 0;
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

/** Operations that put positions of several sequences into one. */
const joins = new Set(['Concat', 'ScatterND', 'ScatterElements', 'Where']);

function passOn(
  view: View,
  node: GraphNode,
  bits: ReadonlyMap<string, number>,
  influence: ReadonlyMap<string, number>,
): number {
  const of = (name: string) => bits.get(name) ?? 0;
  const { op, inputs } = node;
  if (sizeOnly.has(op)) return 0;
  if (firstOnly.has(op)) return of(inputs[0]);
  if (op === 'Gather' || op === 'GatherElements' || op === 'GatherND') return of(inputs[0]) || of(inputs[1]);
  if (/^(Skip|Embed)?Layer|SkipSimplified/.test(op)) return embedded(view, node, of);
  if (joins.has(op)) {
    const parts = op === 'Where' ? inputs.slice(1) : op === 'Concat' ? inputs : [inputs[0], inputs[2] ?? ''];
    const read = parts.some((name) => of(name) === 0 && (influence.get(name) ?? 0) !== 0);
    const all = parts.reduce((all, name) => all | of(name), 0);
    if (all !== 0 && read) return all | learntBit;
  }
  if (op === 'Where') return of(inputs[1]) | of(inputs[2]) || of(inputs[0]);
  if (sums.has(op)) return addUp(view, inputs, of);
  return inputs.reduce((all, name) => all | of(name), 0);
}

/** Positions of a normalisation with what comes before it in one: words that it looks up itself, or a sum. */
function embedded(view: View, { op, inputs }: GraphNode, of: (name: string) => number): number {
  if (op === 'EmbedLayerNormalization') return of(inputs[0]);
  return op.startsWith('Skip') ? addUp(view, inputs.slice(0, 2), of) : of(inputs[0]);
}

/** Positions come from the operand that has them all: what is broadcast over it says nothing of them. */
function addUp(view: View, inputs: readonly string[], of: (name: string) => number): number {
  const [a, b] = inputs;
  const [x, y] = [a, b].map((name) => product((dimsOf(view, name) ?? [NaN]).slice(0, -1)));
  if (x > y && of(a)) return of(a);
  if (y > x && of(b)) return of(b);
  return of(a) | of(b);
}

/** What is known of inputs from elsewhere, by their names. */
export type Told = ReadonlyMap<string, InputKind>;

/** What each input of the model is. */
export function judgeInputs(view: View, origins: Origins, told: Told = new Map()): InputKind[] {
  const judged = judge(view, origins);
  const { inputs } = view.linked.graph;
  const words = inputs.filter((_, i) => judged[i] === 'text');
  return inputs.map(({ name }, i) => {
    // A table of positions is as long as a small vocabulary.
    const counts =
      judged[i] === 'text' && words.some((other) => !placing.test(other.name)) && placing.test(name);
    return told.get(name) ?? (counts ? 'other' : judged[i]);
  });
}

const placing = /position|token_type|segment/i;

function judge(view: View, { rows, pictures, sounds }: Origins): InputKind[] {
  const { inputs, weights } = view.linked.graph;
  const words = rows.reduce((most, count) => Math.max(most, count), 0);
  return inputs.map(({ name, dtype, dims }, i) => {
    const whole = (dtype >= 2 && dtype <= 7) || dtype === 12 || dtype === 13;
    const rank = dims?.length ?? 0;
    if (weights.has(name)) return 'other';
    if (view.caches.has(name)) return 'cache';
    if (pictures & bitOf(i) && (rank >= 3 || cutBefore(view, name))) return 'image';
    const text = rows[i] > 0 && rows[i] * 2 > words && !(rows[i] < words && isCounted(view, name));
    if (whole) return text ? 'text' : 'other';
    if (rank === 4 && looksLikePicture(dims!)) return 'image';
    if (sounds & bitOf(i) || (rank <= 2 && pictures & bitOf(i))) return 'sound';
    return rank === 3 ? 'vectors' : 'other';
  });
}

/** Whether it is added up along its length, as a mask is to say where words stand. */
function isCounted(view: View, name: string): boolean {
  const after = readersOf(view, name).flatMap((node) =>
    node.op === 'Cast' ? readersOf(view, node.outputs[0]) : [node],
  );
  return after.some(({ op }) => op === 'CumSum');
}

/** Three channels, first or last, and sides that are free or longer than a stack of heads is wide. */
function looksLikePicture(dims: NonNullable<Port['dims']>): boolean {
  const sides = dims[1] === 3 ? dims.slice(2) : dims[3] === 3 ? dims.slice(1, 3) : null;
  return sides?.every((side) => typeof side !== 'number' || side >= 8) ?? false;
}

/**
 * Channels, frames, height and width of what rows of numbers are cut into by a reshape before a convolution in space and time, as Qwen2-VL's processor
 * makes them; null where they are not.
 */
export function cutBefore(view: View, name: string): readonly number[] | null {
  let at = name;
  for (let steps = 0; steps < 4; steps++) {
    const [node] = readersOf(view, at).filter(({ op }) => op !== 'Shape');
    if (!node) return null;
    const kernel = /Conv/.test(node.op) ? dimsOf(view, node.inputs[1]) : null;
    if (/Conv/.test(node.op)) return kernel?.length === 5 ? kernel.slice(1) : null;
    if (!/^(Reshape|Cast|(Dynamic)?QuantizeLinear|DequantizeLinear)$/.test(node.op)) return null;
    at = node.outputs[0];
  }
  return null;
}

/** Which streams the positions of a tensor belong to; vectors beside a text that nobody made here are taken for regions of a picture. */
export function streamsOf(bits: number, kinds: readonly InputKind[]): Stream[] {
  const found = new Set<Stream>();
  kinds.forEach((kind, i) => {
    if (!(bits & bitOf(i)) || kind === 'other' || kind === 'cache') return;
    if (kind === 'embedded' || kind === 'sequence') found.add('text');
    if (kind === 'sequence') found.add('image');
    else if (kind === 'vectors' && kinds.some((one) => one === 'text' || one === 'embedded'))
      found.add('image');
    else if (kind === 'text' || kind === 'image' || kind === 'sound') found.add(kind);
  });
  if (bits & learntBit) found.add('learnt');
  if (found.size > 0)
    return (['text', 'image', 'sound', 'learnt'] as const).filter((stream) => found.has(stream));
  return [bits === 0 ? 'learnt' : 'other'];
}

/** Whether some bits have that of an input of the graph. */
export const inputIn = (bits: number, input: number) => (bits & bitOf(input)) !== 0;

/** Names of the inputs behind some bits, without those that only say where to look. */
export function inputsOf(view: View, bits: number, kinds: readonly InputKind[]): string[] {
  return view.linked.graph.inputs.flatMap(({ name }, i) =>
    bits & bitOf(i) && kinds[i] !== 'other' && kinds[i] !== 'cache' ? [name] : [],
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
