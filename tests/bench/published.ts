import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
 *
 * With `--proof` and names of recipes, all without any, each is written with random weights in both forms of file first and held against PyTorch in
 * Python's onnxruntime (`python -m vlpm_export proof`, by the Python of `VLPM_PYTHON` or the project's own); the files are deleted after each:
 *
 *     npx tsx tests/bench/published.ts --proof vilt-answers
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

/** What `python -m vlpm_export proof` says: the largest difference of all answers and all attention, from either form of file. */
interface Proof {
  answers: number;
  attentions: number;
  safetensors: number;
  bin: number;
}

const scientific = (difference: number | undefined) => difference?.toExponential(1) ?? 'not compared';
const proofColumns = ['PyTorch’s attentions', 'apart, safetensors', 'apart, torch.save'];
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
const bytesOf = (recipe: string) =>
  `${(statSync(join(recipes, `${recipe}.onnx.gz`)).size / 1000).toFixed(0)} kB`;
const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;

/** The cells of a folder's row. */
async function open(folder: string): Promise<(string | number | null)[]> {
  const engine = recipeEngine(recipes);
  const began = performance.now();
  let read = 0;
  const { examined, manifest, opened } = await bring(await folderOf(folder), {}, engine, () => {
    read = performance.now();
  });
  const ready = performance.now();
  const task = manifest.own?.writes ? 'write' : 'match';
  await engine.run(`own/${examined.id}`, input, { task, attentions: 'all' });
  const ran = performance.now();
  await engine.close(`own/${examined.id}`);
  const { recipe, family, tensors } = examined.proposal.published!;
  const graphs: Manifest['graphs'] = manifest.graphs;
  return [
    `\`${recipe}\``,
    family,
    heads(manifest),
    `${manifest.interaction}, ${manifest.streams}, ${manifest.visual}`,
    bytesOf(recipe),
    `${(examined.bytes / 1e6).toFixed(1)} MB`,
    formOf(folder),
    tensors,
    Object.values(graphs).flatMap(({ attentions }) => attentions).length,
    scientific(opened.agreement?.difference),
    seconds(began, read),
    seconds(read, ready),
    seconds(ready, ran),
  ];
}

/** The rows of a recipe, one for each form of file. */
async function prove(name: string): Promise<(string | number | null)[][]> {
  const python = process.env.VLPM_PYTHON ?? join(import.meta.dirname, '../../.venv/bin/python');
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-proof-'));
  try {
    const said = execFileSync(python, ['-m', 'vlpm_export', 'proof', name, folder], {
      cwd: join(import.meta.dirname, '../../models'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const proof = JSON.parse(said) as Proof;
    const proven = [proof.attentions, scientific(proof.safetensors), scientific(proof.bin)];
    const rows = [];
    for (const form of ['safetensors', 'bin'])
      rows.push([
        ...(await open(join(folder, form)).catch((error: Error) => [`\`${name}\`: ${error.message}`])),
        ...proven,
      ]);
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
const proving = first === '--proof';
const shown = proving ? [...columns, ...proofColumns] : columns;
console.log(`${row(shown)}\n|${'---|'.repeat(shown.length)}`);
if (proving) {
  const index = JSON.parse(readFileSync(join(recipes, 'index.json'), 'utf8')) as object;
  for (const name of rest.length > 0 ? rest : Object.keys(index))
    for (const cells of await prove(name)) console.log(row(cells));
} else for (const folder of [first, ...rest]) console.log(row(await open(folder)));
