import { part, percent, plain, signed } from '../../charts/ink/format';
import type { Cell, Column } from '../../charts/table/table';
import type { HeadStatistics } from '../../attention/statistics';
import { terms } from '../parts/terms';
import type { Term } from '../parts/terms';

/** A statistic of one run, as science has it: a column that is computed from the maps. */
export interface Statistic extends Column {
  format: (value: number) => string;
  of: (head: HeadStatistics) => Cell;
  /** Which share evenly spread attention would give; for those that have one. */
  even?: 'text' | 'image' | 'special';
}

const share = [0, 1] as const;

/** Words for what stands in for a column of names. */
export const nameColumns: readonly Column[] = [
  { id: 'head', name: 'head', help: 'Module and head, in the order of execution.' },
  {
    id: 'queries',
    name: 'queries',
    help: 'Whose rows the statistics are over: a mean over content queries.',
  },
];

/** Of the run that is shown, averaged over content queries of one stream. */
export const statistics: readonly Statistic[] = [
  {
    id: 'image',
    name: 'on image',
    help: 'Part of the attention that goes to patches or regions; the tick is what evenly spread attention would give.',
    format: percent,
    domain: share,
    even: 'image',
    of: ({ shares }) => ({ value: shares.image }),
  },
  {
    id: 'text',
    name: 'on text',
    help: 'Part of the attention that goes to words; the tick is what evenly spread attention would give.',
    format: percent,
    domain: share,
    even: 'text',
    of: ({ shares }) => ({ value: shares.text }),
  },
  {
    id: 'special',
    name: 'on special',
    help: 'Part of the attention that goes to [CLS], [SEP] and other tokens without content.',
    format: percent,
    domain: share,
    even: 'special',
    of: ({ shares }) => ({ value: shares.special }),
  },
  {
    id: 'preference',
    name: 'other stream',
    help: 'Preference for the other stream: log2 of the mass per key of the other stream over that per key of the own one; 0 is none, +1 twice as much.',
    format: part,
    domain: [-4, 4],
    of: ({ preference }) => cellOf(preference),
  },
  {
    id: 'entropy',
    name: 'spread',
    help: 'Shannon entropy of a row over the logarithm of its visible keys: 0 % is one key, 100 % all keys alike.',
    format: percent,
    domain: share,
    of: ({ entropy }) => cellOf(entropy),
  },
  {
    id: 'effective',
    name: 'keys',
    help: 'Effective keys, exp of the entropy: how many keys, evenly attended, would give it.',
    format: plain,
    of: ({ effective }) => ({ value: effective }),
  },
  {
    id: 'sink',
    name: 'sink',
    source: terms.sink.source,
    help: 'Largest mean part that any single key receives.',
    format: percent,
    domain: share,
    of: ({ sink }) => ({ value: sink.share }),
  },
  {
    id: 'distance',
    name: 'distance',
    help: 'Mean distance from a patch to what it attends to among the patches, in widths of what the model sees.',
    format: plain,
    of: ({ distance }) => cellOf(distance),
  },
  {
    id: 'self',
    name: 'self',
    help: 'Part that goes to the query itself.',
    format: percent,
    domain: share,
    of: ({ self }) => cellOf(self),
  },
  {
    id: 'previous',
    name: 'previous',
    help: 'Part that goes to the content token before the query.',
    format: percent,
    domain: share,
    of: ({ previous }) => cellOf(previous),
  },
  {
    id: 'next',
    name: 'next',
    help: 'Part that goes to the content token after the query.',
    format: percent,
    domain: share,
    of: ({ next }) => cellOf(next),
  },
];

const held =
  'Measured on held-out pictures like those that the model learnt from, not on the one that is shown; the tick is chance.';

/** Measured elsewhere and before, on pictures that the model never saw. */
export const heldOut: readonly Column[] = [
  {
    id: 'pointing',
    name: 'pointing',
    source: terms.pointing.source,
    help: `Share of nouns whose strongest patch lies on the named object, or whose strongest box overlaps it by half. ${held}`,
    format: percent,
    domain: share,
  },
  {
    id: 'specificity',
    name: 'specificity',
    help: `Hits on the named object minus hits on the others: a head that finds whatever stands out has 0. ${held}`,
    format: percent,
    domain: [-1, 1],
  },
  {
    id: 'naming',
    name: 'naming',
    help: `Share of patches or boxes of an object whose strongest noun is the object's own. ${held}`,
    format: percent,
    domain: share,
  },
];

/** What a sweep found: a head alone switched off. */
export const effects: readonly Column[] = [
  {
    id: 'score',
    name: 'Δ score',
    source: terms.off.source,
    help: 'Change of the caption’s score when this head alone is off; one input.',
    format: signed,
  },
  {
    id: 'foil',
    name: 'Δ over foil',
    help: 'Change of how far the caption lies above its foil when this head alone is off; one input.',
    format: signed,
  },
];

/** What a column is, as a term that says its sentence where its name stands. */
export const meaning = ({ name, help, source }: Column): Term => ({
  name: name[0].toUpperCase() + name.slice(1),
  says: help,
  source,
});

function cellOf({ value, reason }: { value: number | null; reason: string | null }): Cell {
  return { value, ...(reason && { reason }) };
}
