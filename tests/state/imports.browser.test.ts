import { beforeEach, expect, it, vi } from 'vitest';
import { Depot } from '../../src/state/keep/depot';
import { Keeping } from '../../src/state/keep/keeping.svelte';
import { Notices } from '../../src/state/keep/notices.svelte';
import { groundOf, keptRun } from '../../src/state/panel/ground';
import { Imports } from '../../src/state/own/imports.svelte';
import { Lens } from '../../src/state/lens/lens.svelte';
import { Panel } from '../../src/state/panel/panel.svelte';
import { Playground } from '../../src/state/playground.svelte';
import { Selection } from '../../src/state/lens/selection.svelte';
import { Workspace } from '../../src/state/input/workspace.svelte';
import { readTraceFile, writeTraceFile } from '../../src/trace/file';
import { npz, rows } from '../trace/bundled';
import { makeEngine } from './engine';

/** What sha256sum says of tests/oracle/trace/vilt.npz. */
const vilt = '8004687016f9613c';

let imports: Imports;
let shown: string[];

/** A trace file that models/vlpm_export/recorder.py wrote. */
async function recorded(name: string): Promise<File> {
  const response = await fetch(new URL(`../oracle/trace/${name}.npz`, import.meta.url));
  return new File([await response.arrayBuffer()], `${name}.npz`);
}

/** A picture of the tests, of 60 × 40 px. */
async function plain(): Promise<ArrayBuffer> {
  return (await fetch(new URL('../fixtures/images/plain.png', import.meta.url))).arrayBuffer();
}

beforeEach(() => {
  shown = [];
  imports = new Imports((folder) => shown.push(folder));
});

it('holds what was read under its hash, once, and shows it each time', async () => {
  const file = await recorded('vilt');
  await imports.open(file);
  await imports.open(new File([file], 'copy.npz'));
  expect(shown[0]).toMatch(/^trace\/[0-9a-f]{16}$/);
  expect(shown).toEqual([shown[0], shown[0]]);
  expect(imports.entries).toEqual([
    { folder: shown[0], name: 'ViLT, random weights', note: 'imported from vilt.npz' },
  ]);
  expect(imports.get(shown[0])?.image.width).toBe(64);
  expect(imports.get(shown[0])?.modules.map(({ name, queries }) => [name, queries])).toEqual([
    ['joint 1', ['text', 'image']],
    ['joint 2', ['text', 'image']],
  ]);
});

it('says why a file was refused, keeps what it held, and reads the next one', async () => {
  const files = [new File(['hello'], 'a.npz'), await recorded('lxmert'), new File([], 'b.npz')];
  await Promise.all(files.map((file) => imports.open(file)));
  expect(imports.problem).toBe(
    'b.npz: Expected a trace, as an NPZ or a safetensors file, got an empty file.',
  );
  expect(imports.entries).toHaveLength(1);
  expect(imports.reading).toBeNull();
  imports.dismiss();
  expect(imports.problem).toBeNull();
});

it('takes a picture as the bytes of a file, refuses a broken one, and draws on grey without one', async () => {
  const png = await plain();
  const attention = { attention_0: rows(1, 10, 10) };
  const bytes = (data: ArrayBuffer) => ({ dims: [data.byteLength], data: new Uint8Array(data) });
  await imports.open(new File([npz({ ...attention, image: bytes(png) })], 'png.npz'));
  await imports.open(new File([npz(attention)], 'plain.npz'));
  expect(imports.entries.map(({ folder }) => imports.get(folder)?.image.width)).toEqual([60, 64]);
  expect(imports.entries[1].name).toBe('plain');
  await imports.open(new File([npz({ ...attention, image: bytes(png.slice(0, -40)) })], 'cut.npz'));
  expect(imports.problem).toMatch(/^cut\.npz: Expected a whole picture, got a PNG that is cut short/);
});

