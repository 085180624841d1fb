/**
 * One row of RGBA over white as RGB, in the rounding of Pillow's `white.paste(image, mask=alpha)`.
 * Models know no transparency; white is what a page shows behind a picture.
 */
export function flattenRow(rgba: Uint8ClampedArray, row: number, width: number, rgb: Uint8Array): void {
  let at = row * width * 4;
  for (let to = 0; to < width * 3; to += 3, at += 4) {
    const alpha = rgba[at + 3];
    if (alpha === 255) {
      rgb[to] = rgba[at];
      rgb[to + 1] = rgba[at + 1];
      rgb[to + 2] = rgba[at + 2];
    } else
      for (let channel = 0; channel < 3; channel++) {
        const mixed = rgba[at + channel] * alpha + 255 * (255 - alpha) + 128;
        rgb[to + channel] = (mixed + (mixed >> 8)) >> 8;
      }
  }
}
