import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf, photographic, shipped } from '../../src/architectures/manifest';
import { unpack } from '../../src/trace/pack';
import { zooManifest } from '../architectures/zoo';

const folder = join(import.meta.dirname, '../../static');
const samples = JSON.parse(readFileSync(join(folder, 'samples/index.json'), 'utf8')) as {
  id: string;
  kind: string;
  caption: string;
  foil: string;
}[];
const runs = samples.flatMap(({ id, kind, caption, foil }) =>
  (kind === 'photo' ? photographic : shipped).map((model) => ({
    file: `${id}-${model}.bin`,
    model,
    caption,
    foil,
  })),
);

describe('recorded runs', () => {
  test('there is one for every sample and every model of its world, and nothing else', () =>
    expect(readdirSync(join(folder, 'runs')).sort()).toEqual(runs.map(({ file }) => file).sort()));

  test.each(runs)(
    '$file is of the caption, the foil and the model that ship; else: npm run record',
    (run) => {
      const { traces, extra } = unpack(readFileSync(join(folder, 'runs', run.file)));
      const [caption, foil] = traces;
      expect([caption.caption, foil.caption]).toEqual([run.caption, run.foil]);
      expect(extra).toEqual({ model: identityOf(zooManifest(run.model)) });
      expect(caption.attentions.every(({ weights }) => weights)).toBe(true);
      expect(foil.attentions.some(({ weights }) => weights)).toBe(false);
    },
  );
});
