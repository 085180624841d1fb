/** Judges one cell of a folder of the matrix, in a process of its own so that nothing that hangs or dies takes the others along: prints JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { nodeEngine } from '../runtime/node';
import { memoryShelf } from '../runtime/shelf';
import { families } from './families';
import { judge } from './judge';

const [folder, name] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(join(folder, `${name}.onnx`)));
const truth = families[name.split('_')[0]];
const engine = nodeEngine('http://localhost/', memoryShelf());
const file = new File([bytes], 'model.onnx');
const { id, proposal } = await engine.own.examine([file], () => {});
const { interview } = await engine.own.interview(ort, id, () => {});
const said = typeof interview === 'object' ? interview : null;
const judged = await judge(bytes, readFileSync(join(folder, `${name}.safetensors`)), truth, said);
const asked = typeof interview === 'string' ? interview : null;
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ ...judged, obstacles: proposal.obstacles, asked, megabytes: maxRSS / 1024 }));
