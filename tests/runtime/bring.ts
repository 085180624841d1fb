import type { Ask, Input } from '../../src/trace/trace';
import { nodeEngine } from './node';
import { fileOf, hubBytes, tinyTokenizer } from './own/ownfiles';
import { memoryShelf } from './shelf';

export const base = 'http://localhost/';
export const everything: Ask = { task: 'match', attentions: 'all' };
const preprocessor = JSON.stringify({
  image_mean: [0.5, 0.25, 0],
  image_std: [0.5, 0.25, 1],
  resample: 3,
  do_center_crop: true,
});

/** 32 × 32 px, as the tiny models want: nothing is resized. */
export const picture = { width: 32, height: 32, data: new Uint8ClampedArray(32 * 32 * 4) };
for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
export const input: Input = { picture, crop: [0, 0, 1, 1], caption: 'A red dog beside trees' };

/** Opens files as the page does, with every answer as proposed or as given. */
export async function bring(
  files: File[],
  answers: Record<string, string> = {},
  engine = nodeEngine(base, memoryShelf()),
  examinedNow: () => void = () => {},
) {
  const examined = await engine.own.examine(files, () => {});
  examinedNow();
  const manifest = engine.own.keep(examined.id, answers);
  const folder = `own/${examined.id}`;
  const opened = await engine.open(folder);
  const store = () => engine.own.store(examined.id);
  return { engine, examined, manifest, store, folder, opened };
}

/** The files of a tiny model with its tokenizer and what prepares its picture. */
export const drop = (name: string) => [
  fileOf('model.onnx', hubBytes(name)),
  fileOf('tokenizer.json', tinyTokenizer()),
  fileOf('preprocessor_config.json', preprocessor),
];
