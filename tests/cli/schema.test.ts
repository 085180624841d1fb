import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestJsonSchema } from '../../src/cli/schema';

test('the published JSON Schema is the one that the page checks by; else: npx tsx src/cli/schema.ts', () => {
  const published = readFileSync(join(import.meta.dirname, '../../docs/manifest.schema.json'), 'utf8');
  expect(published).toBe(manifestJsonSchema());
});
