import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFeatures } from '../../../src/trace/features/features';
import { base64, bottomUpRow, corners, lxmertRow, npy, npz, subject, tsv, vectors } from './written';

const features = npy([3, 4], vectors.flat());
const withBox = (box: number[]) => lxmertRow({ boxes: base64([...corners.slice(0, 2), box].flat()) });
const row = 'row COCO_val2014_000000000042';

describe('what is refused, in a sentence', () => {
  test.each<[what: string, files: File[], sentence: string]>([
    [
      'another number of boxes than the row says',
      [tsv(lxmertRow({ num_boxes: '4' }))],
      `obj36.tsv, ${row}: expected boxes of 4 boxes, 4 numbers each, got 12 numbers: the row is cut short, or num_boxes is wrong.`,
    ],
    [
      'vectors that are cut short between numbers',
      [tsv(lxmertRow({ features: base64(vectors.flat().slice(0, 11)) }))],
      `obj36.tsv, ${row}: expected features of 3 boxes, equally many numbers each, got 11 numbers: the row is cut short, or num_boxes is wrong.`,
    ],
    [
      'base64 that is cut short',
      [tsv(lxmertRow({ features: base64(vectors.flat()).slice(0, -3) }))],
      `obj36.tsv, ${row}, features: expected float32 numbers in base64, got 61 letters that are cut short or are something else.`,
    ],
    [
      'the features of another picture, by its name',
      [tsv(lxmertRow({ img_id: 'COCO_val2014_000000000043' }))],
      'obj36.tsv: expected features of COCO_val2014_000000000042.jpg, got those of COCO_val2014_000000000043: drop the picture that they are of, or give it that name.',
    ],
    [
      'the features of many other pictures',
      [tsv(bottomUpRow('1'), bottomUpRow('2'), bottomUpRow('3'), bottomUpRow('4'))],
      'obj36.tsv: none of its 4 rows (1, 2, 3, …) is named as the picture is: give the picture the name that its row has.',
    ],
    [
      'the features of another picture, by its size',
      [tsv(lxmertRow({ img_h: '333', img_w: '500' }))],
      'obj36.tsv: expected features of a picture of 640 × 480 px, got those of one of 500 × 333 px: they are of another picture.',
    ],
    [
      'a box outside the picture',
      [tsv(withBox([320, 120, 700, 479]))],
      'obj36.tsv: expected box 3 within the 640 × 480 px of the picture, got 320, 120, 700, 479.',
    ],
    [
      'a box of no size',
      [tsv(withBox([320, 120, 320, 479]))],
      'obj36.tsv: expected box 3 of some size (left, top, right, bottom), got 320, 120, 320, 479.',
    ],
    [
      'a box that is no number',
      [tsv(withBox([320, NaN, 330, 479]))],
      'obj36.tsv: expected box 3 as four numbers, got 320, NaN, 330, 479.',
    ],
    [
      'a feature that is no number',
      [
        tsv(
          lxmertRow({ features: base64([...vectors.flat().slice(0, 5), NaN, ...vectors.flat().slice(6)]) }),
        ),
      ],
      'obj36.tsv: expected numbers in the features of region 2, got NaN.',
    ],
    [
      'other columns',
      [tsv('id\tjson')],
      'obj36.tsv: expected rows of 10 columns (img_id, img_h, img_w, objects_id, objects_conf, attrs_id, attrs_conf, num_boxes, boxes, features) or of 6 (image_id, image_w, image_h, num_boxes, boxes, features), got 2.',
    ],
    [
      'a size that is no number',
      [tsv(lxmertRow({ img_w: '-1' }))],
      `obj36.tsv, ${row}: expected a whole number in img_w, got “-1”.`,
    ],
    ['nothing', [tsv()], 'obj36.tsv: expected rows of features, got an empty file.'],
    [
      'no object',
      [npz({ features: npy([0, 4], []) })],
      'features.npz: expected between 1 and 100 regions, got 0.',
    ],
    [
      'more than a hundred',
      [npz({ features: npy([101, 2], Array<number>(202).fill(0)) })],
      'features.npz: expected between 1 and 100 regions, got 101.',
    ],
    [
      'boxes that are as many as others',
      [npz({ features, boxes: npy([2, 4], corners.flat().slice(0, 8)) })],
      'features.npz: expected 3 boxes, one a region, got 2.',
    ],
    [
      'boxes of another shape',
      [npz({ features, boxes: npy([3, 2], [0, 0, 1, 1, 2, 2]) })],
      'features.npz: expected boxes of [regions, 4], got [3, 2].',
    ],
    [
      'a grid of features',
      [npz({ features: npy([2, 2, 3], vectors.flat()) })],
      'features.npz: expected features of [regions, width], got [2, 2, 3].',
    ],
    [
      'two files of features',
      [tsv(lxmertRow()), npz({ features })],
      'Expected one file of features for the picture, got 2: obj36.tsv, features.npz.',
    ],
    [
      'a row without an end',
      [new File([new Uint8Array(17 * 2 ** 20)], 'zeros.tsv')],
      'zeros.tsv: expected rows of at most 16 MB, got a longer one: is it a file of features?',
    ],
  ])('%s', async (_, files, sentence) => {
    await expect(readFeatures(files, subject)).rejects.toThrow(new Error(sentence));
  });

  test('a hundred regions are read', async () => {
    const hundred = npz({ features: npy([100, 2], Array<number>(200).fill(1)) });
    expect((await readFeatures([hundred], subject)).vectors.dims).toEqual([100, 2]);
  });

  test('a row cut anywhere, or with any letter changed, is refused in a sentence or read with finite numbers', async () => {
    const whole = lxmertRow();
    const damaged = fc.oneof(
      fc.nat(whole.length).map((end) => whole.slice(0, end)),
      fc
        .tuple(fc.nat(whole.length - 1), fc.constantFrom('\t', '\n', '=', '7', 'A', 'ÿ', '\0'))
        .map(([at, letter]) => whole.slice(0, at) + letter + whole.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        try {
          const { vectors, boxes } = await readFeatures([tsv(text)], subject);
          expect(vectors.data.every(Number.isFinite) && boxes!.flat().every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: obj36\.tsv.*\.$/s);
        }
      }),
      { numRuns: 300 },
    );
  });
});
