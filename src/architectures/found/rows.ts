import type { Part } from './feeds';

/** What vectors as wide as the pixels of patches may be. */
export const rowsHold = {
  pixels: 'patches, the colours of a pixel side by side (Fuyu, SigLIP 2)',
  channels: 'patches, all of the red first, then green, then blue',
  regions: 'what a detector made of regions',
} as const;

/** A part whose rows of numbers hold what was answered: see `rowsHold`. */
export function withRows(part: Part, answer: string | undefined): Part {
  const { inspection } = part;
  const { image } = inspection.architecture;
  if (!image?.value.cut?.last || !answer || answer === 'pixels') return part;
  const value =
    answer === 'regions'
      ? { kind: 'region' as const, size: null, grid: null, patch: null, extra: 0 }
      : { ...image.value, cut: { ...image.value.cut, last: false } };
  const architecture = { ...inspection.architecture, image: { ...image, value } };
  return { ...part, inspection: { ...inspection, architecture } };
}
