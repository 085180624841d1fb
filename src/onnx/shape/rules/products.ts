import { FLOAT } from '../../file/weight';
import { broadcast, fromFront, intOf, shaped, unknown, type Case, type Rule } from './known';

const matmul: Rule = (of) => {
  const [a = unknown, b = unknown] = of.ins;
  const dtype = of.op.endsWith('Integer') ? 6 : a.dtype || b.dtype;
  if (!a.dims || !b.dims || a.dims.length === 0 || b.dims.length === 0) return [shaped(null, dtype)];
  const [x, y] = [swapped(of, 'transA', a.dims), swapped(of, 'transB', b.dims)];
  const [m, n] = [x.length > 1 ? [x.at(-2)!] : [], y.length > 1 ? [y.at(-1)!] : []];
  const batch = broadcast(x.slice(0, -2), y.slice(0, -2));
  return [shaped(batch && [...batch, ...m, ...n], dtype)];
};

/** A product whose second operand stands further back: after scales and zero points, or packed in blocks. */
const quantised: Rule = (of) => {
  const [a = unknown] = of.ins;
  const at = of.op === 'QLinearMatMul' ? 3 : 1;
  const width = intOf(of, 'N', 0);
  if (width > 0) return [shaped(a.dims && [...a.dims.slice(0, -1), width], a.dtype)];
  const [out] = matmul({ ...of, ins: [a, of.ins[at] ?? unknown] }) ?? [unknown];
  return [shaped(out.dims, of.op === 'QLinearMatMul' ? (of.ins[7]?.dtype ?? 2) : FLOAT)];
};

function swapped(of: Case, flag: string, dims: readonly number[]): readonly number[] {
  return intOf(of, flag, 0) ? [...dims.slice(0, -2), dims.at(-1)!, dims.at(-2)!] : dims;
}

const gemm: Rule = (of) => {
  const [a = unknown, b = unknown] = of.ins;
  const m = a.dims?.[intOf(of, 'transA', 0) ? 1 : 0] ?? NaN;
  const n = b.dims?.[intOf(of, 'transB', 0) ? 0 : 1] ?? NaN;
  return [shaped([m, n], a.dtype || b.dtype)];
};

const einsum: Rule = ({ ins, attributes }) => {
  const equation = attributes.get('equation');
  if (typeof equation !== 'string') return null;
  const [left, right] = equation.replaceAll(' ', '').split('->');
  const lengths = new Map<string, number>();
  left.split(',').forEach((letters, i) =>
    [...letters].forEach((letter, axis) => {
      const length = ins[i]?.dims?.[axis] ?? NaN;
      if (!Number.isNaN(length) || !lengths.has(letter)) lengths.set(letter, length);
    }),
  );
  if (right === undefined || right.includes('.')) return [shaped(null, ins[0]?.dtype ?? 0)];
  return [
    shaped(
      [...right].map((letter) => lengths.get(letter) ?? NaN),
      ins[0]?.dtype ?? 0,
    ),
  ];
};

/** Length of an axis after a window has gone over it: github.com/onnx/onnx/blob/main/docs/Operators.md#Conv. */
function slide(of: Case, axis: number, rank: number, length: number, kernel: number): number {
  const list = (name: string) => of.attributes.get(name);
  const at = (name: string, i: number, otherwise: number) => {
    const values = list(name);
    return Array.isArray(values) ? (values[i] ?? otherwise) : otherwise;
  };
  const stride = at('strides', axis, 1);
  const auto = list('auto_pad');
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return Math.ceil(length / stride);
  const padded = length + at('pads', axis, 0) + at('pads', axis + rank, 0);
  const free = padded - at('dilations', axis, 1) * (kernel - 1) - 1;
  return (intOf(of, 'ceil_mode', 0) ? Math.ceil(free / stride) : Math.floor(free / stride)) + 1;
}

const conv: Rule = (of) => {
  const [a = unknown, w = unknown] = of.ins;
  const rank = w.dims?.length;
  if (!w.dims || !rank) return [shaped(a.dims?.map(() => NaN) ?? null, a.dtype)];
  const spatial = w.dims.slice(2).map((kernel, i) => slide(of, i, rank - 2, a.dims?.[i + 2] ?? NaN, kernel));
  return [shaped([a.dims?.[0] ?? NaN, w.dims[0], ...spatial], of.op === 'ConvInteger' ? 6 : a.dtype)];
};

const pool: Rule = (of) => {
  const [a = unknown] = of.ins;
  const kernel = of.attributes.get('kernel_shape');
  if (!a.dims || !Array.isArray(kernel)) return [shaped(null, a.dtype)];
  const spatial = kernel.map((size, i) => slide(of, i, kernel.length, a.dims![i + 2], size));
  return [shaped([...a.dims.slice(0, 2), ...spatial], a.dtype)];
};

const globalPool: Rule = ({ ins: [a = unknown] }) => [
  shaped(a.dims?.map((dim, i) => (i < 2 ? dim : 1)) ?? null, a.dtype),
];

const topK: Rule = (of) => {
  const [a = unknown, k] = of.ins;
  const dims = a.dims?.with(fromFront(intOf(of, 'axis', -1), a.dims.length), k?.numbers?.[0] ?? NaN) ?? null;
  return [shaped(dims, a.dtype), shaped(dims, 7)];
};

/**
 * Attention in one piece makes as many positions as there are queries. They are as wide as the values of all heads: those of ONNX and of
 * MultiHeadAttention come in, com.microsoft.Attention makes them by weights [width, three times as many].
 */
const attend: Rule = (of) => {
  const [q = unknown, k = unknown, v = unknown] = of.ins;
  const dims = q.dims ? [...q.dims] : null;
  if (!dims || dims.length < 3) return [shaped(null, q.dtype)];
  const heads = intOf(of, 'q_num_heads', 0);
  const sizes = of.attributes.get('qkv_hidden_sizes');
  const last = dims.length - 1;
  if (dims.length === 5) dims.splice(2, 3, dims[2] * dims[4]);
  else if (heads > 0 && v.dims?.length === 3)
    dims[last] = (v.dims[2] / intOf(of, 'kv_num_heads', heads)) * heads;
  else if (k.dims?.length === 2) dims[last] = Array.isArray(sizes) ? sizes[2] : k.dims[1] / 3;
  else if (of.op !== 'GroupQueryAttention' && v.dims?.length === dims.length) dims[last] = v.dims[last];
  else if (of.op === 'GroupQueryAttention' && !k.dims) {
    const [query, shared] = [intOf(of, 'num_heads', 1), intOf(of, 'kv_num_heads', 1)];
    dims[last] = (dims[last] * query) / (query + 2 * shared);
  }
  return [shaped(dims, of.op === 'QAttention' ? FLOAT : q.dtype)];
};

/** Rules of operations that multiply matrices, slide windows, or choose. */
export const products: Record<string, Rule> = {
  MatMul: matmul,
  FusedMatMul: matmul,
  MatMulInteger: matmul,
  MatMulNBits: quantised,
  MatMulBnb4: quantised,
  QLinearMatMul: quantised,
  MatMulIntegerToFloat: quantised,
  DynamicQuantizeMatMul: quantised,
  Attention: attend,
  QAttention: attend,
  MultiHeadAttention: attend,
  GroupQueryAttention: attend,
  Gemm: gemm,
  Einsum: einsum,
  Conv: conv,
  ConvInteger: conv,
  FusedConv: conv,
  MaxPool: pool,
  AveragePool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  TopK: topK,
};
