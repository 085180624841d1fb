/**
 * In a process of its own: opens the folder of a checkpoint as the page does, or a model with its weights inside, and prints what it took as JSON.
 *
 *     npx tsx tests/bench/checkpoint/open.ts checkpoint|inside|runs FOLDER
 */
import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-web';
import { bring } from '../../runtime/bring';
import { folderOf, recipeEngine } from '../../runtime/folders';
import { median } from '../figure';
import { recipesFolder } from './make';

const [what, place] = process.argv.slice(2);
const picture = { width: 512, height: 384, data: new Uint8ClampedArray(512 * 384 * 4).fill(90) };
const input = { picture, crop: [0, 0, 1, 1] as const, caption: 'a red dog beside trees' };

async function open() {
  const engine = recipeEngine(recipesFolder, null);
  const { folder, manifest } = await bring(await folderOf(place), {}, engine);
  const run = (attentions: 'all' | 'none') => engine.run(folder, input, { task: 'match', attentions });
  return { manifest, run };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

await InferenceSession.create(new Uint8Array()).catch(() => null); // the runtime itself is there in both cases
const before = process.memoryUsage().rss;
if (what === 'inside') {
  const session = await timed(async () =>
    InferenceSession.create(new Uint8Array(await readFile(place)), { logSeverityLevel: 3 }),
  );
  console.log(JSON.stringify({ milliseconds: session }));
} else if (what === 'checkpoint') {
  let shown = 0;
  const milliseconds = await timed(async () => {
    const { run } = await open();
    shown = (await run('all')).attentions.filter(({ weights }) => weights).length;
  });
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  console.log(JSON.stringify({ milliseconds, shown, peak }));
} else {
  const { run } = await open();
  const each = { all: [] as number[], none: [] as number[] };
  for (const attentions of ['all', 'none'] as const) await run(attentions);
  for (let i = 0; i < 7; i++)
    for (const attentions of ['all', 'none'] as const)
      each[attentions].push(await timed(() => run(attentions)));
  console.log(JSON.stringify({ all: median(each.all), none: median(each.none) }));
}
