import type { Detector, Region } from '../../architectures/sight';
import { cornersWithin, filling, suppress, type Corners } from '../../inputs/regions';
import type { Box } from '../../trace/trace';
import type { Detected } from './runs';

/** Most boxes that a visitor may give. */
const most = 100;

/** The regions that a detector finds, and boxes that fill up where it finds too few. */
export function found(answer: Detected, detector: Detector): Region[] {
  const { suppression } = detector;
  const own = suppress(answer.boxes, answer.things, suppression).map(
    ({ corners, cell, confidence }): Region => {
      return { corners, origin: 'detector', name: nounAt(answer, cell, detector), confidence };
    },
  );
  const rest = filling().map((corners): Region => ({ corners, origin: 'filling' }));
  return [...own, ...rest].slice(0, suppression.most);
}

/**
 * The visitor's boxes as regions, each named by what the detector sees at its middle; one that is the detector's or fills up stays what it was.
 * @throws Error of one sentence when there is none, too many, or one that is no box
 */
export function chosen(boxes: readonly Box[], seen: Box, answer: Detected, detector: Detector): Region[] {
  if (boxes.length < 1 || boxes.length > most)
    throw new Error(`Expected between 1 and ${most} boxes on the picture, got ${boxes.length}.`);
  const known = found(answer, detector);
  return boxes.map((box, index): Region => {
    if (!box.every(Number.isFinite))
      throw new Error(`Box ${index + 1}: expected four numbers, got ${box.join(', ')}.`);
    const corners = cornersWithin(box, seen);
    if (!corners)
      throw new Error(
        `Box ${index + 1}: expected one of some size within what the models see, got ${box.map((side) => side.toFixed(2)).join(', ')}.`,
      );
    const same = known.find((region) => isSame(region.corners, corners));
    if (same) return same;
    return { corners, origin: 'visitor', name: nounAt(answer, cellAt(corners, answer), detector) };
  });
}

const isSame = (a: Corners, b: Corners) => a.every((side, i) => Math.abs(side - b[i]) < 1e-5);

/** The fine cell at the middle of a box. */
function cellAt([left, top, right, bottom]: Corners, { things }: Detected): number {
  const side = Math.round(Math.sqrt(things.length));
  const at = (low: number, high: number) => Math.min(side - 1, Math.floor(((low + high) / 2) * side));
  return at(top, bottom) * side + at(left, right);
}

function nounAt({ nouns }: Detected, cell: number, { nouns: names }: Detector): string {
  const count = nouns.dims[2];
  const logits = nouns.data.subarray(cell * count, (cell + 1) * count);
  return names[logits.reduce((best, logit, i) => (logit > logits[best] ? i : best), 0)];
}
