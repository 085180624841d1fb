import { attend, lowest } from './attend';
import type { Emitter } from './emit';
import type { GraphNode } from '../file/graph';
import { attributesOf, dimsOf, type View } from '../shape/view';

/** A node that is attention in one piece, as those who write it out see it. */
export interface Piece {
  emit: Emitter;
  view: View;
  node: GraphNode;
}

/** Writes a node out under the names that it made. @throws Error with one sentence where that cannot be done */
export type Writer = (piece: Piece) => void;

const at = ({ node }: Piece, index: number): string | null => node.inputs[index] || null;

/** A number among the attributes. */
function numberOf({ view, node }: Piece, name: string, otherwise: number): number {
  const value = attributesOf(view, node).get(name);
  return typeof value === 'number' ? value : otherwise;
}

/** A scale of 0 stands for none given. */
const scaleOf = (piece: Piece) => numberOf(piece, 'scale', 0) || null;

function refuse(piece: Piece, inputs: Record<number, string>, attributes: Record<string, string> = {}): void {
  for (const [index, what] of Object.entries(inputs))
    if (at(piece, Number(index))) throw new Error(`it reads ${what}`);
  for (const [name, what] of Object.entries(attributes))
    if (numberOf(piece, name, 0) > 0) throw new Error(`it has ${what}`);
}

/** [batch, positions, heads · width] as [batch, heads, positions, width]. */
const apart = (emit: Emitter, tensor: string, heads: number) =>
  emit.turn(emit.reshape(tensor, [0, 0, heads, -1]), [0, 2, 1, 3]);

/** Back again, under the name that the node made. */
const together = ({ emit, node }: Piece, context: string) =>
  emit.reshape(emit.turn(context, [0, 2, 1, 3]), [0, 0, -1], node.outputs[0]);

/** Keys or values of earlier steps before those of this one, along the positions; handed on where the node does. */
function joined({ emit, node }: Piece, past: string | null, now: string, output: number): string {
  const all = past ? emit.node('Concat', [past, now], { axis: 2 }) : now;
  if (node.outputs[output]) emit.node('Identity', [all], {}, node.outputs[output]);
  return all;
}

/** What hides padding: 1 for each key that counts, [batch, keys] or [batch, queries, keys], or the number of keys that do. */
function padding(piece: Piece, mask: string, keys: string, filler: number): string {
  const { emit, view } = piece;
  const dims = dimsOf(view, mask);
  const rank = dims?.length;
  if (rank === 1) {
    const batch = dimsOf(view, piece.node.inputs[0])?.[0];
    if (dims![0] !== batch) throw new Error('its mask says where texts begin and end');
    const ends = emit.node('Cast', [emit.reshape(mask, [-1, 1, 1, 1])], { to: 7 });
    const inside = emit.node('Less', [emit.range(emit.length(keys, 2)), ends]);
    return emit.node('Where', [inside, emit.number(0), emit.number(filler)]);
  }
  if (rank !== 2 && rank !== 3) throw new Error('its mask has a form that is not known');
  const whole = emit.node('Cast', [emit.node('Cast', [mask], { to: 9 })], { to: emit.dtype });
  const four = emit.reshape(
    whole,
    rank === 2 ? [0, 1, 1, -1] : [0, 1, -1, dims!.at(-1)! > 0 ? dims!.at(-1)! : -1],
  );
  return emit.node('Mul', [emit.node('Sub', [emit.number(1), four]), emit.number(filler)]);
}

const fillerOf = (piece: Piece) => {
  const filler = numberOf(piece, 'mask_filter_value', -1e4);
  return Math.max(filler, lowest(piece.emit.dtype));
};

/** com.microsoft.MultiHeadAttention. */
export const multiHead: Writer = (piece) => {
  const { emit, view, node } = piece;
  refuse(piece, { 8: 'the length of earlier steps', 9: 'where earlier steps went' });
  const heads = numberOf(piece, 'num_heads', 0);
  const [query, key, value] = [0, 1, 2].map((i) => at(piece, i));
  const packed = dimsOf(view, query!)?.length === 5 || (key !== null && dimsOf(view, key)?.length === 5);
  if (packed || !key || !value) throw new Error('its queries, keys and values come in one tensor');
  const bias = at(piece, 3);
  const width = dimsOf(view, query!)?.at(-1) ?? NaN;
  if (bias && !(width > 0)) throw new Error('the width of its queries is not known');
  const part = (tensor: string, from: number, to: number) => {
    if (dimsOf(view, tensor)?.length === 4) return tensor;
    const moved = bias ? emit.node('Add', [tensor, emit.slice(bias, 0, from, to)]) : tensor;
    return apart(emit, moved, heads);
  };
  const queries = part(query!, 0, width);
  const keys = joined(piece, at(piece, 6), part(key, width, 2 * width), 1);
  const values = joined(piece, at(piece, 7), part(value, 2 * width, 2 ** 31), 2);
  const mask = at(piece, 4);
  const terms = [
    ...(mask ? [padding(piece, mask, keys, fillerOf(piece))] : []),
    ...(at(piece, 5) ? [at(piece, 5)!] : []),
  ];
  const causal = numberOf(piece, 'unidirectional', 0)
    ? { past: pastOf(emit, queries, keys), reach: 0 }
    : null;
  const { context, stages } = attend(emit, {
    queries,
    keys,
    values,
    scale: scaleOf(piece),
    share: 1,
    terms,
    softcap: 0,
    capsFirst: true,
    causal,
  });
  together(piece, context);
  if (node.outputs[3]) emit.node('Identity', [stages[0]], {}, node.outputs[3]);
};

