import { orientationOrUpright } from './exif';
import { ascii, plain, type Header } from './header';

/** PNG and APNG: chunks of length, name, data and checksum; the first is IHDR. */
export function readPng(view: DataView): Header {
  const colour = view.getUint8(25);
  const header: Header = {
    ...plain,
    kind: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    colours: colour === 0 || colour === 4 ? 'grey' : 'rgb',
    alpha: colour === 4 || colour === 6,
    complete: false,
  };
  let at = 8;
  while (at + 12 <= view.byteLength) {
    const name = ascii(view, at + 4, 4);
    if (name === 'acTL') header.frames = Math.max(1, view.getUint32(at + 8));
    if (name === 'tRNS') header.alpha = true;
    if (name === 'eXIf') header.orientation = orientationOrUpright(view, at + 8);
    if (name === 'IEND') return { ...header, complete: true };
    at += 12 + view.getUint32(at);
  }
  return header;
}
