import { normalise } from '../inputs/normalise';
import type { Tensor } from '../tensor/tensor';
import type { Cut } from '../onnx/find/cut';
import type { Feed, Prepared } from './adapter';
import { cornersOf, vectorsOf } from './given';
import type { GraphEntry, Manifest, Source } from './manifest';

type Port = GraphEntry['inputs'][number];

/**
 * What an input of a visitor's graph is given. Free axes: 1 for the first, the length of the text for those of the ids, the picture's sides
 * for those of pixels, the number of regions for what other models make.
 * @param made outputs of the graphs that ran before, by "role/name"
 * @throws Error when a graph that should have run before has not
 */
export function feed(
  port: Port,
  source: Source,
  prepared: Prepared,
  manifest: Manifest,
  made: ReadonlyMap<string, Tensor>,
): Feed {
  const { ids, tokens } = prepared;
  const { width, height } = prepared.pixels;
  const text = Math.max(1, ids.length);
  const { features } = prepared;
  const regions = features?.vectors.dims[0] ?? manifest.own?.regions ?? 1;
  const lengths = port.dims.map((dim, axis) => {
    if (typeof dim === 'number') return dim;
    if (axis === 0) return 1;
    if (axis === 1 && dim === regionsAxis(manifest)) return regions;
    if (port.dims.length === 2) return text;
    if (port.dims.length > 3 && axis < port.dims.length - 2) return 1;
    if (axis === 1 && port.dims.length === 3 && !/mask/.test(port.name)) return regions;
    return axis === port.dims.length - 1 ? width : height;
  });
  switch (source.from) {
    case 'pixels': {
      const own = source.second ? prepared.second : undefined;
      const given = (own ? [own] : (prepared.tiles ?? [prepared.pixels])).map((pixels) => {
        const first = normalise(pixels, manifest.image);
        return source.channels === 'first' ? first : channelsLast(first);
      });
      const lead = source.pictures ?? Array<number>(Math.max(0, port.dims.length - 4)).fill(1);
      const count = lead.reduce((product, length) => product * length, 1);
      const [{ dims, data: one }] = given;
      const data = new Float32Array(count * one.length);
      for (let i = 0; i < count; i++) data.set(given[i % given.length].data, i * one.length);
      return floats(port, { dims: [1, ...lead, ...dims.slice(1)], data });
    }
    case 'cut': {
      const { dims, data } = cutPicture(normalise(prepared.pixels, manifest.image), source);
      return floats(port, { dims: port.dims.length > 2 ? [1, ...dims] : dims, data });
    }
    case 'cells': {
      const { side, merge } = source;
      const cells = [height, width].map((length) => Math.floor(length / side / merge) * merge);
      return whole(port, [1, 3], (i) => [1, ...cells][i]);
    }
    case 'values':
      return whole(port, lengths, (i) => source.values[i]);
    case 'graph': {
      const tensor = made.get(source.output);
      if (!tensor) throw new Error(`${manifest.id}: expected ${source.output} before ${port.name}, got none`);
      return floats(port, tensor);
    }
    case 'joined': {
      const [words, picture] = [made.get(source.words), made.get(source.picture)];
      if (!words || !picture)
        throw new Error(
          `${manifest.id}: expected ${source.words} and ${source.picture} before ${port.name}, got none`,
        );
      return floats(port, joined(words, picture, prepared.places ?? 0));
    }
    case 'ids':
      return whole(port, lengths, (i) => ids[i] ?? 0);
    case 'written': {
      const written = prepared.written ?? [];
      return whole(port, [1, written.length], (i) => written[i]);
    }
    case 'visible': {
      const words = tokens.filter(({ stream }) => stream === 'text');
      return whole(port, lengths, (i) => Number(words[i]?.role !== 'pad'));
    }
    case 'rotary': {
      const { places } = manifest.own!;
      const picture = { lead: prepared.places ?? 0, grid: manifest.image.grid, count: places?.count ?? 0 };
      const dims = [source.rows, 1, text];
      return whole(port, dims, (i) => rotaryPosition(Math.floor(i / text) - source.rows, i % text, picture));
    }
    case 'pictured': {
      const [start, count] = [prepared.places ?? 0, manifest.own!.places?.count ?? 0];
      return whole(port, lengths, (i) => Number(i >= start && i < start + count));
    }
    case 'positions':
      return whole(port, lengths, (i) => i);
    case 'nothing':
      return floats(port, { dims: lengths.with(source.axis, 0), data: new Float32Array() });
    case 'vectors':
      return features ? floats(port, vectorsOf(features)) : whole(port, lengths, () => 0);
    case 'corners':
      return features ? floats(port, cornersOf(features, lengths[2])) : whole(port, lengths, () => 0);
    case 'fill':
      return whole(port, lengths, () => source.value);
  }
}

