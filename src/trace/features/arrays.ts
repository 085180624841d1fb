import { readNpy, writeNpy, type Numbers } from '../../containers/npy';
import { readZip } from '../../containers/unzip';
import { writeZip } from '../../containers/zip';
import type { Features } from '../trace';
import type { Said } from './check';

/** What arrays are called by those who publish features: LXMERT, MMF, OpenVQA, UNITER, and this page first. */
const called = {
  vectors: ['features', 'x', 'feat', 'feats', 'roi_features', 'visual_feats', 'visual_embeds'],
  boxes: ['boxes', 'bbox', 'bboxes', 'norm_bb', 'normalized_boxes', 'visual_pos'],
  confidences: ['confidences', 'objects_conf', 'obj_conf', 'scores'],
  width: ['image_w', 'img_w', 'image_width', 'width'],
  height: ['image_h', 'img_h', 'image_height', 'height'],
  id: ['image_id', 'img_id'],
} as const;

/** Names of the members of a ZIP file that a file of features has, and a recorded run has not. */
export const memberNames: readonly string[] = called.vectors.map((name) => `${name}.npy`);

type Arrays = ReadonlyMap<string, Numbers | string>;

/**
 * Reads features from a .npz file, or from one or two .npy files: vectors, and boxes beside them.
 * @throws Error of one sentence when there are none
 */
export async function readArrays(files: readonly File[]): Promise<Said> {
  const [npz] = files.filter(({ name }) => /\.npz$/i.test(name));
  const arrays = npz ? await unpack(npz) : await gather(files);
  const origin = (npz ?? files[0]).name;
  const find = (what: keyof typeof called) => {
    const name = called[what].find((one) => arrays.has(one));
    return name === undefined ? undefined : arrays.get(name);
  };
  const numbers = (what: keyof typeof called) => {
    const found = find(what);
    return typeof found === 'object' ? found : null;
  };
  const vectors = numbers('vectors');
  if (!vectors)
    throw new Error(
      `${origin}: expected an array of features (${called.vectors.join(', ')}), got ${[...arrays.keys()].join(', ') || 'none'}.`,
    );
  const [width, height] = [numbers('width')?.data[0], numbers('height')?.data[0]];
  const id = find('id');
  return {
    origin,
    id: typeof id === 'string' ? id : typeof id === 'object' ? String(id.data[0]) : null,
    size: width && height ? [width, height] : null,
    boxes: numbers('boxes'),
    vectors,
    confidences: numbers('confidences')?.data ?? null,
  };
}

async function unpack(file: File): Promise<Arrays> {
  const members = await readZip(new Uint8Array(await file.arrayBuffer()));
  const known = new Set<string>(Object.values(called).flat());
  return new Map(
    [...members].flatMap(([member, bytes]) => {
      const name = member.replace(/\.npy$/, '');
      return known.has(name) ? [[name, readNpy(bytes, `${file.name}, ${name}`)] as const] : [];
    }),
  );
}

/** Arrays of single files: the one with "box" in its name are the boxes, else the one of four columns. */
async function gather(files: readonly File[]): Promise<Arrays> {
  const isNamed = files.some(({ name }) => /box/i.test(name));
  const arrays = new Map<string, Numbers | string>();
  for (const file of files) {
    const content = readNpy(new Uint8Array(await file.arrayBuffer()), file.name);
    if (typeof content === 'string')
      throw new Error(`${file.name}: expected an array of features, got a text.`);
    const isBoxes = isNamed ? /box/i.test(file.name) : content.dims.at(-1) === 4;
    const what = isBoxes ? 'boxes' : 'features';
    if (arrays.has(what))
      throw new Error(`Expected one file of ${what}, got two: ${files.map(({ name }) => name).join(', ')}.`);
    arrays.set(what, content);
  }
  return arrays;
}

/** Features as a .npz file that is read back to the same, of a picture of one pixel: boxes stay shares. */
export function writeFeatures({ boxes, vectors, confidences }: Features): Uint8Array<ArrayBuffer> {
  const array = (dims: number[], values: readonly number[]) =>
    writeNpy({ dims, data: Float32Array.from(values) });
  const members = new Map([
    ['features.npy', writeNpy({ dims: vectors.dims, data: vectors.data })],
    ...(boxes
      ? [
          [
            'boxes.npy',
            array(
              [boxes.length, 4],
              boxes.flatMap(([x, y, w, h]) => [x, y, x + w, y + h]),
            ),
          ] as const,
        ]
      : []),
    ...(confidences ? [['confidences.npy', array([confidences.length], confidences)] as const] : []),
  ]);
  return writeZip(members);
}
