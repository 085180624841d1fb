import type { Meta, SaidModule, SaidPositions } from './meta';
import type { Numbers } from '../containers/npy';
import type { Attention, Slice, Token } from './trace';

/** What an attention joins, in the order of the tokens' streams. */
type Side = 'text' | 'image' | 'query' | 'all';

/** An attention of a file before its numbers are looked at: `weights` as [head, query, key], `visible` as the file has it. */
export interface Joined extends Omit<Attention, 'weights' | 'visible'> {
  weights: Numbers;
  isCausal: boolean;
  visible: Numbers | undefined;
}

const named = (name: string) => /^attention[._/](\d+)$/.exec(name)?.[1];

/**
 * The attentions of a trace file in their order: arrays "attention_0", "attention_1" and on, each [head, query, key] or
 * [1, head, query, key]. Where the file does not say what the queries and the keys are, their numbers tell it.
 * @throws Error of one sentence when there are none, one is missing, has another shape, or fits no tokens
 */
export function joinAttentions(
  arrays: ReadonlyMap<string, Numbers>,
  { attentions: said }: Meta,
  tokens: readonly Token[],
): Joined[] {
  const found = [...arrays].filter(([name]) => named(name));
  const maps = found.toSorted(([a], [b]) => Number(named(a)) - Number(named(b)));
  if (!maps.length) {
    const names = [...arrays.keys()].slice(0, 5).join(', ') || 'no array';
    throw new Error(`Expected attention as arrays attention_0, attention_1 and on, got ${names}.`);
  }
  maps.forEach(([name], index) => {
    if (Number(named(name)) !== index) throw new Error(`Expected attention_${index} next, got ${name}.`);
  });
  if (said && said.length !== maps.length)
    throw new Error(`meta tells of ${said.length} attentions, but the file holds ${maps.length}.`);
  const sides = maps.map(([name, { dims }], index) => sidesOf(name, dims, said?.[index] ?? {}, tokens));
  const fusion = sides.findIndex(({ query, key }) => query !== key || query === 'all');
  const counts = new Map<string, number>();
  return maps.map(([name, numbers], index): Joined => {
    const { name: given, stage, layer, depth, visible = 'all' } = said?.[index] ?? {};
    const { query, key, queries, keys } = sides[index];
    const fused = fusion >= 0 && index >= fusion;
    const kind = kindOf(query, key, fused);
    const place = counts.get(kind) ?? 0;
    counts.set(kind, place + 1);
    const dims = numbers.dims.slice(-3);
    return {
      graph: 'trace',
      name: given ?? `${kind} ${place + 1}`,
      layer: layer ?? place,
      depth: depth ?? (maps.length > 1 ? index / (maps.length - 1) : 0),
      stage: stage ?? (fused || query === 'all' || query === 'query' ? 'fusion' : query),
      heads: dims[0],
      queries,
      keys,
      weights: { dims, data: numbers.data },
      isCausal: visible === 'causal',
      visible: arrays.get(name.replace('attention', 'visible')),
    };
  });
}

function kindOf(query: Side, key: Side, fused: boolean): string {
  if (query === 'all' && key === 'all') return 'joint';
  if (query !== key) return `${query} → ${key}`;
  return fused ? `fusion ${query}` : query;
}

function sidesOf(name: string, dims: readonly number[], said: SaidModule, tokens: readonly Token[]) {
  const isBatch = dims.length === 4 && dims[0] === 1;
  if ((dims.length !== 3 && !isBatch) || dims.includes(0))
    throw new Error(
      `${name}: expected [head, query, key] or [1, head, query, key], got [${dims.join(', ')}].`,
    );
  const [rows, columns] = dims.slice(-2);
  const [query, queries] = sideOf(name, 'queries', rows, said.queries, tokens);
  const [key, keys] = sideOf(name, 'keys', columns, said.keys, tokens);
  return { query, queries, key, keys };
}

function sideOf(
  name: string,
  what: 'queries' | 'keys',
  count: number,
  said: SaidPositions | undefined,
  tokens: readonly Token[],
): [side: Side, slice: Slice] {
  const spans = (['text', 'image', 'query', 'all'] as const).flatMap((side) => {
    const slice = spanOf(tokens, side);
    return slice && (side !== 'all' || slice[1] > 0) ? [[side, slice] as const] : [];
  });
  const has = spans.map(([side, [start, end]]) => `${end - start} (${side})`).join(', ');
  if (Array.isArray(said)) {
    const [start, end] = said;
    if (end > tokens.length || end - start !== count)
      throw new Error(
        `${name}: expected ${count} ${what} among ${tokens.length} tokens, got ${start} to ${end}.`,
      );
    const stream = tokens[start].stream;
    return [
      tokens.slice(start, end).every((token) => token.stream === stream) ? stream : 'all',
      [start, end],
    ];
  }
  const fits = spans.filter(([side, [start, end]]) => end - start === count && (!said || side === said));
  const [first, ...others] = fits.filter(([side], at) => at === 0 || side !== 'all');
  if (!first) throw new Error(`${name}: expected as many ${what} as there are tokens, ${has}, got ${count}.`);
  if (others.length)
    throw new Error(
      `${name}: ${count} ${what} may be ${[first, ...others].map(([side]) => side).join(' or ')}: expected meta to say which.`,
    );
  return [first[0], first[1]];
}

/** The positions of a stream when they lie side by side. */
function spanOf(tokens: readonly Token[], side: Side): Slice | null {
  if (side === 'all') return [0, tokens.length];
  const start = tokens.findIndex(({ stream }) => stream === side);
  const end = tokens.findLastIndex(({ stream }) => stream === side) + 1;
  const isWhole = start >= 0 && tokens.slice(start, end).every(({ stream }) => stream === side);
  return isWhole ? [start, end] : null;
}
