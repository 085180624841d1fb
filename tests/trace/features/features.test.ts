import { describe, expect, test } from 'vitest';
import { featureFiles, readFeatures } from '../../../src/trace/features/features';
import { writeFeatures } from '../../../src/trace/features/arrays';
import { bottomUpRow, corners, lxmertRow, npy, npz, subject, tsv, vectors } from './written';

/** By hand: corners in px over 640 and 480, as left, top, width and height; the last box to single precision. */
const shares = [
  [0, 0, 1, 1],
  [0.1, 0.1, 0.4, 0.4],
  [0.50078125, 0.25, 0.49796875, 479 / 480 - 0.25],
];

function expectAll(found: Awaited<ReturnType<typeof readFeatures>>) {
  expect(found.vectors).toEqual({ dims: [3, 4], data: Float32Array.from(vectors.flat()) });
  found.boxes!.forEach((box, i) => box.forEach((side, at) => expect(side).toBeCloseTo(shares[i][at], 6)));
}

describe('features of a picture are read', () => {
  test('from the columns of LXMERT, height before width, with what the detector was sure of', async () => {
    const found = await readFeatures([tsv(lxmertRow())], subject);
    expectAll(found);
    expect(found.confidences).toEqual([0.5, 0.25, 0.125]);
    expect(found.origin).toBe('obj36.tsv');
  });

  test('from the columns of bottom-up-attention, width before height, by the number that ends the name', async () => {
    const found = await readFeatures([tsv(bottomUpRow('41'), bottomUpRow('42'))], subject);
    expectAll(found);
    expect(found.confidences).toBeNull();
  });

  test('from the row of the picture among many, whatever ends its lines, over chunks of a long file', async () => {
    const rows = Array.from({ length: 400 }, (_, i) =>
      lxmertRow({ img_id: `COCO_val2014_${String(i + 100).padStart(12, '0')}`, features: 'A'.repeat(2000) }),
    );
    const file = new File([rows.join('\r\n'), '\r\n', lxmertRow(), '\r\n'], 'long.tsv');
    expect(file.size).toBeGreaterThan(700_000);
    expectAll(await readFeatures([file], subject));
  });

  test('from the only row, where the picture has no name', async () => {
    expectAll(await readFeatures([tsv(bottomUpRow('anything'))], { ...subject, name: null }));
  });

  test('from the picture in another size, since shares are kept', async () => {
    expectAll(await readFeatures([tsv(lxmertRow())], { ...subject, width: 320, height: 240 }));
  });

  test('from .npz files as LXMERT, OpenVQA (vectors in columns) and UNITER (shares, seven columns) have them', async () => {
    const boxes = npy([3, 4], corners.flat());
    const size = { image_w: npy([], [640]), image_h: npy([], [480]) };
    expectAll(await readFeatures([npz({ features: npy([3, 4], vectors.flat()), boxes, ...size })], subject));
    const turned = [0, 1, 2, 3].flatMap((i) => vectors.map((row) => row[i]));
    expectAll(await readFeatures([npz({ x: npy([4, 3], turned), bbox: boxes, ...size })], subject));
    const seven = corners.flatMap(([l, t, r, b]) => {
      const [x, y, w, h] = [l / 640, t / 480, (r - l) / 640, (b - t) / 480];
      return [x, y, x + w, y + h, w, h, w * h];
    });
    const uniter = npz({ norm_bb: npy([3, 7], seven), features: npy([3, 4], vectors.flat()) });
    expectAll(await readFeatures([uniter], subject));
  });

  test('from .npy files of vectors and boxes, or of vectors alone, which then lie nowhere', async () => {
    const [one, boxes] = [
      new File([npy([1, 3, 4], vectors.flat())], 'a.npy'),
      new File([npy([3, 4], corners.flat())], 'a_boxes.npy'),
    ];
    expectAll(await readFeatures([boxes, one], subject));
    const wide = new File([npy([2, 6], vectors.flat())], 'detectron.npy');
    expect((await readFeatures([wide], subject)).boxes).toBeNull();
  });

  test('and written so that they are read back', async () => {
    const found = await readFeatures([tsv(lxmertRow())], subject);
    const again = new File([writeFeatures(found)], 'kept.npz');
    expectAll(await readFeatures([again], { ...subject, name: 'renamed.png' }));
  });
});

test('files of features are told from recorded runs, from pictures and from damaged files', async () => {
  const files = [
    npz({ features: npy([3, 4], vectors.flat()) }),
    npz({ meta: npy([1], [0]), features: npy([3, 4], vectors.flat()) }),
    npz({ attention_0: npy([1], [0]) }),
    new File(['no zip'], 'broken.npz'),
    new File([''], 'photo.jpg'),
    tsv(lxmertRow()),
    new File([npy([3, 4], vectors.flat())], 'a.npy'),
  ];
  expect(await featureFiles(files)).toEqual([files[0], files[5], files[6]]);
});
