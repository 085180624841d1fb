import { blocksOf, type Block } from '../../attention/blocks';
import type { Tensor } from '../../tensor/tensor';
import type { Attention, AttentionMask, Slice, Stream, Trace } from '../../trace/trace';

/** One thing that is switched off in an attention module: a head (its index), or a block of all its heads. */
export interface Part {
  /** Index into `Trace.attentions`. */
  attention: number;
  off: number | Block;
}

/**
 * Everything that is switched off. A head gets the factor 0. A block gets the factor 0 on its own rectangle, or, with `renormalise`, is cut
 * before the softmax, so that the rest of each row sums to 1.
 */
export interface Cuts {
  parts: readonly Part[];
  renormalise: boolean;
}

/** Everything switched on. */
export const nothingOff: Cuts = { parts: [], renormalise: false };

/** Added to a score that is cut: exp(−10⁴) is 0 in 32-bit floats, and half precision holds the number itself. */
const cut = -1e4;

const letters = { text: 't', image: 'v' } as const;
const streams = { t: 'text', v: 'image' } as const;

/** Whether two parts are one and the same. */
const alike = (a: Part, b: Part): boolean => a.attention === b.attention && a.off === b.off;

/** Whether all of some parts are switched off. */
export function isOff({ parts }: Cuts, asked: readonly Part[]): boolean {
  return asked.length > 0 && asked.every((part) => parts.some((other) => alike(part, other)));
}

/** The same cuts with some parts switched off, or on where all of them were off. */
export function toggled(cuts: Cuts, asked: readonly Part[]): Cuts {
  const others = cuts.parts.filter((part) => !asked.some((other) => alike(part, other)));
  return { ...cuts, parts: isOff(cuts, asked) ? others : [...others, ...asked] };
}

/** The blocks that a module has, by the streams of its queries and keys: all four of a joint sequence, else one. */
export function blocksIn(module: { queries: readonly Stream[]; keys: readonly Stream[] }): Block[] {
  return module.queries.flatMap((query) =>
    module.keys.map((key) => `${letters[query]}${letters[key]}` as const),
  );
}

/** "text → image" */
export function sayBlock(block: Block): string {
  const [query, key] = block as unknown as ['t' | 'v', 't' | 'v'];
  return `${streams[query]} → ${streams[key]}`;
}

/** "joint 3, head 2", counted from one; "joint 3, text → image"; the module's name alone where it has no more than that block. */
export function sayPart({ off }: Part, module: { name: string; blocks: number }): string {
  if (typeof off === 'number') return `${module.name}, head ${off + 1}`;
  return module.blocks > 1 ? `${module.name}, ${sayBlock(off)}` : module.name;
}

/** "2 heads and 1 block off"; empty when nothing is. */
export function sayCount({ parts }: Cuts): string {
  const heads = parts.filter(({ off }) => typeof off === 'number').length;
  const blocks = parts.length - heads;
  const said = [
    heads ? `${heads} ${heads === 1 ? 'head' : 'heads'}` : '',
    blocks ? `${blocks} ${blocks === 1 ? 'block' : 'blocks'}` : '',
  ].filter((words) => words);
  return said.length ? `${said.join(' and ')} off` : '';
}

/**
 * What a run must change so that the cuts hold: one mask for each module that they touch, in order. The geometry is that of `trace`, a run of
 * the same caption. A row that `renormalise` would leave without any key gets the factor 0 instead: a softmax over equal terms is no cut.
 */
export function masksOf({ parts, renormalise }: Cuts, trace: Trace): AttentionMask[] {
  const touched = [...new Set(parts.map(({ attention }) => attention))].sort((a, b) => a - b);
  return touched.map((index) => {
    const attention = trace.attentions[index];
    const off = parts.filter((part) => part.attention === index).map((part) => part.off);
    const heads = off.filter((part) => typeof part === 'number');
    const ranges = blocksOf(attention, trace.tokens);
    const blocks = off.filter((part) => typeof part === 'string').filter((block) => ranges[block]);
    const left = (block: Block) =>
      (Object.keys(ranges) as Block[]).some((other) => other[0] === block[0] && !blocks.includes(other));
    const before = blocks.filter((block) => renormalise && left(block));
    const after = blocks.filter((block) => !before.includes(block));
    const rectangles = (some: readonly Block[]) => some.flatMap((block) => ranges[block] ?? []);
    return {
      attention: index,
      ...(heads.length || after.length ? { factor: factorOf(attention, heads, rectangles(after)) } : {}),
      ...(before.length ? { term: planes(attention, 1, 0, rectangles(before), cut) } : {}),
    };
  });
}

interface Rectangle {
  queries: Slice;
  keys: Slice;
}

/** Factor [head, query, key]: 0 for whole heads and for rectangles of every head, else 1; axes that do not matter have length 1. */
function factorOf(attention: Attention, heads: readonly number[], rectangles: readonly Rectangle[]): Tensor {
  if (!rectangles.length) return headFactor(attention.heads, heads);
  const factor = planes(attention, heads.length ? attention.heads : 1, 1, rectangles, 0);
  const size = factor.data.length / factor.dims[0];
  for (const head of heads) factor.data.fill(0, head * size, (head + 1) * size);
  return factor;
}

/** Factor [head, 1, 1] of a module of `count` heads: 0 for those that are off, else 1. */
export function headFactor(count: number, off: readonly number[]): Tensor {
  const data = new Float32Array(count).fill(1);
  for (const head of off) data[head] = 0;
  return { dims: [count, 1, 1], data };
}

/** `count` equal planes [query, key] of `ground`, with `value` in the rectangles. */
function planes(
  { queries, keys }: Attention,
  count: number,
  ground: number,
  rectangles: readonly Rectangle[],
  value: number,
): Tensor {
  const dims = [count, queries[1] - queries[0], keys[1] - keys[0]];
  const data = new Float32Array(count * dims[1] * dims[2]).fill(ground);
  for (let plane = 0; plane < count; plane++)
    for (const rectangle of rectangles)
      for (let q = rectangle.queries[0] - queries[0]; q < rectangle.queries[1] - queries[0]; q++) {
        const row = (plane * dims[1] + q) * dims[2] - keys[0];
        data.fill(value, row + rectangle.keys[0], row + rectangle.keys[1]);
      }
  return { dims, data };
}
