import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ask, Input } from '../../../src/trace/trace';
import { nodeEngine } from '../node';
import { serveModels } from '../serve';

const ids = ['uniter-mini', 'lxmert-mini', 'pixelbert-mini', 'clip-photo-mini'].filter((id) =>
  existsSync(join(import.meta.dirname, `../../../models/zoo/${id}/manifest.json`)),
);

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => void (site = await serveModels()));
afterAll(() => site.close());

/** Stripes: a picture that every model can be given. */
const picture = {
  width: 64,
  height: 48,
  data: Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)),
};
const input: Input = { picture, crop: [0.125, 0, 0.75, 1], caption: 'a dog runs on the grass' };
const everything: Ask = { task: 'match', attentions: 'all' };

describe.runIf(ids.length > 0)('photo models', () => {
  test('open in agreement with PyTorch, and the backbone looks at a picture once for all of them and for every caption', async () => {
    const engine = nodeEngine(site.base);
    for (const id of ids) {
      const { agreement, warning } = await engine.open(`zoo/${id}`);
      expect(warning).toBeNull();
      expect(agreement?.difference).toBeLessThan(1e-4);
    }
    for (const caption of [input.caption, 'two cats sleep'])
      for (const id of ids) {
        const trace = await engine.run(`zoo/${id}`, { ...input, caption }, everything);
        for (const { weights } of trace.attentions) expect(weights).not.toBeNull();
      }
    expect(engine.sights.counts).toEqual({ backbone: 1, detector: 1 });
  });
});
