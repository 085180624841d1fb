import type { Box } from '../trace/trace';

/** Left, top, right, bottom in shares of what a model sees. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** Something that a detector sees. */
export interface Detection {
  corners: Corners;
  /** Its place in the detector's answer. */
  cell: number;
  confidence: number;
}

/** How a detector's boxes are thinned out. */
export interface Suppression {
  /** Boxes that share more of their union with a better one go. */
  overlap: number;
  /** The least probability of being something. */
  confidence: number;
  most: number;
}

const { fround } = Math;

/** Intersection over union in single precision, step by step as the lab computes it; 0 where both have no area. */
function overlapOf(a: Corners, b: Corners): number {
  const across = Math.max(0, fround(Math.min(a[2], b[2]) - Math.max(a[0], b[0])));
  const down = Math.max(0, fround(Math.min(a[3], b[3]) - Math.max(a[1], b[1])));
  const inside = fround(across * down);
  const union = fround(fround(areaOf(a) + areaOf(b)) - inside);
  return union > 0 ? fround(inside / union) : 0;
}

const areaOf = ([left, top, right, bottom]: Corners) => fround(fround(right - left) * fround(bottom - top));

/**
 * Non-maximum suppression over all classes, equal to the lab's: best first, of equal ones the first.
 * @param boxes [cells, 4], corners in single precision
 * @param logits [cells] of being something
 */
export function suppress(
  boxes: Float32Array,
  logits: Float32Array,
  { overlap, confidence, most }: Suppression,
): Detection[] {
  const found = Array.from(logits, (logit, cell): Detection => ({
    corners: [boxes[4 * cell], boxes[4 * cell + 1], boxes[4 * cell + 2], boxes[4 * cell + 3]],
    cell,
    confidence: 1 / (1 + Math.exp(-logit)),
  })).filter((one) => one.confidence >= confidence);
  const kept: Detection[] = [];
  for (const one of found.toSorted((a, b) => b.confidence - a.confidence)) {
    if (kept.length === most) break;
    if (kept.every(({ corners }) => overlapOf(one.corners, corners) <= fround(overlap))) kept.push(one);
  }
  return kept;
}

/**
 * Boxes that fill up where a detector finds too little, as the models of regions were trained with: the whole picture, its middle, its middle
 * column, its halves, quarters and ninths.
 */
export function filling(): Corners[] {
  const boxes: Corners[] = [
    [0, 0, 1, 1],
    [0.25, 0.25, 0.75, 0.75],
    [0.25, 0, 0.75, 1],
  ];
  for (const [across, down] of [
    [2, 1],
    [1, 2],
    [2, 2],
    [3, 3],
  ])
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++) boxes.push([x / across, y / down, (x + 1) / across, (y + 1) / down]);
  return boxes;
}

/** A box of the picture in shares of a part of it, cut to that part; null where nothing of it lies there. */
export function cornersWithin([x, y, width, height]: Box, [left, top, across, down]: Box): Corners | null {
  const share = (value: number) => Math.min(1, Math.max(0, value));
  const corners: Corners = [
    share((x - left) / across),
    share((y - top) / down),
    share((x + width - left) / across),
    share((y + height - top) / down),
  ];
  return corners[2] > corners[0] && corners[3] > corners[1] ? corners : null;
}

/** Corners in shares of a part of a picture as a box of the picture. */
export function boxWithin([left, top, right, bottom]: Corners, [x, y, across, down]: Box): Box {
  return [x + left * across, y + top * down, (right - left) * across, (bottom - top) * down];
}
