import type { Numbers } from '../../containers/npy';
import { findRow } from './rows';
import type { Said } from './check';

/** Columns of the rows that LXMERT's authors publish, and of those that bottom-up-attention writes, by how many there are. */
const columns: Readonly<Record<number, readonly string[]>> = {
  10: [
    ...['img_id', 'img_h', 'img_w', 'objects_id', 'objects_conf'],
    ...['attrs_id', 'attrs_conf', 'num_boxes', 'boxes', 'features'],
  ],
  6: ['image_id', 'image_w', 'image_h', 'num_boxes', 'boxes', 'features'],
};

/**
 * Reads the row of one picture from a file of bottom-up-attention (Anderson et al. 2018), in the columns of its authors or in LXMERT's:
 * boxes are left, top, right and bottom in pixels, numbers are float32 in base64.
 * @throws Error of one sentence when no row is the picture's, or its row is no such row
 */
export async function readTsv(file: File, wanted: (id: string) => boolean): Promise<Said> {
  const { row, id } = await findRow(file, wanted);
  const cells = row.split('\t');
  const names = columns[cells.length];
  if (!names)
    throw new Error(
      `${file.name}: expected rows of 10 columns (${columns[10].join(', ')}) or of 6 (${columns[6].join(', ')}), got ${cells.length}.`,
    );
  const cell = (name: string) => cells[names.indexOf(name)];
  const whole = (name: string) => {
    const text = cell(name).trim();
    if (!/^[1-9]\d{0,5}$/.test(text))
      throw new Error(
        `${file.name}, row ${id}: expected a whole number in ${name}, got “${text.slice(0, 20)}”.`,
      );
    return Number(text);
  };
  const count = whole('num_boxes');
  const floats = (name: string, least: number) => {
    const data = readBase64(cell(name), `${file.name}, row ${id}, ${name}`);
    const width = data.length / count;
    if (!Number.isInteger(width) || width < 1 || (least > 1 && width !== least))
      throw new Error(
        `${file.name}, row ${id}: expected ${name} of ${count} boxes, ${least > 1 ? `${least} numbers each` : 'equally many numbers each'}, got ${data.length.toLocaleString('en')} numbers: the row is cut short, or num_boxes is wrong.`,
      );
    return { dims: [count, width], data } satisfies Numbers;
  };
  return {
    origin: file.name,
    id,
    size: names.includes('img_w') ? [whole('img_w'), whole('img_h')] : [whole('image_w'), whole('image_h')],
    boxes: floats('boxes', 4),
    vectors: floats('features', 1),
    confidences: names.includes('objects_conf')
      ? readBase64(cell('objects_conf'), `${file.name}, row ${id}, objects_conf`)
      : null,
  };
}

/** Little-endian float32; Python's b'…' around them is taken off. */
function readBase64(text: string, name: string): Float32Array<ArrayBuffer> {
  const letters = text.trim().replace(/^b'(.*)'$/s, '$1');
  const good = letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters);
  const bytes = good ? Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)) : null;
  if (!bytes || bytes.length % 4)
    throw new Error(
      `${name}: expected float32 numbers in base64, got ${letters.length.toLocaleString('en')} letters that are cut short or are something else.`,
    );
  return new Float32Array(bytes.buffer);
}
