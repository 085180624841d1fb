import type { Place } from '../ink/layers';
import { regionName } from './regions';
import type { RegionBox } from './regions';

/** Where the name of a box stands, px. */
export interface Tag {
  index: number;
  text: string;
  x: number;
  y: number;
}

/** A place for a name, and how much of what is named would lie under it. */
interface Spot extends Tag {
  hides: number;
}

const tagHeight = 18;
const widthOf = (text: string) => 8 + 7 * text.length;
const placeOfTag = ({ text, x, y }: Tag): Place => [x, y, widthOf(text), tagHeight];

/** Share of a box that a name may lie over without hiding anything, and what a bare number is worth beside a name. */
const [little, number] = [0.08, 0.2];

/**
 * Names of boxes that do not cover each other, the more important first: in a corner of a large box; of a small one outside at its edge, where the
 * name does not hide what it names, nor other boxes that are named. In full where there is room, else the number, else none.
 * @param order indices of the boxes to name
 * @param full whether a box is named in full
 * @param within where names may stand, px
 */
export function tagsOf(
  boxes: readonly RegionBox[],
  places: readonly Place[],
  order: readonly number[],
  full: (index: number) => boolean,
  within: Place,
): Tag[] {
  const tags: Tag[] = [];
  const hides = (tag: Place) =>
    order.reduce((most, index) => {
      const share = shared(tag, places[index]) / Math.max(1, places[index][2] * places[index][3]);
      return share > little ? Math.max(most, share) : most;
    }, 0);
  for (const index of order) {
    const texts = full(index) ? [regionName(boxes[index], index), String(index + 1)] : [String(index + 1)];
    const spots = texts.flatMap((text, at) =>
      cornersOf(places[index], widthOf(text), within).map(([x, y]): Spot => {
        const tag = { index, text, x, y };
        return { ...tag, hides: hides(placeOfTag(tag)) + number * at };
      }),
    );
    const free = spots.filter((spot) => tags.every((tag) => shared(placeOfTag(tag), placeOfTag(spot)) === 0));
    if (!free.length) continue;
    const { text, x, y } = free.reduce((best, spot) => (spot.hides < best.hides ? spot : best));
    tags.push({ index, text, x, y });
  }
  return tags;
}

/** Where a name of some width may stand: inside at the four corners, then outside above and below. */
function cornersOf(
  [x, y, width, height]: Place,
  wide: number,
  [left, top, across, down]: Place,
): [x: number, y: number][] {
  return [y, y + height - tagHeight, y - tagHeight, y + height].flatMap((at) =>
    [x, x + width - wide].map((from): [number, number] => [
      Math.max(left, Math.min(left + across - wide, from)),
      Math.max(top, Math.min(top + down - tagHeight, at)),
    ]),
  );
}

/** Area that two rectangles share, px². */
function shared(a: Place, b: Place): number {
  const side = (axis: 0 | 1) =>
    Math.max(0, Math.min(a[axis] + a[axis + 2], b[axis] + b[axis + 2]) - Math.max(a[axis], b[axis]));
  return side(0) * side(1);
}
