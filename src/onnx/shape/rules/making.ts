import { FLOAT, INT64 } from '../../file/weight';
import {
  broadcast,
  fromFront,
  intOf,
  listOf,
  most,
  product,
  shaped,
  unknown,
  type Case,
  type Known,
  type Rule,
} from './known';

function filled(dims: readonly number[], dtype: number, value: number): Known {
  const count = product(dims);
  return { dims, dtype, numbers: count <= most ? Array<number>(count).fill(value) : null };
}

const expand: Rule = ({ ins: [a = unknown, to] }) => {
  const dims = to?.numbers ? broadcast(a.dims, to.numbers) : null;
  if (!dims) return [shaped(null, a.dtype)];
  return a.numbers?.length === 1 ? [filled(dims, a.dtype, a.numbers[0])] : [shaped(dims, a.dtype)];
};

const range: Rule = ({ ins: [start, limit, delta] }) => {
  const [from, to, step] = [start, limit, delta].map((one) => one?.numbers?.[0] ?? NaN);
  const count = Math.max(0, Math.ceil((to - from) / step));
  const numbers = count <= most ? Array.from({ length: count }, (_, i) => from + i * step) : null;
  return [{ dims: [count], dtype: start?.dtype ?? 0, numbers }];
};

const reduce: Rule = (of) => {
  const [a = unknown] = of.ins;
  if (!a.dims) return [shaped(null, a.dtype)];
  const rank = a.dims.length;
  const axes = listOf(of, 'axes', 1)?.map((axis) => fromFront(axis, rank)) ?? a.dims.map((_, i) => i);
  const keeps = intOf(of, 'keepdims', 1) !== 0;
  const dims = a.dims.flatMap((dim, i) => (axes.includes(i) ? (keeps ? [1] : []) : [dim]));
  const whole = of.op === 'ReduceProd' && axes.length === rank;
  return [{ dims, dtype: a.dtype, numbers: whole && a.numbers ? [product(a.numbers)] : null }];
};

const arg: Rule = (of) => {
  const dims = of.ins[0]?.dims;
  if (!dims) return [shaped(null, INT64)];
  const axis = fromFront(intOf(of, 'axis', 0), dims.length);
  const keeps = intOf(of, 'keepdims', 1) !== 0;
  return [shaped(keeps ? dims.with(axis, 1) : dims.toSpliced(axis, 1), INT64)];
};

const tile: Rule = ({ ins: [a = unknown, times] }) => [
  shaped(a.dims?.map((dim, i) => dim * (times?.numbers?.[i] ?? NaN)) ?? null, a.dtype),
];

const pad: Rule = (of) => {
  const [a = unknown] = of.ins;
  const pads = listOf(of, 'pads', 1);
  const rank = a.dims?.length ?? 0;
  const wide = pads?.length === 2 * rank;
  return [shaped(a.dims?.map((dim, i) => (wide ? dim + pads[i] + pads[i + rank] : NaN)) ?? null, a.dtype)];
};

const resize: Rule = ({ op, ins }) => {
  const [a = unknown] = ins;
  const scales = (op === 'Upsample' ? ins[1] : ins[2])?.numbers;
  const sizes = ins[3]?.numbers;
  const dims = a.dims?.map((dim, i) => sizes?.[i] ?? (scales?.length ? Math.floor(dim * scales[i]) : NaN));
  return [shaped(dims ?? null, a.dtype)];
};

const constantOfShape: Rule = (of) => {
  const dims = of.ins[0]?.numbers;
  const value = of.attributes.get('value');
  const dtype = typeof value === 'object' && 'dtype' in value ? value.dtype : FLOAT;
  if (!dims) return [shaped(null, dtype)];
  return [filled(dims, dtype, value === undefined ? 0 : (of.stored('value')?.[0] ?? NaN))];
};

const oneHot: Rule = ({ ins: [index = unknown, depth] }: Case) => [
  shaped(index.dims ? [...index.dims, depth?.numbers?.[0] ?? NaN] : null, 0),
];

/** Words, their places and kinds looked up, summed and normalised in one: com.microsoft.EmbedLayerNormalization. */
const embed: Rule = ({ ins: [ids = unknown, , table = unknown] }) => [
  shaped(ids.dims && [...ids.dims, table.dims?.[1] ?? NaN], table.dtype || FLOAT),
  shaped(ids.dims?.slice(0, 1) ?? null, 6),
  shaped(ids.dims && [...ids.dims, table.dims?.[1] ?? NaN], table.dtype || FLOAT),
];

const reductions =
  'ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL2 ReduceL1 ReduceSumSquare ReduceLogSumExp';

/** Rules of operations that make tensors of other sizes. */
export const making: Record<string, Rule> = {
  ...Object.fromEntries(reductions.split(' ').map((op) => [op, reduce])),
  EmbedLayerNormalization: embed,
  Expand: expand,
  Range: range,
  Tile: tile,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  ArgMax: arg,
  ArgMin: arg,
  OneHot: oneHot,
  ConstantOfShape: constantOfShape,
  Size: ({ ins: [a = unknown] }) => [{ dims: [], dtype: INT64, numbers: [a.dims ? product(a.dims) : NaN] }],
};
