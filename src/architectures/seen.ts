import { patchTokens } from '../inputs/patches';
import { boxWithin } from '../inputs/regions';
import type { Pixels } from '../inputs/resize';
import type { Box, Token } from '../trace/trace';
import type { Feed } from './adapter';
import type { GraphEntry, Manifest } from './manifest';
import type { Sight } from './sight';

/** Stands for the pixels of a model that reads none. */
export const blank: Pixels = { width: 1, height: 1, data: new Uint8Array(3) };

/**
 * The tokens of a picture: the patches of a crop, the cells of what a backbone has seen, or regions with their names.
 * @throws Error when the manifest has no grid, or asks for a backbone's sight that is not there
 */
export function imageTokens({ id, image, features }: Manifest, crop: Box, sight: Sight | undefined): Token[] {
  const { grid, cls } = image;
  if (features && !sight) throw new Error(`${id}: expected what ${features.backbone} has seen, got none`);
  if (features?.detector && sight)
    return sight.regions.map(({ corners, origin, name, confidence }): Token => ({
      stream: 'image',
      role: 'region',
      image: 0,
      box: boxWithin(corners, sight.seen),
      origin,
      ...(name !== undefined && { name }),
      ...(confidence !== undefined && { confidence }),
    }));
  if (!grid) throw new Error(`${id}: expected a patch grid in the manifest, got none`);
  return patchTokens(grid, sight?.seen ?? crop, cls);
}

/** The inputs of a graph that come from a backbone; boxes are corners [1, regions, 4] in shares of what was seen. */
export function sightFeeds(
  { coarse, fine, regions }: Sight,
  inputs: GraphEntry['inputs'],
): Record<string, Feed> {
  const boxes = {
    dims: [1, regions.length, 4],
    data: Float32Array.from(regions.flatMap(({ corners }) => [...corners])),
  };
  const made: Record<string, { dims: readonly number[]; data: Float32Array<ArrayBuffer> }> = {
    coarse,
    fine,
    boxes,
  };
  return Object.fromEntries(
    inputs.flatMap(({ name }): [string, Feed][] =>
      name in made ? [[name, { dtype: 'float32', ...made[name] }]] : [],
    ),
  );
}
