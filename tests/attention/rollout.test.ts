import { expect, test } from 'vitest';
import { rollout } from '../../src/attention/rollout';
import type { Attention, Slice } from '../../src/trace/trace';
import { oracleBytes } from '../support/oracle';
import { attentionOf } from './example';

type Heads = number[][][];
type Blocks = Record<'tt' | 'tv' | 'vt' | 'vv', Heads>;
type Matrix = number[][];

/** Answers of models/lab/oracles/rollout.py. */
const wanted = JSON.parse(new TextDecoder().decode(oracleBytes('rollout.json'))) as {
  single: { layers: Heads[]; rollout: Matrix; head1: Matrix };
  double: {
    encoders: Pick<Blocks, 'tt' | 'vv'>;
    fusion: Blocks[];
    meter: Matrix;
    lxmert: Matrix;
    crossing: Matrix;
  };
};

const streams: Record<string, Slice> = { t: [0, 4], v: [4, 7] };

function block(name: keyof Blocks, weights: Heads, more: Partial<Attention>): Attention {
  return { ...attentionOf(streams[name[0]], streams[name[1]], weights), ...more };
}

const encoders = (['tt', 'vv'] as const).map((name) =>
  block(name, wanted.double.encoders[name], { stage: name === 'tt' ? 'text' : 'image', depth: 0 }),
);

function fused(first: readonly (keyof Blocks)[], then: readonly (keyof Blocks)[]): Attention[] {
  const each = (names: readonly (keyof Blocks)[], layer: number, depth: number) =>
    names.map((name) => block(name, wanted.double.fusion[layer][name], { layer, depth }));
  return [0, 1].flatMap((layer) => [
    ...each(first, layer, 0.2 + 0.4 * layer),
    ...each(then, layer, 0.4 + 0.4 * layer),
  ]);
}

/** Runs it to its end. */
function rolled(
  attentions: readonly Attention[],
  chosen: readonly Attention[],
  count: number,
  head?: number,
) {
  const picked = chosen.map((one) => ({
    attention: attentions.indexOf(one),
    head: head ?? ('mean' as const),
  }));
  const steps = rollout(attentions, picked, count);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function expectNear(got: Attention | null, matrix: Matrix): void {
  const flat = matrix.flat();
  expect(got?.weights?.dims).toEqual([1, matrix.length, matrix.length]);
  flat.forEach((value, i) => expect(got!.weights!.data[i]).toBeCloseTo(value, 6));
}

test('over one sequence it is the original of Abnar and Zuidema', () => {
  const layers = wanted.single.layers.map((weights, layer) => ({
    ...attentionOf([0, 5], [0, 5], weights),
    layer,
    depth: layer / 2,
  }));
  expectNear(rolled(layers, layers, 5), wanted.single.rollout);
  expectNear(rolled(layers, layers, 5, 1), wanted.single.head1);
});

test('over METER’s layers both streams look at what the other held before the layer', () => {
  const modules = [...encoders, ...fused(['tt', 'vv'], ['tv', 'vt'])];
  expectNear(rolled(modules, modules, 7), wanted.double.meter);
});

test('over LXMERT’s layers co-attention comes first, in parallel, then self-attention', () => {
  const modules = [...encoders, ...fused(['tv', 'vt'], ['tt', 'vv'])];
  expectNear(rolled(modules, modules, 7), wanted.double.lxmert);
});

test('modules are taken in the order of their execution, whatever their place in the list', () => {
  const modules = [...encoders, ...fused(['tt', 'vv'], ['tv', 'vt'])].reverse();
  expectNear(rolled(modules, modules, 7), wanted.double.meter);
});

test('what has no chosen head is passed by', () => {
  const modules = [...encoders, ...fused(['tv', 'vt'], ['tt', 'vv'])];
  const across = modules.filter(({ queries, keys }) => queries[0] !== keys[0]);
  expectNear(rolled(modules, across, 7), wanted.double.crossing);
  expect(rolled(modules, [], 7)).toBeNull();
});

test('its rows sum to 1', () => {
  const modules = [...encoders, ...fused(['tt', 'vv'], ['tv', 'vt'])];
  const data = rolled(modules, modules, 7)!.weights!.data;
  for (let row = 0; row < 7; row++)
    expect(data.subarray(row * 7, row * 7 + 7).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
});
