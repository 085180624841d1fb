import { overlayFigure } from '../../charts/figure/overlay';
import { embed, toPng } from '../../charts/figure/raster';
import { largest, percent } from '../../charts/ink/format';
import { fullAttention } from '../../charts/ink/ramp';
import type { Scheme } from '../../charts/ink/ramp';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Ground } from '../../state/panel/ground';
import type { Overlay } from '../../state/set/preferences.svelte';
import { cellsOf } from './cells';
import { marksOf } from './marks';

/** The head over the regions of a picture as a PNG of twice the figure's pixels, with boxes and their names. */
export async function drawRegions(
  lens: Lens,
  { image, crop }: Ground & { image: ImageBitmap },
  style: Overlay,
  said: { title: string; direction: string; caption: string },
  scheme: Scheme,
): Promise<Blob> {
  const look = lens.overImage;
  const size = [image.width, image.height] as const;
  const figure = {
    ...(await embed(image, style, scheme)),
    size,
    crop,
    grid: cellsOf(lens).grid,
    weights: look?.weights ?? null,
    max: look && fullAttention(largest(look.weights), look.even),
    style,
    words: [],
    selected: null,
    regions: marksOf(lens, size, crop),
    format: percent,
    unit: `share of attention; uniform ${percent(look?.even ?? 0)}`,
  };
  return toPng(overlayFigure(figure, { ...said, source: lens.panel.name }, scheme), 2);
}
