/**
 * `npm run inspect -- model.onnx [more files] [--json]`: says what attention a model file holds and what kind of architecture it is.
 * Ends with status 1 and one sentence for a file that is no model, with 2 for wrong usage.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Companions } from '../architectures/draft';
import { inspectModel, type Inspection } from '../architectures/inspection';
import { printInspection } from './report';

const usage = 'Usage: npm run inspect -- model.onnx [more files] [--json]';
const helpers = ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json', 'config.json'];

function main(words: readonly string[]): number {
  const json = words.includes('--json');
  const paths = words.filter((word) => word !== '--json');
  const odd = paths.find((path) => path.startsWith('-'));
  const models = paths.filter((path) => !path.endsWith('.json'));
  if (odd !== undefined || models.length === 0) {
    console.error(odd === undefined ? usage : `Expected files or --json, got ${odd}. ${usage}`);
    return 2;
  }
  const gone = paths.find((path) => !existsSync(path) || !statSync(path).isFile());
  if (gone !== undefined) {
    console.error(`There is no file ${gone}. ${usage}`);
    return 2;
  }
  let status = 0;
  const found: Inspection[] = [];
  for (const path of models) {
    try {
      found.push(inspect(path, paths));
    } catch (error) {
      console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      status = 1;
    }
  }
  if (json) console.log(JSON.stringify(found, null, 2));
  else console.log(found.map(printInspection).join('\n\n'));
  return status;
}

function inspect(path: string, paths: readonly string[]): Inspection {
  const { size } = statSync(path);
  if (size >= 2 ** 31)
    throw new Error(
      `The model file has ${size} bytes, and none may have 2 GiB or more: save its weights in external files.`,
    );
  const inspection = inspectModel(path, readFileSync(path), readHelpers(path, paths));
  for (const file of inspection.external)
    if (!existsSync(join(dirname(path), file))) inspection.remarks.push(`${file} is not there`);
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

process.exitCode = main(process.argv.slice(2));
