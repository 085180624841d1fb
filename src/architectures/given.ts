import type { Tensor } from '../tensor/tensor';
import type { Features, Token } from '../trace/trace';
import type { Manifest, Source } from './manifest';

/** Inputs of a visitor's model that take something of regions. */
function portsOf({ graphs, own }: Manifest, from: Source['from']): Manifest['graphs'][string]['inputs'] {
  return Object.entries(graphs).flatMap(([role, { inputs }]) =>
    inputs.filter(({ name }) => own?.feeds[role]?.[name]?.from === from),
  );
}

/**
 * Holds what a detector elsewhere made of a picture against what a model takes.
 * @returns undefined where there is none, or the model takes none
 * @throws Error of one sentence for another width, another number of regions, or boxes that are wanted and not there
 */
export function featuresFor(manifest: Manifest, features: Features | undefined): Features | undefined {
  const ports = portsOf(manifest, 'vectors');
  if (!features || !ports.length) return undefined;
  const { vectors, boxes, origin } = features;
  const [count, width] = vectors.dims;
  const { name } = manifest;
  for (const { dims } of ports) {
    const [, regions, wanted] = dims;
    if (typeof wanted === 'number' && wanted !== width)
      throw new Error(
        `${name} takes ${say(wanted)} numbers for each region, and ${origin} has ${say(width)}.`,
      );
    if (typeof regions === 'number' && regions !== count)
      throw new Error(`${name} takes ${regions} regions, and ${origin} has ${count}.`);
  }
  if (!boxes && portsOf(manifest, 'corners').length)
    throw new Error(`${name} wants to know where regions lie, and ${origin} does not say.`);
  return features;
}

const say = (count: number) => count.toLocaleString('en');

/** Tokens of regions: those that are given, or as many as the model is fed zeros for. */
export function regionTokens(features: Features | undefined, count: number): Token[] {
  const region = { stream: 'image', role: 'region', image: 0 } as const;
  if (!features) return Array.from({ length: count }, () => region);
  const { vectors, boxes, confidences } = features;
  return Array.from({ length: vectors.dims[0] }, (_, i): Token => ({
    ...region,
    origin: 'file',
    ...(boxes && { box: boxes[i] }),
    ...(confidences && { confidence: confidences[i] }),
  }));
}

/** Vectors as a graph takes them: [1, regions, width]. */
export const vectorsOf = ({ vectors: { dims, data } }: Features): Tensor => ({ dims: [1, ...dims], data });

/**
 * Where regions lie, as a graph takes it: [1, regions, columns] in shares of the picture. Four columns are left, top, right and bottom; of five
 * the last is the area (ViLBERT), of seven the last are width, height and area (UNITER).
 */
export function cornersOf({ boxes }: Features, columns: number): Tensor {
  const rows = (boxes ?? []).map(([x, y, width, height]) => {
    const corners = [x, y, x + width, y + height];
    if (columns === 5) return [...corners, width * height];
    return columns === 7 ? [...corners, width, height, width * height] : corners;
  });
  return { dims: [1, rows.length, columns], data: Float32Array.from(rows.flat()) };
}
