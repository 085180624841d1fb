import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bring } from '../runtime/bring';
import { folderOf, recipeEngine } from '../runtime/folders';

/**
 * Opens folders of published checkpoints with the recipes that ship, in Node with one thread, and prints a row for each: what was bound, how far
 * all answers and all attention are from PyTorch's, and how long it took.
 *
 *     cd models && python -m vlpm_export checkpoint vilt-answers /somewhere/vilt-answers && cd ..
 *     npx tsx tests/bench/published.ts /somewhere/vilt-answers
 */
const recipes = join(import.meta.dirname, '../../models/recipes');
console.log(
  '| recipe | graph | weights | tensors | attentions | from PyTorch | read | opened and compared |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const folder of process.argv.slice(2)) {
  const engine = recipeEngine(recipes);
  const began = performance.now();
  let read = 0;
  const { examined, manifest, opened } = await bring(await folderOf(folder), {}, engine, () => {
    read = performance.now();
  });
  const { recipe, tensors } = examined.proposal.published!;
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
  const row = [
    recipe,
    `${(statSync(join(recipes, `${recipe}.onnx.gz`)).size / 1000).toFixed(0)} kB`,
    `${(examined.bytes / 1e6).toFixed(1)} MB`,
    tensors,
    Object.values(manifest.graphs).flatMap(({ attentions }) => attentions).length,
    opened.agreement?.difference.toExponential(1) ?? 'not compared',
    seconds(began, read),
    seconds(read, performance.now()),
  ];
  console.log(`| ${row.join(' | ')} |`);
  await engine.close(`own/${examined.id}`);
}
