import { streamWithin } from '../../attention/blocks';
import { statistics } from '../../attention/statistics';
import type { HeadStatistics } from '../../attention/statistics';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Attention, Stream } from '../../trace/trace';

/** A figure of every head that the layer profile can show, as a share from 0 to 1. */
export interface Statistic {
  id: string;
  name: string;
  /** What its numbers are of, in a line or two of a narrow panel. */
  unit: string;
  value: (head: HeadStatistics) => number | null;
}

export const statisticsShown: readonly Statistic[] = [
  {
    id: 'entropy',
    name: 'spread',
    unit: '0 % one key, 100 % all keys alike',
    value: ({ entropy }) => entropy.value,
  },
  {
    id: 'image',
    name: 'share on patches',
    unit: 'of attention, to image keys',
    value: ({ shares }) => shares.image,
  },
  {
    id: 'text',
    name: 'share on words',
    unit: 'of attention, to text keys',
    value: ({ shares }) => shares.text,
  },
  {
    id: 'special',
    name: 'share on special tokens',
    unit: 'of attention, to [CLS] and [SEP]',
    value: ({ shares }) => shares.special,
  },
  {
    id: 'sink',
    name: 'largest sink',
    unit: 'the most that one key receives',
    value: ({ sink }) => sink.share,
  },
];

const known = new WeakMap<Attention, Partial<Record<Stream, readonly HeadStatistics[]>>>();

/** Statistics of every head of a module, over queries of the selected token's stream, of its only stream where it lacks that one. They are worked out once a run. */
export function figuresOf(lens: Lens, attention: Attention): readonly HeadStatistics[] {
  const tokens = lens.trace?.tokens ?? [];
  const own = lens.selection.selected?.point ? 'image' : 'text';
  const other = own === 'text' ? 'image' : 'text';
  const stream = streamWithin(tokens, attention.queries, own) ? own : other;
  const figures = known.get(attention) ?? {};
  known.set(attention, figures);
  return (figures[stream] ??= statistics(attention, tokens, stream) ?? []);
}
