import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { bring, input } from '../bring';
import { folderOf, recipeEngine } from '../folders';

vi.setConfig({ testTimeout: 60_000 });

const folder = join(import.meta.dirname, '../../oracle/exported');

test('what `vlpm_export export` writes opens as what it was exported from, and agrees with PyTorch', async () => {
  const {
    examined,
    manifest,
    opened,
    engine,
    folder: at,
  } = await bring(await folderOf(folder), {}, recipeEngine());
  const { published, questions, notes } = examined.proposal;
  expect(questions).toEqual([]);
  expect(published).toMatchObject({ recipe: 'vilt-answers', family: 'ViLT', tensors: null, compared: true });
  expect(notes[0]).toBe(
    'An export by the recipe “vilt-answers”; PyTorch’s answer to one input came along and is compared when it opens.',
  );
  expect(manifest.answers).toHaveLength(6);
  expect(opened.agreement?.difference).toBeLessThan(1e-4);
  const { answers } = await engine.run(
    at,
    { ...input, caption: 'what is it' },
    { task: 'answer', attentions: 'none' },
  );
  expect(answers).toHaveLength(5);
});

test('a manifest.json of another kind says nothing of a model', async () => {
  const files = (await folderOf(folder)).filter(
    ({ name }) => name !== 'manifest.json' && name !== 'reference.safetensors',
  );
  const other = new File([readFileSync(join(import.meta.dirname, '../../../package.json'))], 'manifest.json');
  const { examined } = await bring([...files, other], {}, recipeEngine());
  expect(examined.proposal.published).toBeNull();
});
