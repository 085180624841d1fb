import type { Tensor } from '../tensor/tensor';
import { readBundle, writeBundle } from './bundle';
import { checkAttention } from './check';
import { joinAttentions } from './joins';
import { format, readMeta, type Meta } from './meta';
import type { Numbers } from '../containers/npy';
import { readImage, toArray } from './pixels';
import { placeTokens } from './place';
import type { Box, Picture, Token, Trace } from './trace';

/** A run as it is kept in a file: docs/trace-format.md. */
export interface TraceFile {
  trace: Trace;
  interaction?: Meta['interaction'];
  streams?: Meta['streams'];
  /** Patches per row and column of `crop`; null when the image tokens are no grid. */
  grid: readonly [columns: number, rows: number] | null;
  crop: Box;
  /** Pixels, or the bytes of a PNG or JPEG file, or null when the file holds no picture. */
  image: Picture | Uint8Array<ArrayBuffer> | null;
}

const output = 'output_';

/**
 * Reads a trace file, an NPZ or a safetensors file.
 * @throws Error of one sentence: what was expected, what came, and where
 */
export async function readTraceFile(bytes: Uint8Array<ArrayBuffer>): Promise<TraceFile> {
  const { meta: json, arrays } = await readBundle(bytes);
  const meta = readMeta(json);
  const { tokens, caption } = placeTokens(meta, arrays.get('boxes'));
  const attentions = joinAttentions(arrays, meta, tokens).map((joined) => checkAttention(joined, tokens));
  const outputs = [...arrays].flatMap(([name, { dims, data }]) =>
    name.startsWith(output)
      ? [[name.slice(output.length), { dims, data: Float32Array.from(data) }] as const]
      : [],
  );
  const [image, similarity] = [arrays.get('image'), arrays.get('similarity')];
  return {
    trace: {
      model: meta.model ?? '',
      caption,
      tokens,
      attentions,
      outputs: Object.fromEntries(outputs),
      ...(similarity && { similarity: readSimilarity(similarity, tokens) }),
      guesses: [],
      truncatedAt: null,
      timings: { prepare: 0, run: 0, read: 0 },
      backend: null,
    },
    interaction: meta.interaction,
    streams: meta.streams,
    grid: meta.grid ?? null,
    crop: meta.crop,
    image: image ? readImage(image) : null,
  };
}

function readSimilarity({ dims, data }: Numbers, tokens: readonly Token[]): Tensor {
  const wanted = (['text', 'image'] as const).map(
    (wanted) => tokens.filter(({ stream }) => stream === wanted).length,
  );
  if (dims.join() !== wanted.join() || !data.every((value) => Number.isFinite(value)))
    throw new Error(
      `similarity: expected finite numbers [text, image] = [${wanted.join(', ')}], got [${dims.join(', ')}].`,
    );
  return { dims, data: Float32Array.from(data) };
}

/** The file that `readTraceFile` reads back to the same run. Attentions that were not asked for make it impossible. @throws Error then */
export function writeTraceFile(file: TraceFile, kind: 'npz' | 'safetensors'): Uint8Array<ArrayBuffer> {
  const { trace, interaction, streams, grid, crop, image } = file;
  const arrays = new Map<string, Numbers>();
  if (image)
    arrays.set('image', image instanceof Uint8Array ? { dims: [image.length], data: image } : toArray(image));
  trace.attentions.forEach(({ name, weights, visible, keys }, index) => {
    if (!weights) throw new Error(`${name}: expected weights to save, got none.`);
    arrays.set(`attention_${index}`, weights);
    if (typeof visible !== 'string') {
      const columns = keys[1] - keys[0];
      const dims = visible.length === columns ? [columns] : [visible.length / columns, columns];
      arrays.set(`visible_${index}`, { dims, data: visible });
    }
  });
  if (trace.similarity) arrays.set('similarity', trace.similarity);
  for (const [task, tensor] of Object.entries(trace.outputs)) arrays.set(`${output}${task}`, tensor);
  const meta: Partial<Meta> = {
    format,
    model: trace.model,
    interaction,
    streams,
    caption: trace.caption,
    tokens: trace.tokens as Meta['tokens'],
    grid: grid ? [grid[0], grid[1]] : undefined,
    crop: [...crop],
    attentions: trace.attentions.map(({ name, layer, depth, stage, queries, keys, visible }) => ({
      name,
      layer,
      depth,
      stage,
      queries: [...queries],
      keys: [...keys],
      visible: visible === 'causal' ? visible : undefined,
    })),
  };
  return writeBundle({ meta, arrays }, kind);
}