/** Rows of words [1, positions, width] of which those from `at` on are the picture's [… positions, width]. */
function joined(words: Tensor, picture: Tensor, at: number): Tensor {
  const width = words.dims[2];
  const room = words.data.length - at * width;
  if (picture.dims.at(-1) !== width || picture.data.length > room)
    throw new Error(
      `expected a picture of at most ${room / width} vectors of ${width} numbers, got ${picture.data.length / picture.dims.at(-1)!} of ${picture.dims.at(-1)}`,
    );
  const data = new Float32Array(words.data);
  data.set(picture.data, at * width);
  return { dims: words.dims, data };
}

/**
 * Position of a token in time, row or column (−3, −2, −1), or its plain one (−4), by the multimodal rotary embedding of Qwen2-VL (Wang et al., 2024;
 * `get_rope_index` of Hugging Face): a picture stands at one time and counts its rows and columns on from the words before it, and words go on behind
 * the farther of both.
 */
export function rotaryPosition(
  axis: number,
  at: number,
  { lead, grid, count }: { lead: number; grid?: readonly [number, number]; count: number },
): number {
  const [across, down] = grid ?? [count, 1];
  if (axis < -3 || at < lead || count === 0) return at;
  const place = at - lead;
  if (place >= count) return lead + Math.max(across, down) + place - count;
  if (axis === -3) return lead;
  return lead + (axis === -2 ? Math.floor(place / across) : place % across);
}

/** What the free length of the regions is called; undefined where it is not free. */
function regionsAxis({ graphs, own }: Manifest): string | undefined {
  for (const [role, { inputs }] of Object.entries(graphs))
    for (const { name, dims } of inputs)
      if (own?.feeds[role]?.[name]?.from === 'vectors' && typeof dims[1] === 'string') return dims[1];
  return undefined;
}

const floats = ({ dtype }: Port, { dims, data }: Tensor): Feed => ({
  dtype: dtype === 'float16' ? dtype : 'float32',
  dims,
  data,
});

function whole({ dtype }: Port, dims: readonly number[], value: (i: number) => number): Feed {
  const length = dims.reduce((product, dim) => product * dim, 1);
  const values = Array.from({ length }, (_, i) => value(i));
  if (dtype === 'int64') return { dtype, dims, data: BigInt64Array.from(values, BigInt) };
  if (dtype === 'int32') return { dtype, dims, data: Int32Array.from(values) };
  if (dtype === 'bool') return { dtype, dims, data: Uint8Array.from(values) };
  return { dtype, dims, data: Float32Array.from(values) };
}

/**
 * [1, 3, height, width] as [patches, 3 · frames · side · side]: squares of `merge` × `merge` patches one after another in raster order, patches of a square
 * in raster order, in each all frames, which are alike, of each channel; where the channels come `last`, those of a pixel side by side.
 */
export function cutPicture(
  { dims: [, channels, height, width], data }: Tensor,
  { side, frames, merge, last }: Cut,
): Tensor {
  const [down, across] = [height, width].map((length) => Math.floor(length / side / merge));
  const rows = down * across * merge * merge;
  const long = channels * frames * side * side;
  const cut = new Float32Array(rows * long);
  for (let i = 0; i < cut.length; i++) {
    const [row, within] = [Math.floor(i / long), i % long];
    const [square, inside] = [Math.floor(row / merge / merge), row % (merge * merge)];
    const top = Math.floor(square / across) * merge + Math.floor(inside / merge);
    const left = (square % across) * merge + (inside % merge);
    const channel = last ? within % channels : Math.floor(within / (frames * side * side));
    const pixel = last ? Math.floor(within / channels) : within;
    const [y, x] = [Math.floor(pixel / side) % side, pixel % side];
    cut[i] = data[(channel * height + top * side + y) * width + left * side + x];
  }
  return { dims: [rows, long], data: cut };
}

/** [1, 3, height, width] as [1, height, width, 3]. */
function channelsLast({ dims: [, channels, height, width], data }: Tensor): Tensor {
  const area = height * width;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < area; i++)
    for (let channel = 0; channel < channels; channel++)
      turned[i * channels + channel] = data[channel * area + i];
  return { dims: [1, height, width, channels], data: turned };
}
