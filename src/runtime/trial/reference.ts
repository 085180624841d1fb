import type { Call, Prepared } from '../../architectures/adapter';
import { blank } from '../../architectures/seen';
import type { Sight } from '../../architectures/sight';
import { fromHalf } from '../../containers/half';
import { readSafetensors, type Stored } from '../../containers/safetensors';
import type { Card } from '../model';

/** What `Trace.outputs` may hold, and as what a reference stores it: the score, what the manifest has tasks for, and features. */
const stored = {
  match: 'match_logit',
  mask: 'mask_logits',
  answer: 'answer_logits',
  text: 'text_features',
  image: 'image_features',
};

/** Largest difference from PyTorch, in logits and attention weights, that still counts as agreement. */
export const tolerance = 1e-4;

/** A stored input and what PyTorch, holding the same rounded weights, answered to it. */
export interface Reference {
  prepared: Prepared;
  /** By the name that they have in `Trace.outputs`; those that the file holds, the score among them. */
  outputs: [name: string, values: Said][];
  /** In the order of `Trace.attentions`. */
  attentions: Said[];
}

/** Numbers of PyTorch's. */
export interface Said {
  data: Float32Array;
  /** Whether they are stored in half precision, and so rounded. */
  half: boolean;
  /** Where only some rows of the last axis but one are stored: which these are, and how long one is. */
  rows?: { at: Int32Array; width: number };
}

/** The numbers of a stored tensor. @throws Error when there is none of floats under that name */
export function floatsOf(tensors: ReadonlyMap<string, Stored>, name: string): Said {
  const tensor = tensors.get(name);
  const at = tensors.get(`rows.${name}`);
  const rows = at?.dtype === 'I32' && tensor ? { at: at.data, width: tensor.dims.at(-1)! } : undefined;
  if (tensor?.dtype === 'F16') return { data: fromHalf(tensor.data), half: true, rows };
  if (tensor?.dtype === 'F32') return { data: tensor.data, half: false, rows };
  throw new Error(`reference: expected ${name} of type F32 or F16, got ${tensor?.dtype ?? 'none'}`);
}

/**
 * Reads a `reference.safetensors`.
 * @param sight what the backbone makes of the picture that is stored beside it, for models that read it so
 * @throws Error when a tensor is missing or of another type
 */
export function readReference(bytes: Uint8Array<ArrayBuffer>, card: Card, sight?: Sight): Reference {
  const { tensors } = readSafetensors(bytes);
  const get = <T extends Stored['dtype']>(name: string, dtype: T) => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== dtype)
      throw new Error(`reference: expected ${name} of type ${dtype}, got ${tensor?.dtype ?? 'none'}`);
    return tensor as Extract<Stored, { dtype: T }>;
  };
  const maps = Object.values(card.manifest.graphs).flatMap(({ attentions }) => attentions);
  return {
    prepared: card.adapter.restore(
      sight ? blank : pixelsOf(get('pixels', 'U8')),
      Array.from(get('input_ids', 'I32').data),
      card,
      sight && withRegions(sight, tensors.get('boxes')),
      tensors.has('answer_ids') ? Array.from(get('answer_ids', 'I32').data) : undefined,
      tensors.has('second_pixels') ? pixelsOf(get('second_pixels', 'U8')) : undefined,
    ),
    outputs: Object.entries(stored)
      .filter(
        ([name, key]) =>
          (name === 'match' && !card.manifest.own) || name in card.manifest.tasks || tensors.has(key),
      )
      .map(([name, key]) => [name, floatsOf(tensors, key)]),
    attentions: maps.map((_, index) => floatsOf(tensors, `attention.${index}`)),
  };
}

const pixelsOf = ({ dims, data }: Extract<Stored, { dtype: 'U8' }>) => {
  return { width: dims[1], height: dims[0], data };
};

/** A sight with the regions that a reference was made with. */
function withRegions(sight: Sight, boxes: Stored | undefined): Sight {
  if (boxes?.dtype !== 'F32') return sight;
  const { data } = boxes;
  const corners = (at: number) => [data[at], data[at + 1], data[at + 2], data[at + 3]] as const;
  const regions = Array.from({ length: data.length / 4 }, (_, i) => {
    return { corners: corners(4 * i), origin: 'detector' as const };
  });
  return { ...sight, regions };
}

/** Runs a reference and returns the largest absolute difference from it; infinite when a number is missing or not a number. */
export async function differ({ prepared, ...wanted }: Reference, card: Card, call: Call): Promise<number> {
  const { outputs, attentions } = await card.adapter.run(prepared, card, call, {
    task: card.manifest.adapter === 'dual-encoder' ? 'embed' : 'mask',
    attentions: 'all',
  });
  return Math.max(
    ...wanted.outputs.map(([name, values]) => distance(outputs[name]?.data, values)),
    ...wanted.attentions.map((weights, index) => distance(attentions[index].weights?.data, weights)),
  );
}

/**
 * The largest absolute difference. What half precision rounded away is no difference: half a step of its 11 bits, which is 2^-12 of a number's power of
 * two, and 2^-25 for the smallest.
 */
export function distance(whole: Float32Array | undefined, { data, half, rows }: Said): number {
  const got = whole && rows ? rowsOf(whole, data.length, rows) : whole;
  if (got?.length !== data.length) return Infinity;
  let most = 0;
  for (let i = 0; i < data.length; i++) {
    const rounded = half ? 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(data[i])))) - 11) : 0;
    const apart = Math.max(0, Math.abs(got[i] - data[i]) - rounded);
    if (!(apart <= most)) most = Number.isNaN(apart) ? Infinity : apart;
  }
  return most;
}

/** The stored rows of a tensor; undefined where it does not have them. */
function rowsOf(
  whole: Float32Array,
  stored: number,
  { at, width }: NonNullable<Said['rows']>,
): Float32Array | undefined {
  const outer = stored / (at.length * width);
  const each = whole.length / outer;
  const beyond = at.some((row) => row < 0 || (row + 1) * width > each);
  if (beyond || !Number.isInteger(outer) || !Number.isInteger(each / width)) return undefined;
  const found = new Float32Array(stored);
  for (let o = 0; o < outer; o++)
    at.forEach((row, i) => {
      const from = o * each + row * width;
      found.set(whole.subarray(from, from + width), (o * at.length + i) * width);
    });
  return found;
}
