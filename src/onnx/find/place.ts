import type { Finding, FoundAttention, Side } from './find';
import type { Stream } from './streams';

/** Query first: `tv` has text queries and image keys. `joint` has all four blocks in one softmax; `q` are learnt queries; `other` is none of them. */
export type Block = 'tt' | 'tv' | 'vt' | 'vv' | 'joint' | 'qq' | 'qv' | 'tq' | 'qt' | 'vq' | 'other';

/** An attention in its place. */
export interface Placed {
  attention: FoundAttention;
  block: Block;
  stage: 'text' | 'image' | 'fusion';
  /** From 0, counted within its stage. */
  layer: number;
}

/** Whether a side has positions of a stream. */
export const has = ({ streams }: Side, stream: Stream) => streams.includes(stream);

/** Whether it can read both text and image, whatever its positions are called. */
export function meets({ queries, keys }: FoundAttention): boolean {
  const reads = (stream: Stream) => queries.reads.includes(stream) || keys.reads.includes(stream);
  return reads('text') && reads('image');
}

/** Whether a side has positions that are learnt and have read an input. */
const gathered = ({ streams, reads }: Side) => streams.includes('learnt') && !reads.includes('learnt');

/** How words see a picture through positions that are learnt; null where none do. */
export function throughLearnt({ queries, keys }: FoundAttention): 'keys' | 'sequence' | 'queries' | null {
  const through = gathered(keys) || gathered(queries);
  if (!through || !meets({ queries, keys } as FoundAttention)) return null;
  if (has(queries, 'text')) return has(keys, 'text') ? 'sequence' : 'keys';
  return 'queries';
}

const blocks = ['tt', 'tv', 'vt', 'vv', 'qq', 'qv', 'tq', 'qt', 'vq'] as const;

function blockOf({ queries, keys }: FoundAttention): Block {
  const mixed = (side: Side) => has(side, 'text') && has(side, 'image');
  const beside = (side: Side) => has(side, 'learnt') && side.streams.length > 1;
  if (beside(queries) || beside(keys)) return 'other';
  if (mixed(queries) && mixed(keys)) return 'joint';
  if (mixed(queries) || mixed(keys)) return 'other';
  const letter = (side: Side) =>
    has(side, 'text') ? 't' : has(side, 'image') ? 'v' : has(side, 'learnt') ? 'q' : '';
  const block = letter(queries) + letter(keys);
  return blocks.find((one) => one === block) ?? 'other';
}

/** Whether it is of the text: it has words among its keys, or learnt positions that have read nothing but words (Perceiver). */
const ofText = ({ keys }: FoundAttention) =>
  has(keys, 'text') || (keys.reads.includes('text') && !keys.reads.includes('image'));

/**
 * Stage and layer of each. A stage is the fusion from the first attention that joins both streams on. A layer begins where its first kind
 * of attention comes again.
 */
export function place({ attentions }: Finding): Placed[] {
  const blocks = attentions.map(blockOf);
  const shared = layersThatMeet(blocks);
  const counts = new Map<string, Map<string, number>>();
  return attentions.map((attention, i) => {
    const stage = shared.has(i) || meets(attention) ? 'fusion' : ofText(attention) ? 'text' : 'image';
    const kinds = counts.get(stage) ?? new Map<string, number>();
    counts.set(stage, kinds);
    const layer = kinds.get(blocks[i]) ?? 0;
    kinds.set(blocks[i], layer + 1);
    return { attention, block: blocks[i], stage, layer };
  });
}

/**
 * Attentions that join both streams, and those of one stream in the same layers. Where a stream attends to itself after the last time that
 * it looks at the other, its layers begin with looking; else they end with it, and the one before the first look is of its layer.
 */
function layersThatMeet(blocks: readonly Block[]): Set<number> {
  const fusion = new Set(
    blocks.flatMap((block, i) => (block === 'joint' || block === 'tv' || block === 'vt' ? [i] : [])),
  );
  for (const [own, look] of [
    ['tt', 'tv'],
    ['vv', 'vt'],
  ]) {
    const looks = blocks.flatMap((block, i) => (block === look ? [i] : []));
    if (looks.length === 0) continue;
    const selves = blocks.flatMap((block, i) => (block === own ? [i] : []));
    const [first, last] = [looks[0], looks.at(-1)!];
    const before = selves.filter((i) => i < first);
    for (const i of selves) if (i > first) fusion.add(i);
    if (before.length > 0 && !selves.some((i) => i > last)) fusion.add(before.at(-1)!);
  }
  return fusion;
}
