import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAttention } from '../../src/onnx/find/find';
import { readModel } from '../../src/onnx/file/reader';
import { recognise } from '../../src/onnx/find/recognise';
import { hubBytes } from '../runtime/own/ownfiles';
import { input, model, node, output, weight } from './build';

function say(file: Uint8Array) {
  const { interaction, streams, directions, image, sequence, placed } = recognise(
    findAttention(readModel(file)),
  );
  const layers = placed.map(({ stage, layer, block }) => `${stage} ${layer} ${block}`);
  return { is: `${interaction.value}, ${streams.value}`, directions, image: image?.value, sequence, layers };
}
const read = (path: string) => say(readFileSync(join(import.meta.dirname, '../..', path)));
const hub = (name: string) => say(hubBytes(name));

test('each family is named as the survey names it', () => {
  expect(hub('vilt').is).toBe('self-attention, single');
  expect(hub('visual-bert').is).toBe('self-attention, single');
  expect(hub('flava').is).toBe('self-attention, double');
  expect(hub('lxmert').is).toBe('co-attention, double');
  expect(hub('bridgetower').is).toBe('co-attention, double');
  expect(hub('blip').is).toBe('co-attention, double');
  expect(hub('clip').is).toBe('VSE, double');
  expect(hub('siglip').is).toBe('VSE, double');
  expect(hub('vit-gpt2').is).toBe('encoder-decoder, double');
  expect(hub('bert').is).toBe('one modality, single');
  expect(hub('vit').is).toBe('one modality, single');
});

test('directions of co-attention', () => {
  expect(hub('lxmert').directions).toEqual(['text → image', 'image → text']);
  expect(hub('blip').directions).toEqual(['text → image']);
  expect(hub('clip').directions).toEqual([]);
});

test('layers are counted within their stage; self-attention of a layer that meets the other stream is fusion', () => {
  const round = (i: number) => ['tv', 'vt', 'tt', 'vv'].map((block) => `fusion ${i} ${block}`);
  expect(hub('lxmert').layers).toEqual(['text 0 tt', 'text 1 tt', 'image 0 vv', ...round(0), ...round(1)]);
  expect(hub('flava').layers.slice(-2)).toEqual(['fusion 0 joint', 'fusion 1 joint']);
  expect(hub('blip').layers.slice(0, 4)).toEqual(['image 0 vv', 'image 1 vv', 'fusion 0 tt', 'fusion 0 tv']);
});

test('pictures: patches with and without CLS, regions, and which stream comes first', () => {
  expect(hub('vit').image).toEqual({
    kind: 'patch',
    size: [32, 32],
    grid: [2, 2],
    patch: [16, 16],
    extra: 1,
  });
  expect(hub('siglip').image).toMatchObject({ grid: [2, 2], extra: 0 });
  expect(hub('vilt').image).toMatchObject({ grid: [2, 2], extra: 1 });
  expect(hub('lxmert').image).toMatchObject({ kind: 'region' });
  expect(hub('bert').image).toBeUndefined();
  expect(hub('vilt').sequence).toMatchObject({ value: ['text', 'image'], sure: true });
  expect(hub('flava').sequence).toMatchObject({ value: ['image', 'text'], sure: true });
  expect(hub('lxmert').sequence).toBeNull();
});

test.each(['vilt-mini', 'meter-mini'])('%s is what its manifest says', (id) => {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, `../../models/zoo/${id}/manifest.json`), 'utf8'),
  ) as {
    interaction: string;
    streams: string;
    image: { size: number[]; grid: number[] };
    graphs: { model: { attentions: { stage: string; layer: number }[] } };
  };
  const found = read(`models/zoo/${id}/model.onnx`);
  expect(found.is).toBe(`${manifest.interaction}, ${manifest.streams}`);
  expect(found.image).toMatchObject({ size: manifest.image.size, grid: manifest.image.grid });
  expect(found.layers.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual(
    manifest.graphs.model.attentions.map(({ stage, layer }) => `${stage} ${layer}`),
  );
});

test('a model without attention says so', () => {
  const bytes = model([
    input('x', [1, 4]),
    weight('w', [4, 4]),
    node('MatMul', ['x', 'w'], ['y']),
    node('Softmax', ['y'], ['z']),
    output('z'),
  ]);
  expect(recognise(findAttention(readModel(bytes))).interaction).toMatchObject({ value: 'none', sure: true });
});
