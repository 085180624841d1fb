import { expect, test } from 'vitest';
import { groupingOf } from '../../../src/architectures/grouping';
import { tiledTokens } from '../../../src/architectures/tiles';
import { inspectModel } from '../../../src/architectures/found/inspection';
import { tiledBy } from '../../../src/onnx/find/tiled';
import { input as port, model, node, output, weight } from '../../onnx/build';
import { bring, everything, input } from '../bring';
import { fileOf, tinyTokenizer } from './ownfiles';

test('how many places a picture has in a text tells how its tiles stand', () => {
  expect(tiledBy([24, 24], 5, 576 + 48 * 49)).toEqual({ columns: 2, rows: 2 });
  expect(tiledBy([24, 24], 5, 576 + 24 * 97)).toEqual({ columns: 4, rows: 1 });
  expect(tiledBy([24, 24], 5, 576 + 96 * 25)).toEqual({ columns: 1, rows: 4 });
  expect(tiledBy([24, 24], 5, 5 * 576)).toBeNull();
});

/**
 * LLaVA-NeXT's way with a picture and two tiles beside each other: two of the four patches in each are 8 px high, 14 places in the text behind its first word. What each patch became is
 * its own mean colour.
 */
const places = 14;
const eye = (size: number) => Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
const tiled = () =>
  model([
    port('input_ids', [1, places + 5], 7),
    port('pixel_values', [1, 3, 3, 16, 16]),
    weight('table', [99, 3], Array<number>(297).fill(0)),
    weight('five', [], [5], 7),
    weight('apart', [4], [3, 3, 16, 16], 7),
    weight(
      'mean',
      [3, 3, 8, 8],
      eye(3).flatMap((one) => Array<number>(64).fill(one / 64)),
    ),
    weight('rows', [4], [3, 1, 3, 4], 7),
    weight('first', [1], [0], 7),
    weight('others', [2], [1, 2], 7),
    weight('across', [4], [1, 0, 2, 3], 7),
    weight('strip', [3], [3, 2, 4], 7),
    weight('separator', [3, 2, 1], Array<number>(6).fill(0)),
    weight('line', [2], [3, 10], 7),
    weight('flat', [2], [3, 4], 7),
    weight('at', [places, 2], Array.from({ length: places }, (_, i) => [0, i + 1]).flat(), 7),
    node('Gather', ['table', 'input_ids'], ['words']),
    node('Equal', ['input_ids', 'five'], ['place']),
    node('Reshape', ['pixel_values', 'apart'], ['pictures']),
    node('Conv', ['pictures', 'mean'], ['cells'], { strides: [8, 8], kernel_shape: [8, 8] }),
    node('Reshape', ['cells', 'rows'], ['columns']),
    node('Transpose', ['columns'], ['patches'], { perm: [0, 1, 3, 2] }),
    node('MatMul', ['patches', 'columns'], ['seen scores']),
    node('Softmax', ['seen scores'], ['seen weights'], { axis: -1 }),
    node('MatMul', ['seen weights', 'patches'], ['seen']),
    node('Gather', ['cells', 'first'], ['whole']),
    node('Reshape', ['whole', 'flat'], ['whole row']),
    node('Gather', ['cells', 'others'], ['tiles']),
    node('Transpose', ['tiles'], ['turned'], { perm: [1, 2, 0, 3] }),
    node('Reshape', ['turned', 'strip'], ['strips']),
    node('Concat', ['strips', 'separator'], ['separated'], { axis: 2 }),
    node('Reshape', ['separated', 'line'], ['tile row']),
    node('Concat', ['whole row', 'tile row'], ['row'], { axis: 1 }),
    node('Transpose', ['row'], ['features'], { perm: [1, 0] }),
    node('ScatterND', ['words', 'at', 'features'], ['x']),
    node('Transpose', ['x'], ['keys'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 'keys'], ['scores']),
    node('Softmax', ['scores'], ['weights'], { axis: -1 }),
    node('MatMul', ['weights', 'x'], ['context']),
    output('context', [1, places + 5, 3]),
    output('seen', [3, 1, 4, 3]),
  ]);

test('tiles in a text: separators stand behind the rows of all tiles, and what a patch of the picture changes is at the place of its token', async () => {
  const bytes = tiled();
  const { image } = inspectModel('model.onnx', bytes, {}).architecture;
  expect(image).toMatchObject({ sure: false, value: { grid: [2, 2], tiled: { columns: 2, rows: 1 } } });
  const said = JSON.stringify({ image_mean: [0, 0, 0], image_std: [1, 1, 1], resample: 0 });
  const { engine, folder, manifest } = await bring([
    fileOf('model.onnx', bytes),
    fileOf('tokenizer.json', tinyTokenizer()),
    fileOf('preprocessor_config.json', said),
  ]);
  expect(manifest.own!.pictures).toEqual({
    count: 3,
    as: 'first',
    shown: null,
    tiled: { columns: 2, rows: 1 },
  });
  const light = async (left: number, top: number) => {
    const data = new Uint8ClampedArray(32 * 16 * 4).map((_, i) => {
      const [x, y] = [(i >> 2) % 32, (i >> 2) >> 5];
      return i % 4 === 3 || (x >= left && x < left + 8 && y >= top && y < top + 8) ? 255 : 0;
    });
    const { tokens, attentions } = await engine.run(
      folder,
      { ...input, picture: { width: 32, height: 16, data } },
      everything,
    );
    const joint = attentions.find(({ name }) => name === 'joint 1')!.weights!;
    // A place that is dark everywhere looks at all alike; the light ones look at themselves.
    const own = tokens.map((_, at) => joint.data[at * tokens.length + at]);
    const brightest = own.indexOf(Math.max(...own.slice(5)), 5);
    return { tokens, brightest };
  };
  const { tokens } = await light(0, 0);
  expect(
    tokens.map(({ stream, role }) => (stream === 'text' ? 't' : role === 'patch' ? 'p' : '|')).join(''),
  ).toBe('tpppppppp|pppp|tttt');
  for (const [left, top] of [
    [0, 0],
    [8, 0],
    [24, 0],
    [16, 8],
  ]) {
    const { tokens, brightest } = await light(left, top);
    expect(tokens[brightest]).toMatchObject({ image: 1, box: [left / 32, top / 16, 0.25, 0.5] });
  }
});

test('a long sequence of tiles is put together in squares of each picture by itself', () => {
  const tokens = tiledTokens([24, 24], { columns: 2, rows: 2 }, [0, 0, 1, 1]);
  expect(tokens).toHaveLength(576 + 48 * 49);
  const { places, members } = groupingOf(tokens, [], { tokens: 2048, numbers: 1 })!;
  expect(members.flat().toSorted((a, b) => a - b)).toEqual([...tokens.keys()]);
  for (const [i, positions] of members.entries()) {
    const images = new Set(positions.map((at) => tokens[at].image));
    expect(images.size).toBe(1);
    const [, , wide, high] = places[i].box ?? [0, 0, 0, 0];
    const [, , one] = tokens[positions[0]].box ?? [0, 0, 0];
    expect([wide, high].map((side) => Math.round(side / one))).toEqual(
      places[i].box ? [Math.sqrt(positions.length), Math.sqrt(positions.length)] : [NaN, NaN],
    );
  }
});
