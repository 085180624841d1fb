import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../src/architectures/manifest';
import type { Input } from '../../src/trace/trace';
import { bring } from '../runtime/bring';
import { folderOf, recipeEngine } from '../runtime/folders';

/**
 * Opens folders of published checkpoints with the recipes that ship, in Node with one thread, and prints a row for each: family, head and place in the
 * survey's grid, what was bound, how far all answers and all attention are from PyTorch's, and how long it took.
 *
 *     cd models && python -m vlpm_export checkpoint vilt-answers /somewhere/vilt-answers && cd ..
 *     npx tsx tests/bench/published.ts /somewhere/vilt-answers
 */
const recipes = join(import.meta.dirname, '../../models/recipes');
const input: Input = {
  picture: { width: 400, height: 300, data: new Uint8ClampedArray(400 * 300 * 4).fill(90) },
  crop: [0, 0, 1, 1],
  caption: 'a red dog beside trees',
};

/** What the heads of a checkpoint are for. */
const heads = ({ tasks, own }: Manifest) =>
  [...Object.keys(tasks), ...(own?.writes ? ['write'] : [])].join(', ');

/** How weights lie on the disk. */
const formOf = (folder: string) =>
  readdirSync(folder).some((name) => name.endsWith('.bin')) ? 'PyTorch’s .bin' : 'safetensors';

const columns = [
  'recipe',
  'family',
  'heads',
  'in the survey’s grid',
  'graph',
  'weights',
  'stored as',
  'tensors',
  'attentions',
  'from PyTorch',
  'read',
  'opened and compared',
  'a run',
];
const row = (cells: readonly (string | number | null)[]) => `| ${cells.join(' | ')} |`;
console.log(`${row(columns)}\n|${'---|'.repeat(columns.length)}`);
for (const folder of process.argv.slice(2)) {
  const engine = recipeEngine(recipes);
  const began = performance.now();
  let read = 0;
  const { examined, manifest, opened } = await bring(await folderOf(folder), {}, engine, () => {
    read = performance.now();
  });
  const ready = performance.now();
  await engine.run(`own/${examined.id}`, input, { task: 'match', attentions: 'all' });
  const { recipe, family, tensors } = examined.proposal.published!;
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
  const graphs: Manifest['graphs'] = manifest.graphs;
  console.log(
    row([
      `\`${recipe}\``,
      family,
      heads(manifest),
      `${manifest.interaction}, ${manifest.streams}, ${manifest.visual}`,
      `${(statSync(join(recipes, `${recipe}.onnx.gz`)).size / 1000).toFixed(0)} kB`,
      `${(examined.bytes / 1e6).toFixed(1)} MB`,
      formOf(folder),
      tensors,
      Object.values(graphs).flatMap(({ attentions }) => attentions).length,
      opened.agreement?.difference.toExponential(1) ?? 'not compared',
      seconds(began, read),
      seconds(read, ready),
      seconds(ready, performance.now()),
    ]),
  );
  await engine.close(`own/${examined.id}`);
}
