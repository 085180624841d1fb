import type { TraceFile } from '../trace/file';
import type { Box, Trace } from '../trace/trace';
import type { Panel } from './panel.svelte';
import type { Workspace } from './workspace.svelte';

/** What a panel's maps are drawn on: the page's picture and caption, or those of the file that its run came from. */
export interface Ground {
  image: ImageBitmap | null;
  crop: Box;
  caption: string;
}

export function groundOf({ imported }: Panel, workspace: Workspace): Ground {
  if (!imported) return { image: workspace.image, crop: workspace.crop, caption: workspace.caption };
  const { crop, trace } = imported.run;
  return { image: imported.image, crop, caption: trace.caption };
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
