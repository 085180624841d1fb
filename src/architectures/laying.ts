import { pixelBox } from '../inputs/crop';
import { framePicture } from '../inputs/frame';
import { patchTokens } from '../inputs/patches';
import { resize, type Pixels } from '../inputs/resize';
import type { Box, Features, Input, Token } from '../trace/trace';
import type { Assets, Prepared } from './adapter';
import { regionTokens } from './given';
import type { Manifest } from './manifest';
import { blank } from './seen';
import { partsOf, tiledTokens } from './tiles';

/** @throws Error when the manifest is not of a model that a visitor brought */
export function ownOf({ id, own }: Manifest): NonNullable<Manifest['own']> {
  if (!own) throw new Error(`${id}: expected the field "own" in the manifest of a visitor’s model, got none`);
  return own;
}

/** What a model sees of a picture, and which part of it that is. */
export function lookAt(
  { picture, crop }: Pick<Input, 'picture' | 'crop'>,
  manifest: Manifest,
): { pixels: Pixels; seen: Box } {
  const { size, resample, frame } = manifest.image;
  const framed = frame && framePicture(picture, crop, frame, size, resample);
  if (!seesPixels(manifest)) return { pixels: blank, seen: framed?.seen ?? crop };
  return framed ?? { pixels: resize(picture, size, resample, pixelBox(crop, picture)), seen: crop };
}

/** The sequence of a second picture behind that of the first: the text once more, and its patches. */
export function withSecond(prepared: Prepared, sequence: readonly Token[], second: Pixels): Prepared {
  const after = sequence.map((token) => ({ ...token, image: 1 }));
  return { ...prepared, second, tokens: [...prepared.tokens, ...after] };
}

/** Frames or tiles of the part of a picture that is seen, each at the size of one. */
export function tilesOf(
  picture: Input['picture'],
  seen: Box,
  { image, own }: Manifest,
): Pick<Prepared, 'tiles'> {
  const { count, as, tiled } = own?.pictures ?? { count: 1, as: 'same' };
  if (count === 1 || as === 'same') return {};
  const tile = (box: Box) => resize(picture, image.size, image.resample, pixelBox(box, picture));
  return { tiles: partsOf(count, as, seen, tiled).map(tile) };
}

const seesPixels = (manifest: Manifest) =>
  Object.values(ownOf(manifest).feeds).some((feeds) =>
    Object.values(feeds).some(({ from }) => from === 'pixels' || from === 'cut'),
  );

/** Whether padding is no key: a graph that is not told which words count looks at it as at words (SigLIP). */
const hidesPadding = (manifest: Manifest) =>
  Object.values(ownOf(manifest).feeds).some((feeds) =>
    Object.values(feeds).some(({ from }) => from === 'visible'),
  );

/** Ids as many as the graph takes, and every token in the manifest's order, or with the picture behind so many words. */
export function padded(
  { manifest, tokenizer }: Assets,
  ids: readonly number[],
  text: readonly Token[],
  seen: Box,
  pixels: Pixels,
  features?: Features,
  before?: number,
): { ids: number[]; tokens: Token[] } {
  const { sequence, image, text: layout, graphs } = manifest;
  const { length, registers, regions, places, ...own } = ownOf(manifest);
  const lead = before ?? own.lead;
  const missing = Math.max(0, (length ?? 0) - ids.length - (places?.count ?? 0));
  const pad = layout.pad ?? '[PAD]';
  const role = hidesPadding(manifest) ? 'pad' : 'sep';
  const padding = Array.from({ length: missing }, (): Token => ({ stream: 'text', role, text: pad }));
  const register = (): Token => ({ stream: 'image', role: 'register', image: 0 });
  const grid = gridOf(image, pixels);
  const { count, as, shown } = own.pictures ?? { count: 1, as: 'same', shown: null };
  const boxes = partsOf(count, as, seen);
  const patches = (shown === null ? boxes : [boxes[shown]]).flatMap((box, i) => {
    const laid = grid ? patchTokens(grid, box, image.cls) : [];
    if (registers > 0) laid.splice(image.cls ? 1 : 0, 0, ...Array.from({ length: registers }, register));
    laid.push(...Array.from({ length: own.behind ?? 0 }, register));
    return laid.map((token) => ({ ...token, image: shown ?? i }));
  });
  const { tiled } = own.pictures ?? {};
  const placed = grid && tiled ? tiledTokens(grid, tiled, seen) : patches;
  const picture = regions > 0 ? regionTokens(features, regions) : placed;
  const order = sequence.flatMap((stream) => (stream === 'text' ? [...text, ...padding] : picture));
  return {
    ids: [...ids, ...Array.from({ length: missing }, () => tokenizer.id(pad) ?? 0)],
    tokens:
      lead === undefined
        ? [...leading(graphs), ...order]
        : [...text, ...padding].toSpliced(lead, 0, ...picture),
  };
}

/** What stands before both streams, where an attention of both has such positions. */
function leading(graphs: Manifest['graphs']): Token[] {
  const leads = Object.values(graphs).flatMap(({ attentions }) => attentions.map(({ lead = 0 }) => lead));
  const count = Math.max(0, ...leads);
  return Array.from({ length: count }, (): Token => ({ stream: 'query', role: 'cls', text: '[CLS]' }));
}

/** Patches per row and column: as many as fit into a picture that is not always of one size. */
function gridOf(
  { grid, size, frame }: Manifest['image'],
  { width, height }: Pixels,
): [number, number] | null {
  if (!grid || !frame?.multiple) return grid ?? null;
  return [Math.round((grid[0] * width) / size[0]), Math.round((grid[1] * height) / size[1])];
}
