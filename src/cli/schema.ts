import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { manifestSchema } from '../architectures/manifest';

/** The manifest's schema as the text of `docs/manifest.schema.json`. */
export function manifestJsonSchema(): string {
  const schema = toJsonSchema(manifestSchema, { typeMode: 'input' });
  const title = 'A model of the VLPM Playground';
  return `${JSON.stringify({ ...schema, title, description: 'models/zoo/<id>/manifest.json' }, null, 2)}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../../docs/manifest.schema.json', import.meta.url), manifestJsonSchema());
