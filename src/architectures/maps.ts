import { splitMaps } from '../onnx/change/expose';
import type { Ask, Attention, Token } from '../trace/trace';
import { causalWithin, type Grouping } from './grouping';
import { lengthOf, sideOf, sliceAt } from './layout';
import type { GraphEntry } from './manifest';

/**
 * The attentions of one graph with the positions that each joins. Weights are views of `maps`.
 * @param maps the graph's weights, flattened and joined in the manifest's order; null leaves every attention without
 * @param asked which attentions keep their weights, by index
 * @param grouping where the sequence is long: `maps` are between its places, and so is what comes back
 * @throws Error when `maps` has not exactly as many numbers as the layout needs
 */
export function readMaps(
  graph: string,
  { attentions }: GraphEntry,
  tokens: readonly Token[],
  maps: Float32Array<ArrayBuffer> | null,
  asked: Ask['attentions'],
  grouping: Grouping | null = null,
): Attention[] {
  const shown = grouping?.places ?? tokens;
  const bare = attentions.map(({ layer, depth, stage, name, heads, causal, ...entry }): Attention => {
    const queries = sliceAt(shown, sideOf(entry, 'queries'));
    const keys = sliceAt(shown, sideOf(entry, 'keys'));
    const hidden = () => (grouping ? causalWithin(tokens, grouping, entry) : 'causal');
    const visible = causal ? hidden() : visibleOf(shown.slice(...keys));
    return { graph, layer, depth, stage, name, queries, keys, visible, heads, weights: null };
  });
  if (!maps) return bare;
  const weights = splitMaps(
    maps,
    bare.map(({ heads, queries, keys }) => [heads, lengthOf(queries), lengthOf(keys)]),
  );
  return bare.map((attention, index) =>
    asked === 'all' || (asked !== 'none' && asked.includes(index))
      ? { ...attention, weights: weights[index] }
      : attention,
  );
}

/** Padding is no key. */
function visibleOf(keys: readonly Token[]): Attention['visible'] {
  return keys.some(({ role }) => role === 'pad')
    ? Uint8Array.from(keys, ({ role }) => Number(role !== 'pad'))
    : 'all';
}
