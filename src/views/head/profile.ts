import { streamWithin } from '../../attention/blocks';
import { statistics } from '../../attention/statistics';
import type { HeadStatistics } from '../../attention/statistics';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Attention, Stream } from '../../trace/trace';

/** A figure of every head that the layer profile can show, as a share from 0 to 1. */
export interface Statistic {
  id: string;
  name: string;
  /** For the axis. */
  unit: string;
  value: (head: HeadStatistics) => number | null;
}

export const statisticsShown: readonly Statistic[] = [
  {
    id: 'entropy',
    name: 'spread',
    unit: 'entropy of a row ÷ its greatest: 0 % one key, 100 % all keys alike',
    value: ({ entropy }) => entropy.value,
  },
  {
    id: 'image',
    name: 'share on patches',
    unit: 'part of the attention that goes to image keys',
    value: ({ shares }) => shares.image,
  },
  {
    id: 'text',
    name: 'share on words',
    unit: 'part of the attention that goes to text keys',
    value: ({ shares }) => shares.text,
  },
  {
    id: 'special',
    name: 'share on special tokens',
    unit: 'part of the attention that goes to [CLS] and [SEP]',
    value: ({ shares }) => shares.special,
  },
  {
    id: 'sink',
    name: 'largest sink',
    unit: 'largest mean part that a single key receives',
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
