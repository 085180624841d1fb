import type { Call, Prepared } from '../../architectures/adapter';
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
  outputs: [name: string, values: Float32Array][];
  /** In the order of `Trace.attentions`. */
  attentions: Float32Array[];
}

/**
 * Reads a `reference.safetensors`.
 * @throws Error when a tensor is missing or of another type
 */
export function readReference(bytes: Uint8Array<ArrayBuffer>, card: Card): Reference {
  const { tensors } = readSafetensors(bytes);
  const get = <T extends Stored['dtype']>(name: string, dtype: T) => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== dtype)
      throw new Error(`reference: expected ${name} of type ${dtype}, got ${tensor?.dtype ?? 'none'}`);
    return tensor as Extract<Stored, { dtype: T }>;
  };
  const { dims, data } = get('pixels', 'U8');
  const maps = Object.values(card.manifest.graphs).flatMap(({ attentions }) => attentions);
  return {
    prepared: card.adapter.restore(
      { width: dims[1], height: dims[0], data },
      Array.from(get('input_ids', 'I32').data),
      card,
    ),
    outputs: Object.entries(stored)
      .filter(
        ([name, key]) =>
          (name === 'match' && !card.manifest.own) || name in card.manifest.tasks || tensors.has(key),
      )
      .map(([name, key]) => [name, get(key, 'F32').data]),
    attentions: maps.map((_, index) => get(`attention.${index}`, 'F32').data),
  };
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

function distance(got: Float32Array | undefined, wanted: Float32Array): number {
  if (got?.length !== wanted.length) return Infinity;
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    const apart = Math.abs(got[i] - wanted[i]);
    if (!(apart <= most)) most = Number.isNaN(apart) ? Infinity : apart;
  }
  return most;
}
