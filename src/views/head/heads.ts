import type { HeadAt } from '../../attention/divergence';
import type { AtlasCell, AtlasGroup, AtlasNumber, AtlasRow } from '../../charts/atlas/atlas';
import { sayBlock } from '../../state/cause/ablation';
import type { Ablation } from '../../state/cause/ablation.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Look } from '../../state/lens/look';
import type { HeadChoice } from '../../state/lens/selection.svelte';
import type { Module } from '../../state/own/contents';
import type { TermKey } from '../parts/terms';
import { cellsOf } from './cells';
import type { Cells } from './cells';

export const cellId = ({ attention, head }: HeadChoice): string => `${attention}.${head}`;

/** What a head of this module is called. */
export function termOf(module: Module | undefined): TermKey | null {
  if (!module) return null;
  const { queries, keys } = module;
  if (queries.length > 1 || keys.length > 1) return 'joint';
  return queries[0] === keys[0] ? 'head' : 'coattention';
}

const stages = [
  { stage: 'text', name: 'text encoder' },
  { stage: 'image', name: 'image encoder' },
  { stage: 'fusion', name: 'fusion' },
] as const;

/** The heads of a module and their mean, in the order of an atlas's columns. */
const headsOf = ({ heads }: Module) => [...Array.from({ length: heads }, (_, head) => head), 'mean' as const];

/** The modules of a model by stage; those of a folded stage are not made. `isOpen` is asked with the number of modules of the stages. */
export function atlasGroups(
  modules: readonly Module[],
  isOpen: (stage: AtlasGroup['stage']) => boolean,
  row: (module: Module, attention: number) => AtlasRow,
): AtlasGroup[] {
  return stages
    .map(({ stage, name }) => {
      const places = modules.flatMap((module, at) => (module.stage === stage ? [at] : []));
      const open = isOpen(stage);
      return {
        stage,
        name,
        size: places.length,
        open,
        rows: open ? places.map((at) => row(modules[at], at)) : [],
      };
    })
    .filter(({ size }) => size > 0);
}

/** A row of small maps for what is selected; cells are empty before the first run and where a head has no map of it. */
export function mapRow(lens: Lens): (module: Module, attention: number) => AtlasRow {
  const cells = lens.sequences.map((_, picture) => cellsOf(lens, picture as 0 | 1));
  return (module, attention) => {
    const looks = headsOf(module).map((head) => lens.thumb(attention, head));
    const direction = looks.find((look) => look)?.direction ?? '';
    return rowOf(module, attention, direction, (_, column) => ({
      map: small(cells[module.picture ?? 0] ?? cells[0], looks[column]),
    }));
  };
}

/** A row of numbers, one a head. */
export function numberRow(
  said: string,
  number: (attention: number, head: number | 'mean') => AtlasNumber | null,
  why: (attention: number) => string | null = () => null,
): (module: Module, attention: number) => AtlasRow {
  return (module, attention) =>
    rowOf(module, attention, said, (head) => {
      const found = number(attention, head);
      return { map: null, number: found, ...(!found && { why: why(attention) ?? undefined }) };
    });
}

function rowOf(
  module: Module,
  attention: number,
  says: string,
  content: (head: number | 'mean', column: number) => Pick<AtlasCell, 'map' | 'number' | 'why'>,
): AtlasRow {
  const { name, stage, queries, keys } = module;
  return {
    id: String(attention),
    name,
    direction: says,
    stage,
    queries,
    keys,
    cells: headsOf(module).map((head, column) => ({
      id: cellId({ attention, head }),
      attention,
      head,
      column: head === 'mean' ? 'mean' : String(head + 1),
      title: `${name}, ${head === 'mean' ? 'mean of heads' : `head ${head + 1}`}${says && `, ${says}`}`,
      ...content(head, column),
    })),
  };
}

function small({ grid, placed, spread }: Cells, look: Look | null): AtlasCell['map'] {
  if (!look) return null;
  const { even, weights } = look;
  if (look.stream === 'image' && placed) return { kind: 'patches', grid, weights: spread(weights), even };
  return { kind: 'words', grid: [weights.length, 1], weights, even };
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

/** A head by itself, or all of its module for their mean. */
export function meantBy(
  modules: readonly { heads: number }[],
  attention: number,
  head: number | 'mean',
): HeadAt[] {
  if (head !== 'mean') return [{ attention, head }];
  return Array.from({ length: modules[attention].heads }, (_, head) => ({ attention, head }));
}
