import type { Orientation } from './header';

const orientationTag = 0x0112;

/** The orientation in the EXIF data (a TIFF header and its first directory) at `at`; 1 when it says nothing sensible. */
function exifOrientation(view: DataView, at: number): Orientation {
  const order = view.getUint16(at);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = at + view.getUint32(at + 4, little);
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** As `exifOrientation`; broken EXIF data counts as none, for pictures show without it. */
export function orientationOrUpright(view: DataView, at: number): Orientation {
  try {
    return exifOrientation(view, at);
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}
