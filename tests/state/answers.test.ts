import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stages } from '../../src/architectures/manifest';
import { masksOf, nothingOff } from '../../src/state/cause/ablation';
import { modulesOf } from '../../src/state/own/contents';
import type { Ask, Guess, Input } from '../../src/trace/trace';
import { zooManifest } from '../architectures/zoo';
import { nodeEngine } from '../runtime/node';
import { serveModels } from '../runtime/serve';

let site: Awaited<ReturnType<typeof serveModels>>;
beforeAll(async () => void (site = await serveModels()));
afterAll(() => site.close());

const ask: Ask = { task: 'answer', attentions: 'none' };
const about = (shade: (at: number) => number): Input => ({
  picture: {
    width: 16,
    height: 16,
    data: Uint8ClampedArray.from({ length: 16 * 16 * 4 }, (_, at) => shade(at)),
  },
  crop: [0, 0, 1, 1],
  caption: 'what is on the left?',
});
const pictures = [about((at) => (at * 7919) % 251), about(() => 30)];

describe.each(Object.entries(stages))('%s', (id, earlier) => {
  const every = [id, ...earlier];

  test('has the same heads and blocks to switch off at every stage of its training', () => {
    const modules = every.map((stage) =>
      modulesOf(zooManifest(stage)).map(({ name, heads, queries, keys }) => ({ name, heads, queries, keys })),
    );
    for (const one of modules) expect(one).toEqual(modules[0]);
    expect(modules[0].length).toBeGreaterThan(0);
  });

  test.each(every.slice(0, 2))(
    '%s answers without the picture once no text looks at the image',
    async (stage) => {
      const engine = nodeEngine(site.base);
      const folder = `zoo/${stage}`;
      const plain: Guess['words'][] = [];
      const blind: Guess['words'][] = [];
      for (const input of pictures) {
        const trace = await engine.run(folder, input, ask);
        const parts = trace.attentions.map((_, attention) => ({ attention, off: 'tv' as const }));
        const masks = masksOf({ ...nothingOff, parts, renormalise: true }, trace);
        plain.push(trace.answers!);
        blind.push((await engine.run(folder, input, { ...ask, masks })).answers!);
      }
      expect(blind[0].map(({ text }) => text)).toEqual(blind[1].map(({ text }) => text));
      blind[0].forEach(({ probability }, rank) =>
        expect(probability).toBeCloseTo(blind[1][rank].probability, 5),
      );
      expect(plain[0]).not.toEqual(plain[1]);
      expect(plain[0]).not.toEqual(blind[0]);
    },
    90_000,
  );
});
