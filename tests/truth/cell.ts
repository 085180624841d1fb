/** Judges cells of a folder of the matrix, in a process of its own so that what hangs or dies takes no others along: prints a line of JSON for each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { nodeEngine } from '../runtime/node';
import { memoryShelf } from '../runtime/shelf';
import { families } from './families';
import { judge } from './judge';

const [folder, ...names] = process.argv.slice(2);
for (const name of names) {
  const bytes = new Uint8Array(readFileSync(join(folder, `${name}.onnx`)));
  const engine = nodeEngine('http://localhost/', memoryShelf());
  const { id, proposal } = await engine.own.examine([new File([bytes], 'model.onnx')], () => {});
  const { interview } = await engine.own.interview(ort, id, () => {});
  const said = typeof interview === 'object' ? interview : null;
  const oracle = readFileSync(join(folder, `${name}.safetensors`));
  const judged = await judge(bytes, oracle, families[name.split('_')[0]], said);
  const asked = typeof interview === 'string' ? interview : null;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ name, ...judged, obstacles: proposal.obstacles, asked, megabytes }));
}
