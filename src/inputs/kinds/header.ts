export type Kind = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'bmp' | 'svg';

export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What the first bytes of a picture say of it. */
export interface Header {
  kind: Kind;
  /** As stored, before `orientation` is applied. */
  width: number;
  height: number;
  frames: number;
  /** EXIF orientation: 1 is upright, 5 to 8 lie on their side. */
  orientation: Orientation;
  colours: 'rgb' | 'grey' | 'cmyk';
  /** True when some of it may be transparent. */
  alpha: boolean;
  /** False when the file ends before its picture does. */
  complete: boolean;
}

/** Reads a header. @throws RangeError when the bytes end before the size is known. */
export type ReadHeader = (view: DataView) => Header;

export const plain = { frames: 1, orientation: 1, colours: 'rgb', alpha: false, complete: true } as const;

/** Bytes at..at+length-1 as text, one character a byte; shorter at the end of the file. */
export function ascii(view: DataView, at: number, length: number): string {
  const end = Math.min(view.byteLength, at + length);
  let text = '';
  for (let i = at; i < end; i++) text += String.fromCharCode(view.getUint8(i));
  return text;
}
