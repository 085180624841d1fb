import type { Ask } from '../trace/trace';
import type { Adapter, Assets, Call, Outcome, Prepared } from './adapter';
import { imageFeeds, prepareFusion, restoreFusion, textFeeds } from './fusion';
import { readMaps } from './maps';
import { readMasks } from './masks';
import { similarity } from './similarity';

/** One graph a stream, in the order of `Trace.attentions`. */
const sides = { text: 'text', vision: 'image' } as const;
const roles = Object.keys(sides) as (keyof typeof sides)[];

/** Dual encoders (CLIP, ALIGN): each stream attends within itself, and they meet in one similarity. */
export const adapter: Adapter = {
  check({ id, graphs, ...manifest }) {
    if (Object.keys(graphs).join() !== roles.join())
      throw new Error(
        `${id}: expected the graphs ${roles.join(' and ')} of a dual encoder, got ${Object.keys(graphs).join(' and ')}`,
      );
    if (!manifest.similarity)
      throw new Error(`${id}: expected the scale of a dual encoder’s similarity, got none`);
    for (const role of roles)
      for (const { name, queries, keys } of graphs[role].attentions)
        if ([...queries, ...keys].some((stream) => stream !== sides[role]) || queries.length !== 1)
          throw new Error(
            `${id}: expected attention "${name}" of the ${role} encoder within ${sides[role]}, got ${queries.join(' + ')} → ${keys.join(' + ')}`,
          );
  },
  prepare: prepareFusion,
  restore: restoreFusion,
  run: runEncoders,
};

/**
 * One pass through both encoders. `outputs.match` is the score [1], a similarity; `similarity` its parts; `outputs.text` [T, D] and
 * `outputs.image` [P, D] are the features, with the task `embed` only.
 * @throws Error for a word to be masked or a question: there is no head to answer; or when one of `ask.masks` fits no attention
 */
async function runEncoders(prepared: Prepared, assets: Assets, call: Call, ask: Ask): Promise<Outcome> {
  const { manifest } = assets;
  const { tokens } = prepared;
  if (ask.task === 'answer' || ask.task === 'mask' || ask.masked?.length)
    throw new Error(
      `${manifest.name} compares whole captions with pictures: it guesses no hidden words and answers no questions.`,
    );
  const bare = roles.flatMap((role) => readMaps(role, manifest.graphs[role], tokens, null, 'none'));
  const run = async (role: keyof typeof sides, before: number) => {
    const entry = manifest.graphs[role];
    const [{ name }] = entry.outputs;
    const asked = askedOf(ask.attentions, before, entry.attentions.length);
    const feeds = role === 'text' ? textFeeds(prepared.ids) : imageFeeds(prepared, manifest, role);
    const { outputs, maps } = await call(role, feeds, {
      outputs: [name],
      maps: asked !== 'none',
      masks: readMasks(ask.masks, bare, role),
    });
    const { dims, data } = outputs[name];
    return {
      features: { dims: dims.slice(1), data },
      attentions: readMaps(role, entry, tokens, maps, asked),
    };
  };
  const text = await run('text', 0);
  const image = await run('vision', text.attentions.length);
  const { map, score } = similarity(text.features, image.features, manifest.similarity?.scale ?? 1);
  return {
    model: manifest.id,
    caption: prepared.caption,
    tokens: [...tokens],
    attentions: [...text.attentions, ...image.attentions],
    outputs: {
      match: { dims: [1], data: Float32Array.of(score) },
      ...(ask.task === 'embed' && { text: text.features, image: image.features }),
    },
    guesses: [],
    similarity: map,
    truncatedAt: prepared.truncatedAt,
  };
}

/** The part of a wish that falls on one graph, counted from its own first attention. */
export function askedOf(asked: Ask['attentions'], before: number, count: number): Ask['attentions'] {
  if (typeof asked === 'string') return asked;
  const own = asked.map((index) => index - before).filter((index) => index >= 0 && index < count);
  return own.length > 0 ? own : 'none';
}
