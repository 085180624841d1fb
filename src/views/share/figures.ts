import { atlasFigure } from '../../charts/figure/atlas';
import type { Said } from '../../charts/figure/frame';
import { matrixFigure } from '../../charts/figure/matrix';
import { overlayFigure } from '../../charts/figure/overlay';
import { embed, embedCells } from '../../charts/figure/raster';
import { stripFigure } from '../../charts/figure/strip';
import { largest, part, percent } from '../../charts/ink/format';
import { fullAttention } from '../../charts/ink/ramp';
import type { Scheme } from '../../charts/ink/ramp';
import type { Overlay } from '../../state/set/preferences.svelte';
import { groundOf } from '../../state/panel/ground';
import type { Panel } from '../../state/panel/panel.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Workspace } from '../../state/input/workspace.svelte';
import { cellsOf } from '../head/cells';
import { marksOf } from '../head/marks';
import { sayHead, sayTarget } from '../parts/sentences';
import { atlasOf, matrixOf, wordsOf } from './drawn';

import { saySource, sourceOf } from '../parts/source';

/** What a figure is drawn of. */
export interface View {
  panel: Panel;
  lens: Lens;
  workspace: Workspace;
  overlay: Overlay;
  scale: 'own' | 'common';
}

/** A figure that can be taken away. */
export interface Figure {
  id: string;
  title: string;
  /** @returns null where there is nothing to draw yet */
  draw: (view: View, scheme: Scheme) => Promise<string | null>;
}

/** Cells from which on a matrix is embedded as pixels: as shapes it would be tens of megabytes. */
const many = 100_000;

/** In the order in which they stand. */
export const figures: readonly Figure[] = [
  { id: 'overlay', title: 'Picture', draw: drawOverlay },
  { id: 'atlas', title: 'All heads', draw: (view, scheme) => Promise.resolve(drawAtlas(view, scheme)) },
  { id: 'matrix', title: 'Matrix', draw: drawMatrix },
  { id: 'strip', title: 'Architecture', draw: (view, scheme) => Promise.resolve(drawStrip(view, scheme)) },
];

async function drawOverlay(view: View, scheme: Scheme): Promise<string | null> {
  const { panel, lens, workspace } = view;
  const { image, crop, blank } = groundOf(panel, workspace, lens.picture);
  if (!image || !lens.trace) return null;
  const cells = cellsOf(lens);
  const parts = lens.parts?.overImage ?? null;
  const look = lens.overImage?.weights ?? parts;
  const plain = blank ? 'tint' : view.overlay;
  const style = parts && !lens.overImage ? 'signed' : plain;
  /** A map under twice the even share stays as pale as on the page. */
  const even = style === 'signed' ? undefined : lens.overImage?.even;
  const weights = look && cells.placed ? cells.spread(look) : null;
  const { point, picture = 0 } = lens.selection.target ?? {};
  return overlayFigure(
    {
      ...(await embed(image, style, scheme)),
      size: [image.width, image.height],
      crop,
      grid: cells.grid,
      weights,
      max: look && even !== undefined ? fullAttention(largest(look), even) : null,
      style,
      words: wordsOf(lens),
      selected: point && picture === lens.picture ? cells.at(point) : null,
      regions: marksOf(lens, [image.width, image.height], crop),
      format: style === 'signed' ? part : percent,
      unit: even === undefined ? 'part of the similarity' : `share of attention; uniform ${percent(even)}`,
    },
    said(view, lens.overImage?.direction ?? 'no attention over the picture'),
    scheme,
  );
}

function drawAtlas(view: View, scheme: Scheme): string | null {
  const { lens, scale } = view;
  if (!lens.trace?.attentions.length) return null;
  const rows = atlasOf(lens);
  const maps = rows.flatMap(({ cells }) => cells.flatMap(({ map }) => map ?? []));
  const common = scale === 'common' ? largest(maps.map(({ weights }) => largest(weights))) : null;
  const selected = lens.settled && `${lens.settled.attention}.${lens.settled.head}`;
  const about = { ...said(view, 'every head'), title: `${view.panel.name} · all heads` };
  return atlasFigure({ rows, selected, common, format: percent }, about, scheme);
}

async function drawMatrix(view: View, scheme: Scheme): Promise<string | null> {
  const matrix = matrixOf(view.lens);
  if (!matrix) return null;
  const { queries, keys, weights } = matrix;
  const grid = [keys.length, queries.length] as const;
  const raster = weights.length > many ? await embedCells(grid, weights, largest(weights), scheme) : null;
  const about = { ...said(view, ''), direction: 'every query and every key of this head' };
  return matrixFigure({ ...matrix, raster, format: percent }, about, scheme);
}

function drawStrip(view: View, scheme: Scheme): string | null {
  const { panel, lens } = view;
  if (!panel.attentions.length) return null;
  const about = { ...said(view, ''), title: `${panel.name} · attention modules`, caption: '' };
  const { interaction, streams } = panel.manifest ?? panel.imported?.run ?? {};
  about.direction = [interaction, streams && `${streams} stream`].filter(Boolean).join(', ');
  return stripFigure({ modules: panel.attentions, selected: lens.settled?.attention ?? null }, about, scheme);
}

function said({ panel, lens, workspace }: View, direction: string): Said {
  return {
    title: `${panel.name} · ${sayHead(lens)}`,
    direction: [sayTarget(lens), direction].filter(Boolean).join(': '),
    caption: lens.trace?.caption ?? groundOf(panel, workspace).caption,
    source: saySource(sourceOf(panel)) ?? panel.name,
  };
}