it('is kept by the browser under its hash, and recalled without being shown', async () => {
  const keeping = new Keeping(new Notices(), new Depot('test-imports'));
  await new Imports(() => {}, keeping).open(await recorded('vilt'));
  const [{ folder }] = await vi.waitUntil(async () => {
    const later = new Imports(
      (folder) => shown.push(folder),
      new Keeping(new Notices(), new Depot('test-imports')),
    );
    await later.recall(['zoo/vilt-mini', 'trace/0123456789abcdef', `trace/${vilt}`]);
    return later.entries.length > 0 && later.entries;
  });
  expect([folder, shown]).toEqual([`trace/${vilt}`, []]);
});

it('a panel shows it over its own picture, runs nothing, and gives way to a model', async () => {
  const engine = makeEngine();
  const panel = new Panel(0, () => Promise.resolve(engine));
  const workspace = new Workspace();
  await imports.open(await recorded('vilt'));
  const imported = imports.get(shown[0]);
  await panel.choose(shown[0], imported);
  expect([panel.name, panel.attentions.length, panel.fresh]).toEqual(['ViLT, random weights', 2, true]);
  expect(groundOf(panel, workspace)).toEqual({
    blank: false,
    image: imported?.image,
    crop: [0, 0, 1, 1],
    caption: 'we can see a dog and a tree',
  });
  const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  panel.outdate();
  await panel.run({ picture, crop: [0, 0, 1, 1], caption: 'another' }, 'foil');
  await panel.weigh({ picture, crop: [0, 0, 1, 1], caption: 'another' }, 'foil');
  await panel.mask({ picture, crop: [0, 0, 1, 1], caption: 'another' }, [1]);
  expect(engine.pending).toEqual([]);
  expect(panel.trace?.caption).toBe('we can see a dog and a tree');
  await panel.choose('zoo/vilt-mini');
  expect([panel.imported, panel.trace, panel.name]).toEqual([null, null, 'ViLT-mini']);
  expect(groundOf(panel, workspace).image).toBeNull();
});

it('words are found by index and patches by place, and every head has numbers', async () => {
  const panel = new Panel(0, () => Promise.resolve(makeEngine()));
  const lens = new Lens(panel, new Selection());
  await imports.open(await recorded('vilt'));
  await panel.choose(shown[0], imports.get(shown[0]));
  lens.selection.selectWord(4);
  expect(lens.tokens[lens.target[0]].text).toBe('dog');
  expect(lens.best).toEqual({ attention: 1, head: 'mean' });
  const { weights } = panel.trace!.attentions[1];
  const mean = [0, 1, 2, 3].reduce((sum, head) => sum + weights!.data[(head * 27 + 5) * 27 + 11], 0) / 4;
  expect(lens.overImage?.weights[0]).toBeCloseTo(mean, 6);
  expect(lens.overImage?.weights).toHaveLength(16);
  lens.selection.selectPoint([0.9, 0.1]);
  expect(lens.target).toEqual([14]);
});

it('what a panel shows is kept as a file and opens as the same run', async () => {
  const panel = new Panel(0, () => Promise.resolve(makeEngine()));
  const workspace = new Workspace();
  expect(keptRun(panel, null, workspace)).toBeNull();
  await imports.open(await recorded('lxmert'));
  await panel.choose(shown[0], imports.get(shown[0]));
  const run = keptRun(panel, panel.trace, workspace)!;
  for (const kind of ['npz', 'safetensors'] as const)
    expect(await readTraceFile(writeTraceFile(run, kind))).toEqual(run);
});

it('dropped traces fill the panels from the last one on, a dropped picture is still the page’s', async () => {
  const playground = new Playground(makeEngine);
  await playground.receive([await recorded('vilt'), await recorded('lxmert')]);
  const names = () => playground.panels.map(({ name }) => name);
  expect(names()).toEqual(['LXMERT, random weights', 'ViLT, random weights']);
  await playground.receive([new File([await plain()], 'plain.png')]);
  expect([playground.workspace.name, playground.workspace.image?.width]).toEqual(['plain.png', 60]);
  expect(playground.panels.every(({ fresh }) => fresh)).toBe(true);
  expect(playground.link).toContain('model=trace%2F');
});
