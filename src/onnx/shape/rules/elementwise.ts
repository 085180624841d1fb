import { BOOL } from '../../file/weight';
import { broadcast, most, product, shaped, unknown, type Case, type Known, type Rule } from './known';

const binary: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Mod: (a, b) => a - b * Math.floor(a / b),
  Min: Math.min,
  Max: Math.max,
};
const compared: Record<string, (a: number, b: number) => boolean> = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  And: (a, b) => a !== 0 && b !== 0,
  Or: (a, b) => a !== 0 || b !== 0,
  Xor: (a, b) => (a !== 0) !== (b !== 0),
};
const unary: Record<string, (a: number) => number> = {
  Identity: (a) => a,
  Sqrt: Math.sqrt,
  Neg: (a) => -a,
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Reciprocal: (a) => 1 / a,
};

/** The numbers of a broadcast operation on short lists: alike, or one of them a single number. */
function combine(a: Known, b: Known, f: (a: number, b: number) => number): number[] | null {
  const [x, y] = [a.numbers, b.numbers];
  if (!x || !y || (x.length !== y.length && x.length !== 1 && y.length !== 1)) return null;
  const length = x.length === 1 ? y.length : x.length;
  return Array.from({ length }, (_, i) => f(x[x.length === 1 ? 0 : i], y[y.length === 1 ? 0 : i]));
}

function isWhole({ dtype }: Known): boolean {
  return dtype >= 2 && dtype <= 7;
}

const arithmetic: Rule = ({ op, ins }) =>
  ins.slice(1).reduce(
    (all: readonly Known[], next) => {
      const [a] = all;
      const numbers = combine(a, next, binary[op]);
      const whole = op === 'Div' && isWhole(a);
      return [
        {
          dims: broadcast(a.dims, next.dims),
          dtype: a.dtype || next.dtype,
          numbers: whole && numbers ? numbers.map(Math.trunc) : numbers,
        },
      ];
    },
    [ins[0] ?? unknown],
  );

const comparison: Rule = ({ op, ins: [a = unknown, b = unknown] }) => [
  {
    dims: broadcast(a.dims, b.dims),
    dtype: BOOL,
    numbers: combine(a, b, (x, y) => (Number.isNaN(x + y) ? NaN : Number(compared[op](x, y)))),
  },
];

const select: Rule = ({ ins: [condition = unknown, a = unknown, b = unknown] }) => {
  const dims = broadcast(broadcast(condition.dims, a.dims), b.dims);
  const count = dims ? product(dims) : NaN;
  const lists = [condition.numbers, a.numbers, b.numbers];
  const fits = count <= most && lists.every((list) => list && (list.length === count || list.length === 1));
  const at = (list: readonly number[] | null, i: number) => (list ? list[list.length === 1 ? 0 : i] : NaN);
  const numbers = fits
    ? Array.from({ length: count }, (_, i) => {
        const [c, x, y] = lists.map((list) => at(list, i));
        return Number.isNaN(c) ? (x === y ? x : NaN) : c ? x : y;
      })
    : null;
  return [{ dims, dtype: a.dtype || b.dtype, numbers }];
};

const cast: Rule = ({ ins: [a = unknown], attributes }) => {
  const to = attributes.get('to');
  const dtype = typeof to === 'number' ? to : 0;
  const whole = dtype >= 2 && dtype <= 7;
  return [{ dims: a.dims, dtype, numbers: whole ? (a.numbers?.map(Math.trunc) ?? null) : a.numbers }];
};

const one: Rule = ({ op, ins: [a = unknown] }) => [{ ...a, numbers: a.numbers?.map(unary[op]) ?? null }];

/** Outputs shaped like the first input; further ones, if any, are not known. */
const alike: Rule = ({ ins: [a = unknown], outputs }: Case) => [
  shaped(a.dims, a.dtype),
  ...Array.from({ length: outputs - 1 }, () => unknown),
];

const shapeless =
  'Relu LeakyRelu Elu Selu Sigmoid HardSigmoid HardSwish Swish Mish Tanh Erf Gelu FastGelu QuickGelu BiasGelu Softplus Softsign Sin Cos ' +
  'Clip Softmax LogSoftmax Hardmax Dropout LayerNormalization SimplifiedLayerNormalization RMSNormalization SkipLayerNormalization ' +
  'SkipSimplifiedLayerNormalization BatchNormalization InstanceNormalization GroupNormalization LpNormalization PRelu CumSum Trilu ' +
  'ScatterND ScatterElements ThresholdedRelu Round Sign RotaryEmbedding Celu';

/** Rules of operations that work number by number, or keep the shape of what they are given. */
export const elementwise: Record<string, Rule> = {
  ...Object.fromEntries(shapeless.split(' ').map((op) => [op, alike])),
  ...Object.fromEntries(Object.keys(binary).map((op) => [op, arithmetic])),
  ...Object.fromEntries(Object.keys(compared).map((op) => [op, comparison])),
  ...Object.fromEntries(Object.keys(unary).map((op) => [op, one])),
  Where: select,
  Cast: cast,
  CastLike: ({ ins: [a = unknown, b = unknown] }) => [{ ...a, dtype: b.dtype }],
  Not: ({ ins: [a = unknown] }) => [
    { ...a, numbers: a.numbers?.map((x) => (Number.isNaN(x) ? x : Number(!x))) ?? null },
  ],
  IsNaN: ({ ins: [a = unknown] }) => [shaped(a.dims, BOOL)],
  IsInf: ({ ins: [a = unknown] }) => [shaped(a.dims, BOOL)],
  DynamicQuantizeLinear: ({ ins: [a = unknown] }) => [shaped(a.dims, 2), shaped([], 1), shaped([], 2)],
  QuantizeLinear: ({ ins: [a = unknown, , zero = unknown] }) => [shaped(a.dims, zero.dtype || 2)],
  DequantizeLinear: ({ ins: [a = unknown, scale = unknown] }) => [shaped(a.dims, scale.dtype || 1)],
};
