import { ascii } from './header';

/** First bytes of files that people take for pictures, and what to call them. */
const signatures: readonly [pattern: RegExp, name: string][] = [
  [/^%PDF/, 'a PDF document'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF image, which browsers cannot show'],
  [/^....ftyp(hei|hev|mif1|msf1)/s, 'a HEIC image, which browsers cannot show'],
  [/^....ftyp/s, 'a video'],
  [/^\x1aE\xdf\xa3/, 'a video'],
  [/^8BPS/, 'a Photoshop document'],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, 'a JPEG XL image, which most browsers cannot show'],
  [/^\0\0\0\x0cjP/, 'a JPEG 2000 image, which browsers cannot show'],
  [/^\0\0[\x01\x02]\0/, 'an icon file'],
  [/^PK\x03\x04/, 'a ZIP archive or an office document'],
  [/^\x1f\x8b/, 'a gzip archive'],
  [/^\s*<(!doctype html|html)/i, 'a web page'],
];

/** What a file is that is no picture, in words: "a PDF document". */
export function nameOther(view: DataView): string {
  const start = ascii(view, 0, 64);
  const found = signatures.find(([pattern]) => pattern.test(start));
  if (found) return found[1];
  const text = /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(start) && /[a-z ]{3}/i.test(start);
  return text ? 'a text file' : 'a file of unknown kind';
}
