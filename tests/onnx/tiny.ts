import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';

interface Flat {
  dims: number[];
  data: number[];
}

/** What PyTorch says of the tiny model: `models/vlpm_export/fixtures.py` writes it. */
interface Truth {
  attentions: string[];
  feeds: { pixel_values: Flat; input_ids: Flat };
  runs: Record<'plain' | 'masked' | 'both', { match_logit: Flat; mask_logits: Flat; attentions: Flat[] }>;
}

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

export const tiny = fixture('tiny.onnx');
export const truth = JSON.parse(new TextDecoder().decode(fixture('tiny.json'))) as Truth;
export const outline = JSON.parse(new TextDecoder().decode(fixture('outline.json'))) as {
  producer: string;
  opsets: Record<string, number>;
  inputs: unknown[];
  outputs: unknown[];
  weights: { name: string; dtype: number; dims: number[] }[];
  nodes: {
    op: string;
    name: string;
    inputs: string[];
    outputs: string[];
    numbers: Record<string, unknown>;
  }[];
};

/** Runs a model in the real runtime on the fixture's inputs, and on `more` where it asks for more. */
export async function run(
  model: Uint8Array,
  fetch: string[],
  more: Record<string, ort.Tensor> = {},
): Promise<Record<string, Float32Array<ArrayBuffer>>> {
  const session = await ort.InferenceSession.create(model);
  const { pixel_values: pixels, input_ids: ids } = truth.feeds;
  const feeds = {
    pixel_values: new ort.Tensor('float32', pixels.data, pixels.dims),
    input_ids: new ort.Tensor('int64', ids.data.map(BigInt), ids.dims),
    ...more,
  };
  const results = await session.run(feeds, fetch);
  await session.release();
  return Object.fromEntries(fetch.map((name) => [name, results[name].data as Float32Array<ArrayBuffer>]));
}
