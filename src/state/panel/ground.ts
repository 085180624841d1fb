import type { TraceFile } from '../../trace/file';
import { gridWithin } from '../../trace/grid';
import type { Box, Trace } from '../../trace/trace';
import type { Panel } from './panel.svelte';
import type { Workspace } from '../input/workspace.svelte';

/** What a panel's maps are drawn on: the page's picture and caption, or those of the file that its run came from. */
export interface Ground {
  image: ImageBitmap | null;
  crop: Box;
  caption: string;
  /** A plain grey stands for a picture that the file does not hold: nothing can show through. */
  blank: boolean;
}

export function groundOf(panel: Panel, workspace: Workspace): Ground {
  const { imported } = panel;
  if (!imported) {
    const whole = (panel.manifest?.features && !workspace.cropped) || takesRegions(panel);
    const crop = framed(panel)?.crop ?? (whole ? [0, 0, 1, 1] : workspace.crop);
    return { image: workspace.image, crop, caption: workspace.caption, blank: false };
  }
  const { crop, grid, trace, image } = imported.run;
  return {
    image: imported.image,
    crop: grid ? crop : [0, 0, 1, 1],
    caption: trace.caption,
    blank: !image,
  };
}

/** Width of the picture over its height, of a usual one until it is there. */
export const aspectOf = ({ image }: Ground): number => (image ? image.width / image.height : 4 / 3);

/** Whether a panel's model is given regions that a detector elsewhere made of the whole picture. */
export const takesRegions = ({ manifest, imported }: Panel): boolean =>
  !imported && (manifest?.own?.regions ?? 0) > 0;

/** Patches per row and column of what a panel's model sees; null where it sees no grid, or is not known yet. */
export function gridOf(panel: Panel): readonly [columns: number, rows: number] | null {
  const { imported, manifest } = panel;
  const { count = 1, shown } = manifest?.own?.pictures ?? {};
  // Frames and tiles that are shown together lie over each other.
  if (!imported && count > 1 && shown === null) return null;
  return imported ? imported.run.grid : (framed(panel)?.grid ?? manifest?.image.grid ?? null);
}

/** What a model that frames pictures itself has seen of the last one, which is not the page's square; or the places that its patches stand in. */
function framed({ manifest, trace }: Panel): ReturnType<typeof gridWithin> {
  const own = manifest?.image.frame ?? trace?.tokens.some(({ holds }) => holds !== undefined);
  return own && trace ? gridWithin(trace.tokens) : null;
}

/** The run that a panel shows, as a file keeps it; null while a picture or some of its attention is missing. */
export function keptRun(panel: Panel, trace: Trace | null, workspace: Workspace): TraceFile | null {
  if (panel.imported) return panel.imported.run;
  const { picture } = workspace;
  const { crop } = groundOf(panel, workspace);
  if (!trace || !picture || !trace.attentions.length || !trace.attentions.every(({ weights }) => weights))
    return null;
  const { interaction, streams } = panel.manifest ?? {};
  return { trace, interaction, streams, grid: gridOf(panel), crop, image: picture };
}
