import { plain, type Header } from './header';

/** BMP: a file header, then one of several bitmap headers; the oldest has 16-bit sizes. A negative height is top-down. */
export function readBmp(view: DataView): Header {
  const old = view.getUint32(14, true) === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = Math.abs(old ? view.getUint16(20, true) : view.getInt32(22, true));
  const bits = view.getUint16(old ? 24 : 28, true);
  const compressed = !old && view.getUint32(30, true) !== 0;
  const rows = compressed ? 0 : Math.ceil((bits * width) / 32) * 4 * height;
  const complete = view.byteLength >= view.getUint32(10, true) + rows;
  return { ...plain, kind: 'bmp', width, height, complete };
}
