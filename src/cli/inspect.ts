/**
 * `npm run inspect -- model.onnx [more files] [--json]`: says what attention a model file holds and what kind of architecture it is.
 * Ends with status 1 and one sentence for a file that is no model, with 2 for wrong usage.
 */
import { existsSync, openAsBlob, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Companions } from '../architectures/found/processor';
import { inspectModel, type Inspection } from '../architectures/found/inspection';
import { sketchModel } from '../onnx/file/sketch';
import { printInspection } from './report';

const usage = 'Usage: npm run inspect -- model.onnx [more files] [--json]';
const helpers = ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json', 'config.json'];

async function main(words: readonly string[]): Promise<number> {
  const json = words.includes('--json');
  const paths = words.filter((word) => word !== '--json');
  const odd = paths.find((path) => path.startsWith('-'));
  const named = paths.filter((path) => path.endsWith('.onnx'));
  const models = named.length > 0 ? named : paths.filter((path) => !path.endsWith('.json'));
  if (odd !== undefined || models.length === 0) {
    console.error(odd === undefined ? usage : `Expected files or --json, got ${odd}. ${usage}`);
    return 2;
  }
  let status = 0;
  const found: Inspection[] = [];
  for (const path of models) {
    try {
      found.push(await inspect(path, paths));
    } catch (error) {
      console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      status = 1;
    }
  }
  if (json) console.log(JSON.stringify(found, null, 2));
  else console.log(found.map(printInspection).join('\n\n'));
  return status;
}

async function inspect(path: string, paths: readonly string[]): Promise<Inspection> {
  if (!existsSync(path) || !statSync(path).isFile()) throw new Error('There is no such file.');
  const file = await openAsBlob(path);
  const { bytes } = await sketchModel(file);
  const inspection = inspectModel(path, bytes, readHelpers(path, paths), file.size);
  for (const name of inspection.external) {
    const beside = paths.find((each) => basename(each) === basename(name)) ?? join(dirname(path), name);
    if (!existsSync(beside)) inspection.remarks.push(`${name} is not there`);
  }
  return inspection;
}

/** The files named beside the model, or else those in its folder. A helper that is no JSON object is passed over. */
function readHelpers(path: string, paths: readonly string[]): Companions {
  const found: Record<string, Record<string, unknown>> = {};
  for (const name of helpers) {
    const file = paths.find((each) => basename(each) === name) ?? join(dirname(path), name);
    if (!existsSync(file)) continue;
    try {
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (typeof value === 'object' && value !== null) found[name] = value as Record<string, unknown>;
    } catch {
      console.error(`${file} is no JSON and is left out.`);
    }
  }
  return found;
}

process.exitCode = await main(process.argv.slice(2));
