import { INT64 } from '../../file/weight';
import { fromFront, intOf, listOf, most, product, shaped, unknown, type Known, type Rule } from './known';

/** Changes the shape and keeps the numbers. */
function reshaped(a: Known, dims: readonly number[] | null): readonly Known[] {
  return [{ dims, dtype: a.dtype, numbers: a.numbers }];
}

const reshape: Rule = (of) => {
  const [a = unknown] = of.ins;
  const wanted = listOf(of, 'shape', 1);
  if (!wanted) {
    const [rank] = of.ins[1]?.dims ?? [];
    return reshaped(a, rank > 0 && rank < 16 ? Array<number>(rank).fill(NaN) : null);
  }
  const copies = intOf(of, 'allowzero', 0) === 0;
  const dims = wanted.map((dim, i) => (dim === 0 && copies ? (a.dims?.[i] ?? NaN) : dim));
  const open = dims.findIndex((dim) => dim === -1 || Number.isNaN(dim));
  if (open < 0) return reshaped(a, dims);
  const rest = product(dims.filter((_, i) => i !== open));
  const all = a.dims ? product(a.dims) : NaN;
  return reshaped(a, dims.with(open, rest > 0 && all % rest === 0 ? all / rest : NaN));
};

/** Numbers of a matrix, columns first. */
const turned = (numbers: Known['numbers'], [rows, columns]: readonly number[]) =>
  numbers?.map((_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]) ?? null;

const transpose: Rule = (of) => {
  const [a = unknown] = of.ins;
  if (!a.dims) {
    const perm = of.attributes.get('perm');
    return [shaped(Array.isArray(perm) ? perm.map(() => NaN) : null, a.dtype)];
  }
  const { dims } = a;
  const perm = of.attributes.get('perm') ?? dims.map((_, i) => dims.length - 1 - i);
  if (!Array.isArray(perm) || perm.length !== dims.length) return null;
  const turns = dims.length === 2 && perm[0] === 1;
  const numbers = dims.length < 2 ? a.numbers : turns ? turned(a.numbers, dims) : null;
  return [{ dims: perm.map((i) => dims[i] ?? NaN), dtype: a.dtype, numbers }];
};

const squeeze: Rule = (of) => {
  const [a = unknown] = of.ins;
  if (!a.dims) return [{ ...a, dims: null }];
  const rank = a.dims.length;
  const axes = listOf(of, 'axes', 1)?.map((axis) => fromFront(axis, rank));
  return reshaped(
    a,
    a.dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)),
  );
};

const unsqueeze: Rule = (of) => {
  const [a = unknown] = of.ins;
  const axes = listOf(of, 'axes', 1);
  if (!a.dims || !axes) return [{ ...a, dims: null }];
  const rank = a.dims.length + axes.length;
  const added = new Set(axes.map((axis) => fromFront(axis, rank)));
  const rest = [...a.dims];
  return reshaped(
    a,
    Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? NaN))),
  );
};

const concat: Rule = (of) => {
  const first = of.ins.find(({ dims }) => dims);
  if (!first?.dims) return null;
  const axis = fromFront(intOf(of, 'axis', 0), first.dims.length);
  const total = of.ins.reduce((sum, { dims }) => sum + (dims?.[axis] ?? NaN), 0);
  const flat = first.dims.length === 1 && total <= most;
  const numbers = flat
    ? of.ins.flatMap(({ dims, numbers }) => numbers ?? Array<number>(dims?.[0] ?? 0).fill(NaN))
    : null;
  return [{ dims: first.dims.with(axis, total), dtype: first.dtype, numbers }];
};

const split: Rule = (of) => {
  const [a = unknown] = of.ins;
  if (!a.dims) return Array.from({ length: of.outputs }, () => shaped(null, a.dtype));
  const axis = fromFront(intOf(of, 'axis', 0), a.dims.length);
  const sizes = listOf(of, 'split', 1);
  const each = Math.ceil(a.dims[axis] / of.outputs);
  let at = 0;
  return Array.from({ length: of.outputs }, (_, i) => {
    const size = sizes?.[i] ?? Math.min(each, a.dims![axis] - each * i);
    const numbers = a.dims!.length === 1 ? (a.numbers?.slice(at, at + size) ?? null) : null;
    at += size;
    return { dims: a.dims!.with(axis, size), dtype: a.dtype, numbers };
  });
};

const slice: Rule = (of) => {
  const [a = unknown] = of.ins;
  const [starts, ends] = [listOf(of, 'starts', 1), listOf(of, 'ends', 2)];
  if (!a.dims) return null;
  if (!starts || !ends)
    return [
      shaped(
        a.dims.map(() => NaN),
        a.dtype,
      ),
    ];
  const axes = listOf(of, 'axes', 3) ?? starts.map((_, i) => i);
  const steps = of.ins[4]?.numbers ?? starts.map(() => 1);
  const dims = [...a.dims];
  let { numbers } = a;
  for (const [i, axis] of axes.entries()) {
    const at = fromFront(axis, dims.length);
    const length = dims[at];
    const step = steps[i];
    const clamp = (x: number) =>
      Math.min(Math.max(x < 0 ? x + length : x, step < 0 ? -1 : 0), step < 0 ? length - 1 : length);
    const [from, to] = [clamp(starts[i]), clamp(ends[i])];
    const inner = product(dims.slice(at + 1));
    dims[at] = Math.max(0, Math.ceil((to - from) / step));
    const kept = product(dims) <= most ? numbers : null;
    numbers = kept
      ? Array.from({ length: product(dims) }, (_, k) => {
          const row = Math.floor(k / inner);
          const [before, along] = [Math.floor(row / dims[at]), row % dims[at]];
          return kept[(before * length + from + along * step) * inner + (k % inner)];
        })
      : null;
  }
  return [{ dims, dtype: a.dtype, numbers }];
};

const gather: Rule = (of) => {
  const [a = unknown, index = unknown] = of.ins;
  if (!a.dims || !index.dims) return [shaped(null, a.dtype)];
  const axis = fromFront(intOf(of, 'axis', 0), a.dims.length);
  const { numbers: list } = a;
  const length = a.dims[axis];
  const numbers =
    a.dims.length === 1 && list
      ? (index.numbers?.map((i) => list[fromFront(i, length)] ?? NaN) ?? null)
      : null;
  return [
    { dims: [...a.dims.slice(0, axis), ...index.dims, ...a.dims.slice(axis + 1)], dtype: a.dtype, numbers },
  ];
};

const flatten: Rule = (of) => {
  const [a = unknown] = of.ins;
  if (!a.dims) return [shaped([NaN, NaN], a.dtype)];
  const axis = fromFront(intOf(of, 'axis', 1), a.dims.length);
  return reshaped(a, [product(a.dims.slice(0, axis)), product(a.dims.slice(axis))]);
};

const shape: Rule = (of) => {
  const dims = of.ins[0]?.dims;
  if (!dims) return [shaped([NaN], INT64)];
  const list = dims.slice(intOf(of, 'start', 0), intOf(of, 'end', dims.length));
  return [{ dims: [list.length], dtype: INT64, numbers: list }];
};

/** Rules of operations that move numbers and compute none. */
export const layout: Record<string, Rule> = {
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  Flatten: flatten,
  Shape: shape,
  GatherElements: ({ ins: [a = unknown, index = unknown] }) => [shaped(index.dims, a.dtype)],
};
