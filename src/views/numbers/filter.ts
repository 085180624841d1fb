import type { Numbers } from '../../state/lens/numbers.svelte';
import type { HeadRow } from './rows';

/** Rows that meet every condition; one without a figure meets no bound. */
export function filtered(
  rows: readonly HeadRow[],
  filter: Numbers,
  gathered: ReadonlySet<string>,
): readonly HeadRow[] {
  const wanted = filter.search.toLowerCase().split(/\s+/u).filter(Boolean);
  return rows.filter((row) => {
    const title = row.title.toLowerCase();
    if (!wanted.every((part) => title.includes(part))) return false;
    if (filter.block && !row.blocks.includes(filter.block)) return false;
    if (filter.stage && row.stage !== filter.stage) return false;
    if (filter.layer !== null && row.layer !== filter.layer) return false;
    if (filter.gathered && !gathered.has(row.id)) return false;
    if (!filter.bounded || filter.bound === null) return true;
    const value = row.cells[filter.bounded]?.value;
    if (typeof value !== 'number') return false;
    return filter.way === 'least' ? value >= filter.bound : value <= filter.bound;
  });
}

/** "12 of 24 heads" */
export function sayShown(shown: number, all: number): string {
  const heads = all === 1 ? 'head' : 'heads';
  return shown === all ? `${all} ${heads}` : `${shown} of ${all} ${heads}`;
}
