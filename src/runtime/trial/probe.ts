import type { Call } from '../../architectures/adapter';
import type { Manifest } from '../../architectures/manifest';
import type { Card } from '../model';

/** How far from 1 the weights of a query may sum up, in half precision. */
const slack = 1e-2;

/** Sides of the smallest picture that a model takes, its patches more across than down; most take one size. */
function smallest({ image: { size, frame } }: Manifest): readonly [width: number, height: number] {
  const { multiple, crop } = frame ?? { multiple: null, crop: null };
  return multiple === null || crop ? size : [2 * multiple, multiple];
}

/**
 * One run of a model that has no stored reference, on a small grey picture and the first five pieces of its vocabulary: does the backend run it, and
 * are its attentions laid out as its file says?
 * @throws Error of one sentence when not
 */
export async function probe(card: Card, call: Call): Promise<void> {
  const { manifest, adapter } = card;
  const [width, height] = smallest(manifest);
  const grey = { width, height, data: new Uint8Array(width * height * 3).fill(128) };
  const count = Math.min(5, manifest.own?.length ?? 5, manifest.text.maxTokens);
  const ids = manifest.sequence.includes('text') ? Array.from({ length: count }, (_, id) => id) : [];
  const { attentions } = await adapter.run(adapter.restore(grey, ids, card), card, call, {
    task: 'match',
    attentions: 'all',
  });
  for (const { name, weights } of attentions) {
    const keys = weights?.dims[2] ?? 1;
    for (let at = 0; weights && at < weights.data.length; at += keys) {
      const sum = weights.data.subarray(at, at + keys).reduce((total, weight) => total + weight, 0);
      if (!(Math.abs(sum - 1) <= slack))
        throw new Error(`${name}: expected weights of a query that sum to 1, got ${sum.toPrecision(3)}.`);
    }
  }
}
