import { beforeAll, describe, expect, test } from 'vitest';
import type { Adapter, Answer, Assets, Feed, Want } from '../../src/architectures/adapter';
import { shipped } from '../../src/architectures/manifest';
import { loadAdapter } from '../../src/architectures/registry';
import type { Ask, Input } from '../../src/trace/trace';
import { zooAssets, zooManifest } from './zoo';

const white: Input = {
  picture: { width: 4, height: 2, data: new Uint8ClampedArray(32).fill(255) },
  crop: [0.25, 0, 0.5, 1],
  caption: 'a dog',
};
const caption: Ask = { task: 'match', attentions: 'none' };

/** Stands where the engine's queue stands: notes what a graph is asked, and answers with a row number in every logit. */
function recorder(vocabulary: number) {
  const asked: { role: string; feeds: Record<string, Feed>; want: Want }[] = [];
  const call = (role: string, feeds: Record<string, Feed>, want: Want): Promise<Answer> => {
    asked.push({ role, feeds, want });
    const length = feeds.input_ids.dims[1];
    const rows = Float32Array.from({ length: length * vocabulary }, (_, i) => Math.floor(i / vocabulary));
    return Promise.resolve({
      outputs: {
        match_logit: { dims: [1], data: Float32Array.of(0.5) },
        mask_logits: { dims: [1, length, vocabulary], data: rows },
        answer_logits: { dims: [1, 3], data: Float32Array.of(0, Math.log(3), Math.log(4)) },
      },
      maps: null,
    });
  };
  return { asked, call };
}

/** Those whose one graph fuses a picture and a caption. */
const fusing = shipped.filter((id) => 'model' in zooManifest(id).graphs);

describe.each(fusing)('%s', (id) => {
  let assets: Assets;
  let adapter: Adapter;
  beforeAll(async () => {
    assets = await zooAssets(id);
    adapter = await loadAdapter(assets.manifest);
  });
  const run = async (ask: Ask, input = white) => {
    const { asked, call } = recorder(10);
    const outcome = await adapter.run(adapter.prepare(input, assets), assets, call, ask);
    return { outcome, ...asked[0] };
  };

  test('a white picture and two words become the graph’s inputs', async () => {
    const { role, feeds, want } = await run(caption);
    const id = (piece: string) => BigInt(assets.tokenizer.id(piece) ?? -1);
    expect([role, want]).toEqual(['model', { outputs: ['match_logit'], maps: false, masks: [] }]);
    expect(feeds.pixel_values.dims).toEqual([1, 3, 96, 96]);
    expect(feeds.pixel_values.data.every((value) => value === 1)).toBe(true);
    expect(feeds.input_ids).toEqual({
      dtype: 'int64',
      dims: [1, 4],
      data: BigInt64Array.of(id('[CLS]'), id('a'), id('dog'), id('[SEP]')),
    });
    expect(feeds.attention_mask.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n));
  });

  test('tokens are text, then 64 patches of the crop in raster order', async () => {
    const { outcome } = await run(caption);
    expect(outcome.tokens.map((token) => token.text ?? token.role).slice(0, 5)).toEqual([
      '[CLS]',
      'a',
      'dog',
      '[SEP]',
      'patch',
    ]);
    expect(outcome.tokens).toHaveLength(68);
    expect(outcome.tokens[2]).toMatchObject({ span: [2, 5], word: 1 });
    expect(outcome.tokens[4].box).toEqual([0.25, 0, 0.0625, 0.125]);
    expect(outcome.tokens[67].box).toEqual([0.6875, 0.875, 0.0625, 0.125]);
    expect(outcome.attentions.every(({ weights }) => weights === null)).toBe(true);
  });

  test('a masked word is hidden, and only its logits come back', async () => {
    const { outcome, feeds, want } = await run({ ...caption, task: 'mask', masked: [2] });
    expect(feeds.input_ids.data[2]).toBe(BigInt(assets.tokenizer.id('[MASK]') ?? -1));
    expect(want.outputs).toEqual(['match_logit', 'mask_logits']);
    expect(outcome.tokens[2]).toMatchObject({ role: 'mask', text: '[MASK]', span: [2, 5], word: 1 });
    expect(outcome.outputs.mask).toEqual({ dims: [1, 10], data: new Float32Array(10).fill(2) });
    expect(outcome.guesses).toHaveLength(1);
    expect(outcome.guesses[0].token).toBe(2);
  });

  test('a mask typed by hand is guessed too', async () => {
    const { outcome } = await run(caption, { ...white, caption: 'a [MASK]' });
    expect(outcome.guesses.map(({ token }) => token)).toEqual([2]);
  });

  test('a question is answered, and matched with nothing', async () => {
    const asking = {
      ...assets,
      manifest: {
        ...assets.manifest,
        answers: ['red', 'two', 'yes'],
        tasks: { ...assets.manifest.tasks, answer: { output: 'model/answer_logits' } },
      },
    };
    const { asked, call } = recorder(10);
    const prepared = adapter.prepare({ ...white, caption: 'is there a dog ?' }, asking);
    const { answers, outputs } = await adapter.run(prepared, asking, call, { ...caption, task: 'answer' });
    expect(asked[0].want.outputs).toEqual(['answer_logits']);
    expect(Object.keys(outputs)).toEqual(['answer']);
    expect(answers?.map(({ text, probability }) => [text, Number(probability.toFixed(6))])).toEqual([
      ['yes', 0.5],
      ['two', 0.375],
      ['red', 0.125],
    ]);
    const whole = await adapter.run(prepared, asking, call, { ...caption, task: 'mask' });
    expect(Object.keys(whole.outputs)).toEqual(['match', 'mask', 'answer']);
    expect(whole.answers).toBeUndefined();
  });

  test('a model without the task says so', () => {
    const { match } = assets.manifest.tasks;
    const silent = { ...assets, manifest: { ...assets.manifest, tasks: { match } } };
    const prepared = adapter.prepare({ ...white, caption: 'what is it ?' }, silent);
    return expect(
      adapter.run(prepared, silent, recorder(10).call, { ...caption, task: 'answer' }),
    ).rejects.toThrow(`${id}: expected an output "model/…" for the task answer, got none`);
  });

  test.each([
    [0, '[CLS]'],
    [4, 'patch'],
    [99, 'nothing'],
  ])('position %i cannot be masked', (at, what) =>
    expect(run({ ...caption, masked: [at] })).rejects.toThrow(
      `expected a word to mask at position ${at}, got ${what}`,
    ),
  );
});

test('a manifest of another family is refused', async () => {
  const single = zooManifest('vilt-mini');
  const dual = zooManifest('meter-mini');
  await expect(loadAdapter({ ...single, adapter: 'dual-stream' })).rejects.toThrow(
    'vilt-mini: expected attention "joint 1" of a dual-stream model from one stream to one stream, got text + image → text + image',
  );
  await expect(loadAdapter({ ...dual, adapter: 'single-stream' })).rejects.toThrow(
    'meter-mini: expected attention "image 1" of a single-stream model over text + image, got image → image',
  );
  await expect(loadAdapter({ ...dual, adapter: 'dual-encoder' })).rejects.toThrow(
    'meter-mini: expected the graphs text and vision of a dual encoder, got model',
  );
  await expect(loadAdapter({ ...dual, adapter: 'encoder-decoder' })).rejects.toThrow(
    /^meter-mini: expected a family among single-stream, dual-stream, dual-encoder.*, got encoder-decoder$/,
  );
});
