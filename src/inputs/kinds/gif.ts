import { plain, type Header } from './header';

const extension = 0x21;
const image = 0x2c;
const trailer = 0x3b;
const graphicControl = 0xf9;

/** GIF89a: the logical screen, then extensions and images, each a row of sub-blocks that ends with an empty one. */
export function readGif(view: DataView): Header {
  const header: Header = {
    ...plain,
    kind: 'gif',
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    frames: 0,
    complete: false,
  };
  let at = 13 + colourTable(view.getUint8(10));
  while (at < view.byteLength) {
    const block = view.getUint8(at);
    if (block === trailer || (block !== extension && block !== image)) break;
    if (block === extension) {
      const control = at + 3 < view.byteLength && view.getUint8(at + 1) === graphicControl;
      if (control && header.frames === 0 && view.getUint8(at + 3) & 1) header.alpha = true;
      at = afterBlocks(view, at + 2);
    } else {
      if (at + 10 > view.byteLength) break;
      at = afterBlocks(view, at + 11 + colourTable(view.getUint8(at + 9)));
      if (at <= view.byteLength) header.frames++;
    }
  }
  return { ...header, complete: header.frames > 0, frames: Math.max(1, header.frames) };
}

const colourTable = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** The position behind the sub-blocks at `at`; beyond the file when they are cut short. */
function afterBlocks(view: DataView, at: number): number {
  while (at < view.byteLength) {
    const length = view.getUint8(at);
    at += 1 + length;
    if (length === 0) return at;
  }
  return view.byteLength + 1;
}
