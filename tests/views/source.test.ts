import { expect, test } from 'vitest';
import type { Panel } from '../../src/state/panel/panel.svelte';
import { saySource, sourceOf } from '../../src/views/parts/source';

const panel = (bytes: number, own: boolean) =>
  ({
    name: 'mine',
    imported: null,
    manifest: {
      graphs: { model: { file: 'mine.onnx', sha256: 'ab'.repeat(32), bytes } },
      own: own ? {} : undefined,
    },
  }) as unknown as Panel;

test.each([
  ['a shipped model', panel(2 ** 24, false), 'sha256'],
  ['an own file of up to 8 MiB', panel(2 ** 23, true), 'sha256'],
  ['a larger own file, which is named otherwise', panel(2 ** 23 + 1, true), 'content hash'],
])('the hash of %s is called what it is', (_, of, by) => {
  expect(sourceOf(of)).toMatchObject({ by, hash: 'ab'.repeat(32) });
  expect(saySource(sourceOf(of))).toMatch(
    new RegExp(`^mine, mine.onnx, ${by} abababababab; VLPM Playground `),
  );
});
