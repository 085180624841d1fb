import { describe, expect, test } from 'vitest';
import { likeliestAnswers } from '../../src/architectures/answers';
import { guesses } from '../../src/architectures/guess';
import { sliceOf } from '../../src/architectures/layout';
import { readMaps } from '../../src/architectures/maps';
import type { Token } from '../../src/trace/trace';
import { zooManifest } from './zoo';

const word: Token = { stream: 'text', role: 'word' };
const patch: Token = { stream: 'image', role: 'patch' };
const tokens = [word, word, patch, patch, patch];

describe('layout', () => {
  test('streams lie end to end', () => {
    expect(sliceOf(tokens, ['text'])).toEqual([0, 2]);
    expect(sliceOf(tokens, ['image'])).toEqual([2, 5]);
    expect(sliceOf(tokens, ['text', 'image'])).toEqual([0, 5]);
  });
  test('streams that are mixed or absent are refused', () => {
    expect(() => sliceOf([word, patch, word], ['text'])).toThrow('expected text tokens side by side');
    expect(() => sliceOf([word], ['image'])).toThrow('expected image tokens side by side');
  });
});

describe('guesses', () => {
  test('probabilities are over the whole vocabulary, best first', () => {
    const row = [0, Math.log(3), Math.log(2), -Infinity, -Infinity, -Infinity, Math.log(4)];
    const [guess] = guesses({ dims: [1, 7], data: Float32Array.from(row) }, [9], (id) => `#${id}`);
    expect(guess.token).toBe(9);
    expect(guess.words.map(({ text }) => text)).toEqual(['#6', '#1', '#2', '#0', '#3']);
    [0.4, 0.3, 0.2, 0.1, 0].forEach((value, i) => expect(guess.words[i].probability).toBeCloseTo(value, 6));
  });
});

describe('answers', () => {
  test('as many as the manifest names, or none', () => {
    const manifest = { ...zooManifest('vilt-mini'), answers: ['no', 'yes'] };
    const [best] = likeliestAnswers({ dims: [1, 2], data: Float32Array.of(0, Math.log(3)) }, manifest);
    expect(best.text).toBe('yes');
    expect(best.probability).toBeCloseTo(0.75, 6);
    expect(() => likeliestAnswers({ dims: [1, 3], data: new Float32Array(3) }, manifest)).toThrow(
      'vilt-mini: expected a manifest that names 3 answers, got 2',
    );
  });
});

describe('maps', () => {
  const graph = zooManifest('meter-mini').graphs.model;
  const sizes = graph.attentions.map(({ heads, queries, keys }) => {
    const length = (streams: string[]) =>
      streams.reduce((sum, stream) => sum + (stream === 'text' ? 2 : 3), 0);
    return heads * length(queries) * length(keys);
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const flat = Float32Array.from({ length: total }, (_, i) => i);

  test('each attention gets its part, as [head, query, key]', () => {
    const read = readMaps('model', graph, tokens, flat, 'all');
    const across = read.findIndex(({ name }) => name === 'text → image 1');
    expect(read[across]).toMatchObject({ queries: [0, 2], keys: [2, 5], stage: 'fusion', visible: 'all' });
    expect(read[across].weights?.dims).toEqual([4, 2, 3]);
    expect(read[across].weights?.data[0]).toBe(sizes.slice(0, across).reduce((sum, size) => sum + size, 0));
  });
  test('only what was asked for keeps its weights', () => {
    const kept = readMaps('model', graph, tokens, flat, [1, 3]).flatMap(({ weights }, i) =>
      weights ? [i] : [],
    );
    expect(kept).toEqual([1, 3]);
  });
  test('too few numbers are refused', () =>
    expect(() => readMaps('model', graph, tokens, flat.slice(1), 'all')).toThrow(String(total)));
});