/** How many keys stand before those of the first query. */
const pastOf = (emit: Emitter, queries: string, keys: string) =>
  emit.node('Sub', [emit.length(keys, 2), emit.length(queries, 2)]);

/** com.microsoft.Attention: projects queries, keys and values itself. */
export const projecting: Writer = (piece) => {
  const { emit, view } = piece;
  refuse(
    piece,
    { 6: 'the length of earlier steps' },
    { do_rotary: 'rotary positions inside', past_present_share_buffer: 'a cache that it writes into' },
  );
  const heads = numberOf(piece, 'num_heads', 0);
  const sizes = attributesOf(view, piece.node).get('qkv_hidden_sizes');
  const all = dimsOf(view, piece.node.inputs[1])?.at(-1) ?? NaN;
  const widths = Array.isArray(sizes) ? sizes : [all / 3, all / 3, all / 3];
  if (!widths.every((width) => width > 0)) throw new Error('the width of its queries is not known');
  const product = emit.node('MatMul', [piece.node.inputs[0], piece.node.inputs[1]]);
  const moved = at(piece, 2) ? emit.node('Add', [product, at(piece, 2)!]) : product;
  let from = 0;
  const [queries, key, value] = widths.map((width) =>
    apart(emit, emit.slice(moved, 2, from, (from += width)), heads),
  );
  const past = at(piece, 4);
  const before = (i: number) =>
    past && emit.reshape(emit.slice(past, 0, i, i + 1), [-1, heads, pastLength, widths[i + 1] / heads]);
  const pastLength = past ? (dimsOf(view, past)?.[3] ?? NaN) : 0;
  if (past && !(pastLength > 0)) throw new Error('how many earlier steps it has is not known');
  const keys = past ? emit.node('Concat', [before(0)!, key], { axis: 2 }) : key;
  const values = past ? emit.node('Concat', [before(1)!, value], { axis: 2 }) : value;
  if (piece.node.outputs[1]) {
    const five = [keys, values].map((tensor) =>
      emit.node('Unsqueeze', unsqueezed(emit, view, tensor), view.opset < 13 ? { axes: [0] } : {}),
    );
    emit.node('Concat', five, { axis: 0 }, piece.node.outputs[1]);
  }
  const mask = at(piece, 3);
  const terms = [
    ...(mask ? [padding(piece, mask, keys, fillerOf(piece))] : []),
    ...(at(piece, 5) ? [at(piece, 5)!] : []),
  ];
  const causal = numberOf(piece, 'unidirectional', 0)
    ? { past: pastOf(emit, queries, keys), reach: 0 }
    : null;
  const { context } = attend(emit, {
    queries,
    keys,
    values,
    scale: scaleOf(piece),
    share: 1,
    terms,
    softcap: 0,
    capsFirst: true,
    causal,
  });
  together(piece, context);
};

const unsqueezed = (emit: Emitter, { opset }: View, tensor: string) =>
  opset < 13 ? [tensor] : [tensor, emit.integers([0])];

/** com.microsoft.GroupQueryAttention: several query heads share one of keys; causal. */
export const grouped: Writer = (piece) => {
  const { emit, node } = piece;
  refuse(
    piece,
    { 11: 'sinks', 12: 'scales of quantised caches' },
    { smooth_softmax: 'a smooth softmax', qk_output: 'scores as an output' },
  );
  const [heads, shared] = [numberOf(piece, 'num_heads', 0), numberOf(piece, 'kv_num_heads', 0)];
  if (!(heads > 0 && shared > 0)) throw new Error('it does not say its heads');
  const parts = at(piece, 1) ? [0, 1, 2].map((i) => at(piece, i)!) : cutApart(piece, heads, shared);
  const [query, key, value] = parts.map((tensor, i) => apart(emit, tensor, i === 0 ? heads : shared));
  const past = at(piece, 3);
  const rows = emit.length(query, 2);
  const before = past ? emit.length(past, 2) : emit.integer(0);
  const turn = (tensor: string) =>
    numberOf(piece, 'do_rotary', 0) ? rotate(piece, tensor, emit.range(rows, before)) : tensor;
  const queries = turn(query);
  const keys = joined(piece, past, turn(key), 1);
  const values = joined(piece, at(piece, 4), value, 2);
  const last = emit.node('Cast', [emit.reshape(node.inputs[5], [-1, 1, 1, 1])], { to: 7 });
  const beyond = emit.node('Greater', [emit.range(emit.length(keys, 2)), last]);
  const unseen = emit.node('Where', [beyond, emit.number(lowest(emit.dtype)), emit.number(0)]);
  const terms = [unseen, ...(at(piece, 10) ? [at(piece, 10)!] : [])];
  const reach = Math.max(0, numberOf(piece, 'local_window_size', -1));
  const share = heads / shared;
  const { context } = attend(emit, {
    queries,
    keys,
    values,
    scale: scaleOf(piece),
    share,
    terms,
    softcap: numberOf(piece, 'softcap', 0),
    capsFirst: true,
    causal: { past: before, reach },
  });
  together(piece, context);
};

