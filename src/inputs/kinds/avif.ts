import { ascii, plain, type Header } from './header';

interface Part {
  name: string;
  start: number;
  end: number;
}

/** AVIF: boxes within boxes (ISO 14496-12). The picture is the largest extent among the item properties, quarter turns beside it. */
export function readAvif(view: DataView): Header {
  const whole = { name: '', start: 0, end: view.byteLength };
  const properties = inside(view, whole, ['meta', 'iprp', 'ipco']).flatMap((part) => parts(view, part));
  const extents = properties
    .filter((part) => part.name === 'ispe')
    .map(({ start }) => ({ width: view.getUint32(start + 4), height: view.getUint32(start + 8) }))
    .sort((a, b) => b.width * b.height - a.width * a.height);
  if (extents.length === 0) throw new RangeError('no extent');
  const turn = properties.find((part) => part.name === 'irot');
  const sideways = turn !== undefined && view.getUint8(turn.start) % 2 === 1;
  const auxiliary = properties
    .filter((part) => part.name === 'auxC')
    .map((part) => ascii(view, part.start + 4, 44));
  const samples = inside(view, whole, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz']);
  return {
    ...plain,
    kind: 'avif',
    width: sideways ? extents[0].height : extents[0].width,
    height: sideways ? extents[0].width : extents[0].height,
    frames: Math.max(1, ...samples.map(({ start }) => view.getUint32(start + 8))),
    alpha: auxiliary.some((name) => name.includes('alpha')),
    complete: parts(view, whole).every((part) => part.end <= view.byteLength),
  };
}

/** All boxes that lie at the end of a path of names. */
function inside(view: DataView, parent: Part, path: readonly string[]): Part[] {
  if (path.length === 0) return [parent];
  const [name, ...rest] = path;
  return parts(view, parent)
    .filter((part) => part.name === name)
    .flatMap((part) => inside(view, part, rest));
}

/** The boxes in a box; their insides start behind the head, and for `meta` behind its version too. */
function parts(view: DataView, { start, end }: Part): Part[] {
  const found: Part[] = [];
  let at = start;
  while (at + 8 <= Math.min(end, view.byteLength)) {
    const name = ascii(view, at + 4, 4);
    const short = view.getUint32(at);
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short;
    if (length < 8) break;
    found.push({ name, start: at + (short === 1 ? 16 : 8) + (name === 'meta' ? 4 : 0), end: at + length });
    at += length;
  }
  return found;
}
