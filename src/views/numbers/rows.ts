import { blocksOf, contentWithin } from '../../attention/blocks';
import type { Block } from '../../attention/blocks';
import { fixedShare } from '../../attention/fixed';
import type { Cell, Row } from '../../charts/table/table';
import type { Sweep } from '../../state/cause/sweep.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Measured } from '../../state/lens/measured';
import type { HeldOutHeads } from '../../state/set/heldout.svelte';
import type { Attention, Stream, Token } from '../../trace/trace';
import { statistics } from './figures';

/** A head as a row of the table. */
export interface HeadRow extends Row {
  slot: number;
  attention: number;
  head: number;
  layer: number;
  blocks: readonly Block[];
}

/** Everything that is known of the heads of one panel. */
export interface Known {
  lens: Lens;
  measured: readonly Measured[];
  heldOut: HeldOutHeads | null;
  sweep: Sweep;
}

export const rowId = (slot: number, { attention, head }: { attention: number; head: number }) =>
  `${slot}.${attention}.${head}`;

/** A row a head of the run that a panel shows, with statistics over queries of one stream, or of the only one that its module has. */
export function rowsOf({ lens, measured, heldOut, sweep }: Known, wanted: Stream): HeadRow[] {
  const { trace, panel } = lens;
  if (!trace) return [];
  return measured.flatMap((one): HeadRow[] => {
    const module = trace.attentions[one.attention];
    if (!module) return [];
    const stream = one[wanted] ? wanted : wanted === 'text' ? 'image' : 'text';
    const name = `${module.name}, head ${one.head + 1}`;
    return [
      {
        id: rowId(panel.slot, one),
        slot: panel.slot,
        attention: one.attention,
        head: one.head,
        layer: module.layer,
        title: `${panel.name}, ${name}`,
        stage: module.stage,
        blocks: Object.keys(blocksOf(module, trace.tokens)) as Block[],
        cells: {
          head: { value: name },
          model: { value: panel.name },
          queries: { value: stream },
          ...heldOutCells(module, one.head, heldOut, lens, trace.tokens),
          ...effectCells(sweep, one),
          ...statisticCells(one, module, stream, trace.tokens),
        },
      },
    ];
  });
}

/** The means of the numbers that heads of one module have, under the name of the module; null without heads. */
export function meanOf(rows: readonly HeadRow[], module: string): HeadRow | null {
  const [first] = rows;
  if (!first) return null;
  const means = Object.keys(first.cells).map((id): [string, Cell] => {
    const values = rows.flatMap(({ cells: { [id]: cell } }) =>
      typeof cell?.value === 'number' ? [cell.value] : [],
    );
    const sum = values.reduce((a, b) => a + b, 0);
    return [id, values.length ? { ...first.cells[id], value: sum / values.length } : first.cells[id]];
  });
  const name = `${module}, mean over ${rows.length} heads`;
  return { ...first, title: name, cells: { ...Object.fromEntries(means), head: { value: name } } };
}

function statisticCells(one: Measured, module: Attention, stream: Stream, tokens: readonly Token[]) {
  const figures = one[stream];
  const { fault } = one;
  const keys = module.keys[1] - module.keys[0];
  const even = {
    text: contentWithin(tokens, module.keys, 'text').length / keys,
    image: contentWithin(tokens, module.keys, 'image').length / keys,
  };
  const blank = fault
    ? `${fault.count} of its weights are no numbers`
    : figures
      ? null
      : 'it has no content queries';
  return Object.fromEntries(
    statistics.map(({ id, of, even: share }): [string, Cell] => {
      if (blank || !figures) return [id, { value: null, reason: blank ?? '' }];
      const cell = of(figures);
      const fixed = share ? fixedShare(tokens, module.keys, share) : null;
      if (fixed) return [id, { value: null, reason: fixed }];
      if (!share) return [id, cell];
      return [id, { ...cell, even: share === 'special' ? 1 - even.text - even.image : even[share] }];
    }),
  );
}

function heldOutCells(
  module: Attention,
  head: number,
  heldOut: HeldOutHeads | null,
  lens: Lens,
  tokens: readonly Token[],
): Record<string, Cell> {
  const blocks = blocksOf(module, tokens);
  const why = (block: 'tv' | 'vt') => {
    if (!blocks[block])
      return block === 'tv'
        ? 'no text queries look at image keys here'
        : 'no image queries look at text keys here';
    if (lens.panel.imported) return 'a run from a file was not measured on held-out pictures';
    return 'the heads of this model were not measured one by one on held-out pictures';
  };
  const cell = (way: 'pointing' | 'naming', key: 'value' | 'specificity', even: number | null): Cell => {
    const value = heldOut?.[way].modules[module.name]?.[key]?.[head];
    return value === undefined
      ? { value: null, reason: why(way === 'pointing' ? 'tv' : 'vt') }
      : { value, even };
  };
  return {
    pointing: cell('pointing', 'value', heldOut?.pointing.chance ?? null),
    specificity: cell('pointing', 'specificity', 0),
    naming: cell('naming', 'value', heldOut?.naming.chance ?? null),
  };
}

function effectCells(sweep: Sweep, { attention, head }: Measured): Record<string, Cell> {
  const { plain, effects, changed, stage } = sweep;
  const effect = effects.find((one) => one.attention === attention && one.head === head);
  const reason =
    stage === 'empty'
      ? 'not measured yet: “Measure all heads” in the tab “Switch off”'
      : changed
        ? `measured before the ${changed} changed`
        : 'not measured yet';
  if (!effect || !plain || changed) return { score: { value: null, reason }, foil: { value: null, reason } };
  const apart = effect.foil !== null && plain.foil !== null;
  return {
    score: { value: effect.caption - plain.caption },
    foil: apart
      ? { value: effect.caption - effect.foil! - (plain.caption - plain.foil!) }
      : { value: null, reason: 'there is no foil' },
  };
}
