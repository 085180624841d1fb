import { ascii, plain, type Header } from './header';

const flags = { animation: 0x02, alpha: 0x10 };

/**
 * WebP (RFC 9649): a RIFF file whose first chunk is lossy (VP8), lossless (VP8L) or extended (VP8X).
 * Its EXIF orientation is not read, because Chromium 156 does not apply it.
 */
export function readWebp(view: DataView): Header {
  const header: Header = {
    ...plain,
    kind: 'webp',
    ...size(view),
    complete: view.byteLength >= view.getUint32(4, true) + 8,
  };
  if (ascii(view, 12, 4) !== 'VP8X') return header;
  header.alpha = (view.getUint8(20) & flags.alpha) !== 0;
  let frames = 0;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const name = ascii(view, at, 4);
    const length = view.getUint32(at + 4, true);
    if (name === 'ANMF') frames++;
    at += 8 + length + (length & 1);
  }
  if (view.getUint8(20) & flags.animation) header.frames = Math.max(1, frames);
  return header;
}

function size(view: DataView): Pick<Header, 'width' | 'height' | 'alpha'> {
  switch (ascii(view, 12, 4)) {
    case 'VP8X':
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1, alpha: false };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return {
        width: (bits & 0x3fff) + 1,
        height: ((bits >>> 14) & 0x3fff) + 1,
        alpha: ((bits >>> 28) & 1) === 1,
      };
    }
    default:
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
        alpha: false,
      };
  }
}

const uint24 = (view: DataView, at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