/** Queries, keys and values that come in one tensor, by their heads. */
function cutApart({ emit, view, node }: Piece, heads: number, shared: number): string[] {
  const width = (dimsOf(view, node.inputs[0])?.at(-1) ?? NaN) / (heads + 2 * shared);
  if (!(width > 0)) throw new Error('the width of its queries is not known');
  const ends = [0, heads, heads + shared, heads + 2 * shared].map((count) => count * width);
  return [0, 1, 2].map((i) => emit.slice(node.inputs[0], 2, ends[i], ends[i + 1]));
}

/** Rotary positions (Su et al., 2021) by the node's tables of cosines and sines, halves or pairs turned. */
function rotate(piece: Piece, tensor: string, positions: string): string {
  const { emit, view } = piece;
  const [cosines, sines, given] = [at(piece, 7), at(piece, 8), at(piece, 9)];
  const half = cosines ? (dimsOf(view, cosines)?.at(-1) ?? NaN) : NaN;
  if (!sines || !(half > 0)) throw new Error('it turns positions without tables');
  if (given || numberOf(piece, 'rotary_interleaved', 0))
    throw new Error('it turns positions in pairs, or at places of their own');
  const [cos, sin] = [cosines!, sines].map((table) => emit.node('Gather', [table, positions], { axis: 0 }));
  const [one, two] = [emit.slice(tensor, 3, 0, half), emit.slice(tensor, 3, half, 2 * half)];
  const mul = (a: string, b: string) => emit.node('Mul', [a, b]);
  const first = emit.node('Sub', [mul(one, cos), mul(two, sin)]);
  const second = emit.node('Add', [mul(two, cos), mul(one, sin)]);
  return emit.node('Concat', [first, second, emit.slice(tensor, 3, 2 * half, 2 ** 31)], { axis: 3 });
}

/** Attention of the standard, from opset 23 on. */
export const standard: Writer = (piece) => {
  const { emit, view, node } = piece;
  const [query, key, value] = node.inputs;
  const four = dimsOf(view, query)?.length === 4;
  const count = (name: string, tensor: string) =>
    four ? (dimsOf(view, tensor)?.[1] ?? NaN) : numberOf(piece, name, NaN);
  const [heads, shared] = [count('q_num_heads', query), count('kv_num_heads', key)];
  if (!(heads > 0 && shared > 0)) throw new Error('it does not say its heads');
  const part = (tensor: string, of: number) => (four ? tensor : apart(emit, tensor, of));
  const queries = part(query, heads);
  const keys = joined(piece, at(piece, 4), part(key, shared), 1);
  const values = joined(piece, at(piece, 5), part(value, shared), 2);
  const terms: string[] = [];
  const mask = at(piece, 3);
  const closed = emit.number(lowest(emit.dtype));
  if (mask) {
    const { dtype } = view.known.get(mask) ?? { dtype: 0 };
    terms.push(dtype === 9 ? emit.node('Where', [mask, emit.number(0), closed]) : mask);
  }
  if (at(piece, 6)) {
    const ends = emit.reshape(node.inputs[6], [-1, 1, 1, 1]);
    const inside = emit.node('Less', [emit.range(emit.length(keys, 2)), ends]);
    terms.push(emit.node('Where', [inside, emit.number(0), closed]));
  }
  const past = at(piece, 4) ? emit.length(node.inputs[4], 2) : null;
  const causal = numberOf(piece, 'is_causal', 0) ? { past, reach: 0 } : null;
  const { context, stages } = attend(emit, {
    queries,
    keys,
    values,
    scale: scaleOf(piece),
    share: heads / shared,
    terms,
    softcap: numberOf(piece, 'softcap', 0),
    capsFirst: true,
    causal,
  });
  if (four) emit.node('Identity', [context], {}, node.outputs[0]);
  else together(piece, context);
  if (node.outputs[3])
    emit.node('Identity', [stages[numberOf(piece, 'qk_matmul_output_mode', 0)]], {}, node.outputs[3]);
};
