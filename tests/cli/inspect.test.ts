import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Inspection } from '../../src/architectures/found/inspection';
import { joinBytes, writeField } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from '../onnx/build';
import { hubBytes } from '../runtime/own/ownfiles';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hub = (name: string) => file(`${name}.onnx`, hubBytes(name));

function inspect(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  return new Promise((done) =>
    execFile(process.execPath, [tsx, join(root, 'src/cli/inspect.ts'), ...words], (error, out, err) =>
      done({ status: Number(error?.code ?? 0), out, err }),
    ),
  );
}

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test('says what an LXMERT is, a row per attention', async () => {
  const { status, out, err } = await inspect(hub('lxmert'));
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('co-attention (text → image, image → text), double stream');
  expect(out).toContain('[batch, 5, 20]  vectors');
  const rows = out.split('\n').filter((line) => /^ +\d+ {2}/.test(line));
  expect(rows).toHaveLength(11);
  expect(rows[4]).toMatch(
    /5 {2}fusion +1 {2}vt +4 {2}image → text +0\.354 {2}additive mask +MatMul +\/model/,
  );
}, 60_000);

test('as JSON, of several models, with the files that came along', async () => {
  const config = file(
    'preprocessor_config.json',
    '{"image_mean":[0.1,0.2,0.3],"image_std":[1,1,1],"resample":3}',
  );
  const { status, out } = await inspect(hub('vilt'), hub('clip'), config, '--json');
  expect(status).toBe(0);
  const [vilt, clip] = JSON.parse(out) as Inspection[];
  expect(vilt.architecture.interaction.value).toBe('self-attention');
  expect(vilt.attentions.map(({ block, heads }) => [block, heads])).toEqual([
    ['joint', 4],
    ['joint', 4],
  ]);
  expect(vilt.draft['image.mean']).toMatchObject({ value: [0.1, 0.2, 0.3], sure: true });
  expect(vilt.draft['image.resample']).toMatchObject({ value: 'bicubic', sure: true });
  expect(clip.architecture.interaction.value).toBe('VSE');
  expect(clip.remarks).toEqual([]);
}, 60_000);

test('a model without attention is outlined, and what is strange is said', async () => {
  const odd = file(
    'odd.onnx',
    model([
      input('x', [1, 4]),
      weight('w', [4, 4]),
      node('Magic', ['x', 'w'], ['y'], {}, 'my.own'),
      node('If', ['way'], ['z'], { then_branch: joinBytes([weight('v', [5]), output('v')]) }),
      input('way', [], 9),
      input('long', [1, 'floor(height / 16 + 1) * floor(width / 16 + 1)']),
      output('y'),
    ]),
  );
  const { status, out } = await inspect(odd);
  expect(status).toBe(0);
  expect(out).toContain('No attention. Most frequent operations\n  Magic × 1');
  expect(out).toContain('2 nodes, 21 parameters');
  expect(out).toContain('[1, floor(height / 16 + 1) * floor(…]');
  expect(out).toContain('1 custom operation, which the runtime does not have: my.own:Magic');
}, 60_000);

test('files that are no models: one sentence each and status 1, the others are still read', async () => {
  const bad = [
    file('empty.onnx', ''),
    file('text.onnx', 'hello\n'),
    file('circle.onnx', model([node('Neg', ['a'], ['b']), node('Neg', ['b'], ['a']), output('a')])),
  ];
  const { status, out, err } = await inspect(...bad, hub('vit'));
  expect(status).toBe(1);
  expect(err.trim().split('\n')).toEqual([
    expect.stringContaining('The model file is empty (0 bytes).'),
    expect.stringContaining('The file is text, not an ONNX model'),
    expect.stringContaining('runs in a circle through its node'),
  ]);
  expect(out).toContain('vit.onnx');
}, 60_000);

test('weights in another file: those that are not there are named, those given beside the model are not', async () => {
  const pair = (key: string, value: string) => writeField(13, [writeField(1, key), writeField(2, value)]);
  const outside = writeField(5, [
    writeField(1, 4),
    writeField(2, 1),
    writeField(8, 'w'),
    pair('location', 'w.data'),
    writeField(14, 1),
  ]);
  const split = file(
    'split.onnx',
    model([input('x', [4]), outside, node('Add', ['x', 'w'], ['y']), output('y')]),
  );
  mkdirSync(join(folder, 'elsewhere'));
  const data = file('elsewhere/w.data', new Uint8Array(16));
  expect((await inspect(split)).out).toContain('w.data is not there');
  const { status, out } = await inspect(data, split);
  expect(status).toBe(0);
  expect(out).toContain('weights in w.data');
  expect(out).not.toContain('is not there');
}, 60_000);

test('wrong usage ends with status 2, a file that is not there with 1', async () => {
  expect(await inspect()).toMatchObject({ status: 2, out: '' });
  expect(await inspect(hub('vit'), '--what')).toMatchObject({ status: 2, out: '' });
  expect(await inspect(file('alone.json', '{}'))).toMatchObject({ status: 2, out: '' });
  const { status, err } = await inspect(join(folder, 'nowhere.onnx'));
  expect(status).toBe(1);
  expect(err).toMatch(/nowhere\.onnx: There is no such file\.\n$/);
}, 60_000);
