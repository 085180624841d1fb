import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { readManifest } from '../../../src/architectures/manifest';
import { sayFailure } from '../../../src/runtime/trial/failures';

test('a piece beyond the table of words is one sentence about the tokenizer, whatever the runtime says', async () => {
  const folder = join(import.meta.dirname, '../../oracle/clip-tiny');
  const manifest = readManifest(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(join(folder, 'text.onnx'))));
  const feeds = Object.fromEntries(
    manifest.graphs.text.inputs.map(({ name }) => [
      name,
      new ort.Tensor('int64', BigInt64Array.of(30_521n, 1n, 1n), [1, 3]),
    ]),
  );
  const error: unknown = await session.run(feeds).catch((problem: unknown) => problem);
  expect(sayFailure(error, manifest).message).toMatch(
    /^The tokenizer gives the number 30521 to a piece, but the table of words in .* has \d+ rows: bring the tokenizer that belongs to it\.$/,
  );
});
