import type { TraceFile } from '../../trace/file';
import { gridWithin } from '../../trace/grid';
import { readWith } from '../../trace/pair';
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

/** @param picture 1 for the second of two pictures */
export function groundOf(panel: Panel, workspace: Workspace, picture: 0 | 1 = 0): Ground {
  const { imported } = panel;
  if (picture === 1) return secondGround(panel, workspace);
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

/** The second picture, which the first stands for where none was given; a file of a run holds the first alone. */
function secondGround(panel: Panel, workspace: Workspace): Ground {
  const { imported } = panel;
  const { second } = workspace;
  const crop = framed(panel, 1)?.crop ?? [0, 0, 1, 1];
  if (imported) return { image: null, crop, caption: imported.run.trace.caption, blank: false };
  return { image: second.image ?? workspace.image, crop, caption: workspace.caption, blank: false };
}

/** Width of the picture over its height, of a usual one until it is there. */
export const aspectOf = ({ image }: Ground): number => (image ? image.width / image.height : 4 / 3);

/** Whether a panel's model is given regions that a detector elsewhere made of the whole picture. */
export const takesRegions = ({ manifest, imported }: Panel): boolean =>
  !imported && (manifest?.own?.regions ?? 0) > 0;

/** Whether a panel's model reads a text with two pictures. */
export const readsTwo = ({ manifest, imported }: Panel): boolean =>
  !imported && manifest?.own?.second === true;

/** Patches per row and column of what a panel's model sees, of the second of two pictures for 1; null where it sees no grid, or is not known yet. */
export function gridOf(panel: Panel, picture: 0 | 1 = 0): readonly [columns: number, rows: number] | null {
  const { imported, manifest } = panel;
  if (imported)
    return picture === 0
      ? imported.run.grid
      : (gridWithin(readWith(imported.run.trace.tokens, 1))?.grid ?? null);
  // Frames and tiles that are shown together lie over each other.
  const { count = 1, shown } = manifest?.own?.pictures ?? {};
  if (count > 1 && shown === null) return null;
  return framed(panel, picture)?.grid ?? manifest?.image.grid ?? null;
}

/** What a model that frames pictures itself has seen of the last one, which is not the page's square; or the places that its patches stand in. */
function framed({ manifest, trace }: Panel, picture: 0 | 1 = 0): ReturnType<typeof gridWithin> {
  const own = manifest?.image.frame ?? trace?.tokens.some(({ holds }) => holds !== undefined);
  return own && trace ? gridWithin(readWith(trace.tokens, picture)) : null;
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
