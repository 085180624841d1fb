import type { TraceFile } from '../../trace/file';
import type { Box, Trace } from '../../trace/trace';
import type { Panel } from './panel.svelte';
import type { Workspace } from '../input/workspace.svelte';

/** What a panel's maps are drawn on: the page's picture and caption, or those of the file that its run came from. */
export interface Ground {
  image: ImageBitmap | null;
  crop: Box;
  caption: string;
}

export function groundOf({ imported }: Panel, workspace: Workspace): Ground {
  if (!imported) return { image: workspace.image, crop: workspace.crop, caption: workspace.caption };
  const { crop, grid, trace } = imported.run;
  return { image: imported.image, crop: grid ? crop : [0, 0, 1, 1], caption: trace.caption };
}

/** Patches per row and column of what a panel's model sees; null where it sees no grid, or is not known yet. */
export function gridOf({ imported, manifest }: Panel): readonly [columns: number, rows: number] | null {
  return imported ? imported.run.grid : (manifest?.image.grid ?? null);
}

/** The run that a panel shows, as a file keeps it; null while a picture or some of its attention is missing. */
export function keptRun(panel: Panel, trace: Trace | null, workspace: Workspace): TraceFile | null {
  if (panel.imported) return panel.imported.run;
  const { picture, crop } = workspace;
  if (!trace || !picture || !trace.attentions.length || !trace.attentions.every(({ weights }) => weights))
    return null;
  const { interaction, streams, image } = panel.manifest ?? {};
  return { trace, interaction, streams, grid: image?.grid ?? null, crop, image: picture };
}
