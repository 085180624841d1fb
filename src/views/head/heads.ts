import type { AtlasCell, AtlasRow } from '../../charts/atlas/atlas';
import { sayBlock } from '../../state/cause/ablation';
import type { Ablation } from '../../state/cause/ablation.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Look } from '../../state/lens/look';
import type { HeadChoice } from '../../state/lens/selection.svelte';
import { cellsOf } from './cells';
import type { Cells } from './cells';

export const cellId = ({ attention, head }: HeadChoice): string => `${attention}.${head}`;

/** A row for each attention module, a cell for each of its heads and one for their mean; cells are empty before the first run. */
export function atlasRows(lens: Lens): AtlasRow[] {
  const cells = cellsOf(lens);
  return (lens.trace?.attentions ?? lens.panel.attentions).map((attention, index) => {
    const heads = [...Array.from({ length: attention.heads }, (_, head) => head), 'mean' as const];
    const looks = heads.map((head) => lens.thumb(index, head));
    const direction = looks.find((look) => look)?.direction ?? '';
    return {
      id: String(index),
      name: attention.name,
      direction,
      stage: attention.stage,
      cells: heads.map((head, column): AtlasCell => {
        const name = head === 'mean' ? 'mean of heads' : `head ${head + 1}`;
        return {
          id: cellId({ attention: index, head }),
          attention: index,
          head,
          column: head === 'mean' ? 'mean' : String(head + 1),
          title: `${attention.name}, ${name}, ${direction}`,
          map: small(cells, looks[column]),
        };
      }),
    };
  });
}

function small({ grid, placed, spread }: Cells, look: Look | null): AtlasCell['map'] {
  if (!look) return null;
  if (look.stream === 'image' && placed) return { kind: 'patches', grid, weights: spread(look.weights) };
  return { kind: 'words', grid: [look.weights.length, 1], weights: look.weights };
}

/** Cells of an atlas whose heads are switched off, alone or with the whole of their module. */
export function cellsOff(ablation: Ablation): Set<string> {
  const off = ablation.panel.attentions.flatMap(({ heads }, attention) => {
    const whole = ablation.isOff(ablation.partsOf(attention, 'mean'));
    const each = Array.from({ length: heads }, (_, head) => head);
    const gone = each.filter((head) => whole || ablation.isOff(ablation.partsOf(attention, head)));
    const ids = gone.map((head) => cellId({ attention, head }));
    return gone.length === heads ? [...ids, cellId({ attention, head: 'mean' })] : ids;
  });
  return new Set(off);
}

/** What is said of modules with a block off, by the id of their row: "text → image off", "2 blocks off". */
export function notesOff(ablation: Ablation): Record<string, string> {
  const notes: Record<string, string> = {};
  for (const attention of ablation.panel.attentions.keys()) {
    const off = ablation.blocks(attention).filter((block) => ablation.isOff([{ attention, off: block }]));
    if (off.length)
      notes[attention] = off.length > 1 ? `${off.length} blocks off` : `${sayBlock(off[0])} off`;
  }
  return notes;
}
