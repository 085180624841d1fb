import type { Box } from '../../trace/trace';

/** Intersection over union of two boxes; 0 where they do not meet. */
function overlapOf(a: Box, b: Box): number {
  const along = (axis: 0 | 1) =>
    Math.max(0, Math.min(a[axis] + a[axis + 2], b[axis] + b[axis + 2]) - Math.max(a[axis], b[axis]));
  const inside = along(0) * along(1);
  const union = a[2] * a[3] + b[2] * b[3] - inside;
  return union > 0 ? inside / union : 0;
}

/** Index of the box that shares most with another; null where none meets it. */
function mostAlike(box: Box, boxes: readonly (Box | undefined)[]): number | null {
  const shared = boxes.map((one) => (one ? overlapOf(box, one) : 0));
  const most = shared.reduce((best, share, i) => (share > shared[best] ? i : best), 0);
  return shared[most] > 0 ? most : null;
}

/** Indices of the boxes whose middle lies in another. */
function middlesWithin([x, y, width, height]: Box, boxes: readonly (Box | undefined)[]): number[] {
  return [...boxes.keys()].filter((index) => {
    const box = boxes[index];
    if (!box) return false;
    const [across, down] = [box[0] + box[2] / 2, box[1] + box[3] / 2];
    return across >= x && across < x + width && down >= y && down < y + height;
  });
}

/** Indices of what a region stands for in another model: the region most like it, or all patches whose middle is in it. */
export function answersTo(box: Box, boxes: readonly (Box | undefined)[], regions: boolean): number[] {
  if (!regions) return middlesWithin(box, boxes);
  const region = mostAlike(box, boxes);
  return region === null ? [] : [region];
}
