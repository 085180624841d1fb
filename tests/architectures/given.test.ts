import { describe, expect, test, vi } from 'vitest';
import { readSafetensors } from '../../src/containers/safetensors';
import { cornersOf } from '../../src/architectures/given';
import type { Box, Features } from '../../src/trace/trace';
import { bring, everything, input } from '../runtime/bring';
import { checkpoint, recipeEngine } from '../runtime/folders';
import { difference } from '../support/difference';
import { oracleBytes } from '../support/oracle';

vi.setConfig({ testTimeout: 60_000 });

/** The features that `models/vlpm_export/regions.py` gave PyTorch. */
function given(width: number): Features {
  const data = Float32Array.from({ length: 5 * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return ((7 * i + 3 * j) % 16) / 8;
  });
  const boxes = Array.from({ length: 5 }, (_, i): Box => [i / 16, ((2 * i) % 8) / 16, (3 + i) / 16, 5 / 16]);
  return { boxes, vectors: { dims: [5, width], data }, confidences: null, origin: 'features.npz' };
}

const open = async (name: string) => bring(await checkpoint(name), {}, recipeEngine());
/** Numbers for each region that the tiny checkpoints take. */
const widths = { 'lxmert-pretraining': 16, 'lxmert-answers': 16, 'visual-bert-pretraining': 20 };

describe.each(Object.entries(widths))('%s with features of five regions', (name, width) => {
  test('answers and looks as PyTorch does', async () => {
    const { engine, folder, manifest } = await open(name);
    const { tensors } = readSafetensors(oracleBytes(`regions/${name}.safetensors`));
    const asked = { ...input, features: given(width) };
    const trace = await engine.run(folder, asked, everything);
    trace.attentions.forEach(({ weights }, k) => {
      const said = tensors.get(`attention.${k}`)!;
      expect(weights!.dims).toEqual(said.dims);
      expect(difference(weights!.data, said.data as Float32Array)).toBeLessThan(1e-4);
    });
    expect([...tensors.keys()].filter((key) => key.startsWith('attention.'))).toHaveLength(
      trace.attentions.length,
    );
    const match = tensors.get('match')?.data;
    if (match) {
      const { score } = manifest.own!;
      const column = score?.by === 'column' ? score.column : 0;
      expect(trace.outputs.match.data[0]).toBeCloseTo(Number(match[column]) - Number(match[1 - column]), 3);
    }
    const answers = tensors.get('answer')?.data;
    if (answers) {
      const answered = await engine.run(folder, asked, { task: 'answer', attentions: 'none' });
      expect(difference(answered.outputs.answer.data, answers as Float32Array)).toBeLessThan(1e-4);
    }
    expect(match ?? answers).toBeDefined();
  });

  test('has a token for each, where it lies; without features as many as zeros, which lie nowhere', async () => {
    const { engine, folder } = await open(name);
    const features = { ...given(width), confidences: [0.9, 0.8, 0.7, 0.6, 0.5] };
    const { tokens } = await engine.run(folder, { ...input, features }, everything);
    const regions = tokens.filter(({ stream }) => stream === 'image');
    expect(regions.map(({ role, box, origin, confidence }) => [role, box, origin, confidence])).toEqual(
      features.boxes!.map((box, i) => ['region', box, 'file', features.confidences[i]]),
    );
    const bare = (await engine.run(folder, input, everything)).tokens.filter(
      ({ stream }) => stream === 'image',
    );
    expect(bare).toHaveLength(36);
    expect(bare.every(({ role, box }) => role === 'region' && box === undefined)).toBe(true);
  });

  test('is refused vectors of another width in a sentence, and can be used on', async () => {
    const { engine, folder, manifest } = await open(name);
    await expect(engine.run(folder, { ...input, features: given(2048) }, everything)).rejects.toThrow(
      `${manifest.name} takes ${width} numbers for each region, and features.npz has 2,048.`,
    );
    expect((await engine.run(folder, input, everything)).tokens.length).toBeGreaterThan(36);
  });
});

test('LXMERT wants to know where regions lie; VisualBERT does not', async () => {
  const lxmert = await open('lxmert-answers');
  await expect(
    lxmert.engine.run(lxmert.folder, { ...input, features: { ...given(16), boxes: null } }, everything),
  ).rejects.toThrow(/ wants to know where regions lie, and features\.npz does not say\.$/);
  const bert = await open('visual-bert-pretraining');
  const { tokens } = await bert.engine.run(
    bert.folder,
    { ...input, features: { ...given(20), boxes: null } },
    everything,
  );
  expect(tokens.filter(({ role, box }) => role === 'region' && !box)).toHaveLength(5);
});

test('corners as LXMERT, ViLBERT and UNITER take them', () => {
  const features = { ...given(1), boxes: [[0.25, 0.5, 0.5, 0.25] as Box] };
  const corners = [0.25, 0.5, 0.75, 0.75];
  expect([4, 5, 7].map((columns) => [...cornersOf(features, columns).data])).toEqual([
    corners,
    [...corners, 0.125],
    [...corners, 0.5, 0.25, 0.125],
  ]);
});
