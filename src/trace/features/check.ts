import type { Numbers } from '../../containers/npy';
import type { Box, Features } from '../trace';

/** What a file says of the regions of one picture, before anything of it is checked. */
export interface Said {
  /** File name. */
  origin: string;
  /** Name of the picture. */
  id: string | null;
  /** Of the picture, px. */
  size: readonly [width: number, height: number] | null;
  /** [regions, 4]: left, top, right and bottom, in pixels or in shares of the picture; further columns are left alone. */
  boxes: Numbers | null;
  /** [regions, width], or the other way round where the boxes say so. */
  vectors: Numbers;
  confidences: ArrayLike<number> | null;
}

/** The picture that features should be of. */
export interface Subject {
  /** File name; null for one without. */
  name: string | null;
  width: number;
  height: number;
}

/** Most regions: what bottom-up-attention and Detectron give at most. */
const most = 100;
/** How far a box may lie outside, px: detectors round. */
const slack = 1;

const stem = (name: string) => name.replace(/\.[a-z0-9]{2,5}$/i, '').toLowerCase();
const numberIn = (name: string) => /(\d+)\D*$/.exec(stem(name))?.[1].replace(/^0+/, '') ?? '';

/** Whether a row or a file is the one of a picture: by its name, or by the number at its end, as COCO's have it. */
export function isOf(id: string, picture: string): boolean {
  if (stem(id) === stem(picture)) return true;
  const number = numberIn(id);
  return number.length > 1 && number === numberIn(picture);
}

/**
 * Features of a picture, checked against it.
 * @throws Error of one sentence: what was expected, what came, of which region
 */
export function checkFeatures(said: Said, picture: Subject): Features {
  const { origin, id, size } = said;
  if (id !== null && picture.name !== null && !isOf(id, picture.name))
    throw new Error(
      `${origin}: expected features of ${picture.name}, got those of ${id.slice(0, 60)}: drop the picture that they are of, or give it that name.`,
    );
  if (size && !isAlike(size, picture))
    throw new Error(
      `${origin}: expected features of a picture of ${picture.width} × ${picture.height} px, got those of one of ${size[0]} × ${size[1]} px: they are of another picture.`,
    );
  const vectors = vectorsOf(said);
  const [count] = vectors.dims;
  const { boxes, confidences } = said;
  if (confidences && confidences.length !== count)
    throw new Error(`${origin}: expected ${count} confidences, one a region, got ${confidences.length}.`);
  return {
    boxes: boxes && boxesOf(boxes, count, size ?? [picture.width, picture.height], origin),
    vectors,
    confidences: confidences && Array.from(confidences, (one) => Math.min(1, Math.max(0, one || 0))),
    origin,
  };
}

/** Whether two pictures have one shape, to a pixel: the features of a picture are also those of a smaller copy. */
const isAlike = ([width, height]: readonly [number, number], picture: Subject) =>
  Math.abs(width * (picture.height / height) - picture.width) <= Math.max(1, picture.height / height);

function vectorsOf({ vectors, boxes, origin }: Said): Features['vectors'] {
  const dims = vectors.dims.filter((dim, axis) => dim !== 1 || axis >= vectors.dims.length - 2);
  const [rows, width] = dims;
  if (dims.length !== 2)
    throw new Error(`${origin}: expected features of [regions, width], got [${vectors.dims.join(', ')}].`);
  const regions = boxes?.dims[0];
  const turned = regions !== undefined && rows !== regions && width === regions;
  const [count, across] = turned ? [width, rows] : [rows, width];
  if (count < 1 || count > most || across < 1)
    throw new Error(`${origin}: expected between 1 and ${most} regions, got ${count}.`);
  const data = Float32Array.from(vectors.data);
  if (turned)
    for (let region = 0; region < count; region++)
      for (let i = 0; i < across; i++) data[region * across + i] = vectors.data[i * count + region];
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0)
    throw new Error(
      `${origin}: expected numbers in the features of region ${Math.floor(odd / across) + 1}, got ${data[odd]}.`,
    );
  return { dims: [count, across], data };
}

/** Boxes as shares of the picture, cut to it where they lie outside by no more than detectors round. */
function boxesOf(
  { dims, data }: Numbers,
  count: number,
  [width, height]: readonly [number, number],
  origin: string,
): Box[] {
  const columns = dims.at(-1) ?? 0;
  const rows = data.length / columns;
  if (dims.length < 2 || columns < 4 || columns > 7)
    throw new Error(`${origin}: expected boxes of [regions, 4], got [${dims.join(', ')}].`);
  if (rows !== count) throw new Error(`${origin}: expected ${count} boxes, one a region, got ${rows}.`);
  const inPixels = data.some((value) => value > 1.5);
  const [across, down] = inPixels ? [width, height] : [1, 1];
  return Array.from({ length: count }, (_, region): Box => {
    const corners = Array.from(data.subarray(region * columns, region * columns + 4));
    const got = corners.map((value) => Number(value.toFixed(2))).join(', ');
    const wrong = (wanted: string) =>
      new Error(`${origin}: expected box ${region + 1} ${wanted}, got ${got}.`);
    if (!corners.every(Number.isFinite)) throw wrong('as four numbers');
    const shares = corners.map((value, side) => value / (side % 2 ? down : across));
    const free = [slack / width, slack / height];
    const outside = shares.some((share, side) => share < -free[side % 2] || share > 1 + free[side % 2]);
    if (outside)
      throw wrong(
        inPixels ? `within the ${width} × ${height} px of the picture` : 'within the picture, 0 to 1',
      );
    const [left, top, right, bottom] = shares.map((share) => Math.min(1, Math.max(0, share)));
    if (!(right > left && bottom > top)) throw wrong('of some size (left, top, right, bottom)');
    return [left, top, right - left, bottom - top];
  });
}
