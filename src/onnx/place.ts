import type { Finding, FoundAttention, Side } from './find';
import type { Stream } from './streams';

/** Query first: `tv` has text queries and image keys. `joint` has all four blocks in one softmax; `other` is none of them. */
export type Block = 'tt' | 'tv' | 'vt' | 'vv' | 'joint' | 'other';

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

function blockOf({ queries, keys }: FoundAttention): Block {
  const mixed = (side: Side) => has(side, 'text') && has(side, 'image');
  if (mixed(queries) && mixed(keys)) return 'joint';
  if (mixed(queries) || mixed(keys)) return 'other';
  const letter = (side: Side) => (has(side, 'text') ? 't' : has(side, 'image') ? 'v' : '');
  const block = letter(queries) + letter(keys);
  return block === 'tt' || block === 'tv' || block === 'vt' || block === 'vv' ? block : 'other';
}

/**
 * Stage and layer of each. A stage is the fusion from the first attention that joins both streams on. A layer begins where its first kind
 * of attention comes again.
 */
export function place({ attentions }: Finding): Placed[] {
  const blocks = attentions.map(blockOf);
  const shared = layersThatMeet(attentions, blocks);
  const counts = new Map<string, Map<string, number>>();
  return attentions.map((attention, i) => {
    const stage = shared.has(i)
      ? 'fusion'
      : blocks[i] === 'tt'
        ? 'text'
        : has(attention.keys, 'text')
          ? 'text'
          : 'image';
    const kinds = counts.get(stage) ?? new Map<string, number>();
    counts.set(stage, kinds);
    const layer = kinds.get(blocks[i]) ?? 0;
    kinds.set(blocks[i], layer + 1);
    return { attention, block: blocks[i], stage, layer };
  });
}

/** Attentions that join both streams, and those of one stream in the same layers: between or right before them. */
function layersThatMeet(attentions: readonly FoundAttention[], blocks: readonly Block[]): Set<number> {
  const crosses = blocks.flatMap((block, i) =>
    block === 'joint' || block === 'tv' || block === 'vt' ? [i] : [],
  );
  if (crosses.length === 0) return new Set();
  const fusion = new Set(crosses);
  const rounds = Math.max(
    ...(['tv', 'vt', 'joint'] as const).map((kind) => blocks.filter((b) => b === kind).length),
  );
  for (const own of ['tt', 'vv'] as const) {
    const places = blocks.flatMap((block, i) => (block === own ? [i] : []));
    const stream = own === 'tt' ? 'text' : 'image';
    const joined = crosses.some((i) => blocks[i] !== 'joint' && has(attentions[i].queries, stream));
    if (joined) for (const i of places.slice(-rounds)) fusion.add(i);
  }
  return fusion;
}
