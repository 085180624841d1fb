import { writeNpy } from '../../../src/containers/npy';
import { writeZip } from '../../../src/containers/zip';

/** Numbers as bottom-up-attention writes them: float32 in base64. */
export const base64 = (values: readonly number[]) =>
  Buffer.from(Float32Array.from(values).buffer).toString('base64');

/** Corners of regions of a picture of 640 × 480 px. */
export const corners = [
  [0, 0, 640, 480],
  [64, 48, 320, 240],
  [320.5, 120, 639.2, 479],
];
export const vectors = [
  [0, 0.5, 1, 1.5],
  [2, 2.5, 3, 3.5],
  [4, 4.5, 5, 5.5],
];

/** A row of LXMERT's authors; any cell can be another. */
export function lxmertRow(cells: Partial<Record<string, string>> = {}): string {
  const said: Record<string, string> = {
    img_id: 'COCO_val2014_000000000042',
    img_h: '480',
    img_w: '640',
    objects_id: base64([1, 2, 3]),
    objects_conf: base64([0.5, 0.25, 0.125]),
    attrs_id: base64([1, 2, 3]),
    attrs_conf: base64([0.5, 0.25, 0.125]),
    num_boxes: '3',
    boxes: base64(corners.flat()),
    features: base64(vectors.flat()),
    ...cells,
  };
  return Object.values(said).join('\t');
}

/** A row of bottom-up-attention itself: fewer columns, and width before height. */
export const bottomUpRow = (id = '42') =>
  [id, '640', '480', '3', base64(corners.flat()), base64(vectors.flat())].join('\t');

export const tsv = (...rows: string[]) => new File([rows.map((row) => `${row}\n`).join('')], 'obj36.tsv');

export const npy = (dims: number[], values: readonly number[]) =>
  writeNpy({ dims, data: Float32Array.from(values) });

/** A .npz file of arrays by their names. */
export const npz = (arrays: Record<string, Uint8Array>) =>
  new File(
    [writeZip(new Map(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])))],
    'features.npz',
  );

export const subject = { name: 'COCO_val2014_000000000042.jpg', width: 640, height: 480 };
