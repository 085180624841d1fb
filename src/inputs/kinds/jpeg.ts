import { orientationOrUpright } from './exif';
import { ascii, plain, type Header, type Orientation } from './header';

const endOfImage = 0xd9;
const startOfScan = 0xda;
const exif = 0xe1;

/** C0 to CF start a frame, but for the tables C4, C8 and CC. */
const startsFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** ITU-T T.81: segments with lengths, then scans whose only unescaped markers are restarts. */
export function readJpeg(view: DataView): Header {
  let frame: { height: number; width: number; components: number } | null = null;
  let orientation: Orientation = 1;
  let at = 2;
  while (at < view.byteLength - 1) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === endOfImage) return made(frame, orientation, true);
    if (at + 4 > view.byteLength) break;
    const length = view.getUint16(at + 2);
    if (length < 2) break;
    if (startsFrame(marker))
      frame ??= {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    if (marker === exif && ascii(view, at + 4, 6) === 'Exif\0\0')
      orientation = orientationOrUpright(view, at + 10);
    at += 2 + length;
    if (marker === startOfScan) at = endOfScan(view, at);
  }
  return made(frame, orientation, false);
}

function endOfScan(view: DataView, at: number): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const marker = bytes[at + 1];
    if (marker !== 0 && !(marker >= 0xd0 && marker <= 0xd7)) return at;
    at += 2;
  }
}

function made(
  frame: { height: number; width: number; components: number } | null,
  orientation: Orientation,
  complete: boolean,
): Header {
  if (!frame) throw new RangeError('no frame header');
  const colours = frame.components === 4 ? 'cmyk' : frame.components === 1 ? 'grey' : 'rgb';
  return { ...plain, kind: 'jpeg', width: frame.width, height: frame.height, orientation, colours, complete };
}
