import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publish } from '../../src/architectures/published/published';
import { readRecipes } from '../../src/architectures/published/recipe';
import { readCaption } from '../../src/inputs/caption';
import { defaultCrop } from '../../src/inputs/crop';
import { framePicture } from '../../src/inputs/frame';
import { normalise, type Statistics } from '../../src/inputs/normalise';
import { readSpecials } from '../../src/inputs/specials';
import { loadTokenizer } from '../../src/inputs/tokenizer';
import { tokenizerOf } from '../../src/inputs/vocabulary';
import type { Picture } from '../../src/trace/trace';

interface Oracle {
  captions: string[];
  processors: Record<
    string,
    {
      config: Record<string, unknown>;
      pictures: { size: [number, number]; made: [number, number]; sha256: string; sample: number[] }[];
    }
  >;
  tokenizers: Record<
    string,
    { 'vocab.txt'?: string; 'vocab.json'?: Record<string, number>; 'merges.txt'?: string; ids: string[] }
  >;
}

/** What transformers makes of the same pictures and captions: `models/vlpm_export/processing.py` writes it. */
const oracle = JSON.parse(
  readFileSync(new URL('../oracle/processing.json', import.meta.url), 'utf8'),
) as Oracle;
const recipes = readRecipes(
  JSON.parse(readFileSync(new URL('../oracle/published/recipes/index.json', import.meta.url), 'utf8')),
);

const made = new Map<string, Picture>();

/** The picture that Python made up, made up once. */
function madeUp(width: number, height: number): Picture {
  const known = made.get(`${width} ${height}`);
  if (known) return known;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 4 + c] = (Math.floor((x * x + 3 * y * y + 7 * x * y) / 16) + 85 * c) % 256;
  made.set(`${width} ${height}`, { width, height, data });
  return { width, height, data };
}

/** A processor's frame, read as that of a published model is. */
function frameOf(config: Record<string, unknown>) {
  const said = { ...recipes['vilt-match'], preprocessor: config };
  const binding = { tensors: 0, unread: [], sizes: new Map<string, number>() };
  return publish('', said, {}, config, binding, false).frame!;
}

describe.each(Object.entries(oracle.processors))('pictures of %s', (_, { config, pictures }) => {
  const { height = 0, width = 0 } = config.size as { height?: number; width?: number };
  const resample = config.resample === 2 ? 'bilinear' : 'bicubic';
  const fills = 'size_divisor' in config && config.do_center_crop === true;

  test('fifty of them, bit for bit', () => {
    expect(pictures).toHaveLength(50);
    for (const { size, made, sha256, sample } of pictures) {
      const picture = madeUp(...size);
      const crop = defaultCrop(picture, 1);
      const { pixels, seen } = framePicture(picture, crop, frameOf(config), [width, height], resample);
      expect([pixels.width, pixels.height], String(size)).toEqual(made);
      expect(createHash('sha256').update(pixels.data).digest('hex'), String(size)).toBe(sha256);
      const { data } = normalise(pixels, { mean: config.image_mean, std: config.image_std } as Statistics);
      const step = Math.max(1, Math.floor(data.length / 3));
      sample.forEach((value, i) => expect(Math.abs(data[i * step] - value)).toBeLessThan(1e-3));
      // What a processor fills up with black lies beyond the picture.
      const filled = fills && Math.max(...size) / Math.min(...size) > 479 / 287.5;
      expect(Math.min(...seen) < 0, String(size)).toBe(filled);
      expect(Math.max(seen[0] + seen[2], seen[1] + seen[3]) > 1 + 1e-9, String(size)).toBe(filled);
    }
  });
});

test('a frame that the visitor moved is what is cut and resized', () => {
  const picture = madeUp(640, 480);
  const frame = frameOf(oracle.processors.vilt.config);
  const { seen, pixels } = framePicture(picture, [0.25, 0.25, 0.5, 0.25], frame, [384, 384], 'bicubic');
  expect(seen).toEqual([0.25, 0.25, 0.5, 0.25]);
  expect([pixels.width, pixels.height]).toEqual([608, 224]);
});

describe.each(Object.entries(oracle.tokenizers))('captions for %s, from the older files', (_, files) => {
  test('ids of five hundred in fourteen scripts are those of transformers', async () => {
    const json = tokenizerOf({
      lines: files['vocab.txt'],
      pieces: files['vocab.json'],
      merges: files['merges.txt'],
    })!;
    const tokenizer = await loadTokenizer(json);
    const layout = { ...readSpecials(json), maxTokens: 512 };
    expect(oracle.captions).toHaveLength(500);
    const other = oracle.captions.filter((caption, i) => {
      const { ids } = readCaption(caption, tokenizer, layout);
      return createHash('sha256').update(ids.join()).digest('hex').slice(0, 12) !== files.ids[i];
    });
    expect(other).toEqual([]);
  });
});

test('files that make no tokenizer', () => {
  expect(tokenizerOf({ pieces: {} })).toBeNull();
  expect(tokenizerOf({ merges: 'a b' })).toBeNull();
});
