import { nameOf } from '../../charts/ink/names';
import type { ProfilePoint } from '../../charts/depth/profile';
import type { Column } from '../../charts/table/table';
import type { Attention } from '../../trace/trace';
import type { HeadRow } from './rows';

/** A point for each module of a run: one column of its heads, over depth. Modules without a figure keep their place and stay blank. */
export function pointsOf(
  rows: readonly HeadRow[],
  attentions: readonly Attention[],
  { id }: Column,
): ProfilePoint[] {
  const groupOf = (stage: Attention['stage']) => ({
    stage,
    rows: attentions.filter((one) => one.stage === stage),
  });
  return attentions.map((module, attention) => {
    const cells = rows.filter((row) => row.attention === attention).map(({ cells }) => cells[id]);
    const heads = cells.map((cell) => (typeof cell?.value === 'number' ? cell.value : null));
    const figures = heads.filter((value) => value !== null);
    const [first] = rows.filter((row) => row.attention === attention);
    return {
      attention,
      name: module.name,
      short: nameOf(module.name, groupOf(module.stage), 'brief'),
      stage: module.stage,
      series: `${module.stage} ${first?.blocks.join(' ') ?? ''}`,
      heads,
      mean: figures.length ? figures.reduce((sum, value) => sum + value, 0) / figures.length : null,
      even: cells.find((cell) => typeof cell?.even === 'number')?.even ?? null,
    };
  });
}
