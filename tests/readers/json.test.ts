import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/architectures/manifest';
import { loadTokenizer } from '../../src/inputs/tokenizer';
import { readLink, writeLink } from '../../src/state/share/link';
import { readMeta } from '../../src/trace/meta';
import { spoken } from '../trace/bundled';
import { altered, judge, runs } from './damage';

const read = (path: string) =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../models/zoo', path), 'utf8')) as Record<
    string,
    unknown
  >;
const manifest = read('meter-mini/manifest.json');

/** The tokenizer with a vocabulary that fits a screen. */
const whole = read('vilt-mini/tokenizer.json') as { model: { vocab: Record<string, number> } };
const words = Object.entries(whole.model.vocab).slice(0, 60);
const tokenizer = { ...whole, model: { ...whole.model, vocab: Object.fromEntries(words) } };

test('manifests: whatever the JSON, they are read or one sentence names the field', async () => {
  await fc.assert(
    fc.asyncProperty(altered(manifest), async (json) => {
      const answer = await judge(() => readManifest(json));
      if (answer) expect(readManifest(answer)).toEqual(answer);
    }),
    { numRuns: runs },
  );
});

test('what a trace says of itself: whatever the JSON, it is read or one sentence names the field', async () => {
  await fc.assert(
    fc.asyncProperty(altered(spoken), async (json) => void (await judge(() => readMeta(json)))),
    { numRuns: runs },
  );
});

test('tokenizers: whatever the JSON, a caption is cut into pieces or one sentence says why not', async () => {
  await fc.assert(
    fc.asyncProperty(altered(tokenizer), fc.string({ maxLength: 20 }), async (json, caption) => {
      await judge(async () => {
        const pieces = (await loadTokenizer(json)).pieces(caption);
        expect(Array.isArray(pieces)).toBe(true);
      });
    }),
    { numRuns: runs },
  );
});

test('links: whatever the address, what is read is written and read again to the same', () => {
  const field = fc.constantFrom(
    ...[
      'sample',
      'caption',
      'foil',
      'question',
      'crop',
      'word',
      'patch',
      'role',
      'model',
      'head',
      'gather',
      'together',
      'search',
      'bound',
      'off',
      'cut',
    ],
  );
  const value = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      '0,0,1,1',
      '0.1,0.2',
      'key',
      'cls',
      '3',
      'zoo/vilt-mini',
      'joint 1.2',
      '0.joint 1.tv',
      '<b>',
      '%',
    ),
    fc.array(fc.double({ noNaN: false }), { maxLength: 5 }).map((numbers) => numbers.join()),
  );
  const hash = fc.oneof(
    fc
      .array(fc.tuple(field, value), { maxLength: 8 })
      .map((fields) => `#${new URLSearchParams(fields).toString()}`),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(hash, (hash) => {
      const link = readLink(hash);
      const { crop, places } = link;
      for (const number of [...(crop ?? []), ...places.flat()]) expect(number >= 0 && number <= 1).toBe(true);
      const once = readLink(writeLink(link));
      expect(readLink(writeLink(once))).toEqual(once);
      expect(once.models.every((model) => model === '' || /^[a-z]+\/[a-z0-9-]+$/.test(model))).toBe(true);
    }),
    { numRuns: runs },
  );
});
