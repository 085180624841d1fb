import { overlayWidth } from '../../charts/figure/overlay';
import type { RegionMarks } from '../../charts/figure/regions';
import { largest } from '../../charts/ink/format';
import { fullAttention } from '../../charts/ink/ramp';
import { placeOf, tiles } from '../../charts/map/regions';
import { tagsOf } from '../../charts/map/tags';
import type { Lens } from '../../state/lens/lens.svelte';
import type { Box } from '../../trace/trace';

/** Names of boxes beside those that are selected, and the share of the strongest that each has at least. */
const [most, least] = [8, 0.1];

/** The regions of a run as a figure shows them; null for a model that has none. @param size of the picture, px */
export function marksOf(
  lens: Lens,
  size: readonly [width: number, height: number],
  crop: Box,
): RegionMarks | null {
  const { regions, overImage, selection } = lens;
  if (!regions.length) return null;
  const height = (overlayWidth * size[1]) / size[0];
  const place = (box: Box) => placeOf(box, [0, 0, 1, 1], overlayWidth, height);
  const places = regions.map(({ box }) => place(box));
  const weights = overImage?.weights ?? null;
  const top = weights ? fullAttention(largest(weights), overImage?.even ?? 0) : 0;
  const share = (index: number) => (weights && top > 0 ? Math.min(1, weights[index] / top) : 0);
  const chosen = new Set(selection.together.flatMap((target) => lens.regionOf(target) ?? []));
  const ranked = [...regions.keys()].toSorted(
    (a, b) => Number(chosen.has(b)) - Number(chosen.has(a)) || share(b) - share(a) || a - b,
  );
  const named = ranked.filter((index, rank) =>
    weights ? chosen.has(index) || (rank < most && share(index) > least) : true,
  );
  const tags = tagsOf(regions, places, named, (index) => regions[index].origin !== 'filling', place(crop));
  return {
    tiles: weights ? tiles(places, weights) : [],
    outlines: regions.flatMap(({ origin }, index) => {
      const dashed = origin === 'filling';
      if (dashed && !named.includes(index)) return [];
      return { place: places[index], share: share(index), chosen: chosen.has(index), dashed };
    }),
    names: tags.map(({ index, x, y, text }) => ({ x, y, text, chosen: chosen.has(index) })),
  };
}
