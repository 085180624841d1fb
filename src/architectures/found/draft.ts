import { readSpecials } from '../../inputs/specials';
import type { Finding } from '../../onnx/find/find';
import type { Guess } from '../../onnx/find/guess';
import type { Architecture } from '../../onnx/find/recognise';
import type { AttentionEntry, Manifest } from '../manifest';
import { dimsOf } from '../../onnx/shape/view';
import { placingOf, type Companions } from './processor';

/** A manifest in the making: fields by their path in it, each with how sure it is. */
export type Draft = Record<string, Guess<unknown>>;

/**
 * What can be said of a model's manifest before anybody is asked. What no file says is a guess to be confirmed.
 * @param companions tokenizer.json, tokenizer_config.json, preprocessor_config.json, processor_config.json, generation_config.json and config.json are used
 */
export function draftManifest(finding: Finding, found: Architecture, companions: Companions): Draft {
  const draft: Draft = { interaction: found.interaction, streams: found.streams, adapter: adapterOf(found) };
  if (found.sequence) draft.sequence = found.sequence;
  const { fixed } = found.places ?? {};
  if (fixed) draft['own.lead'] = { value: fixed.lead, sure: true, why: found.sequence?.why ?? '' };
  if (found.image) {
    const { value, sure, why } = found.image;
    draft.visual = { value: value.kind, sure, why };
    if (value.grid) draft['image.grid'] = { value: value.grid, sure, why };
    draft['image.cls'] = { value: value.extra > 0, sure, why };
    if (value.size)
      draft['image.size'] =
        value.cut && !sure
          ? { value: value.size, sure, why }
          : { value: value.size, sure: true, why: 'the input has this shape' };
    else if (value.kind !== 'region') draft['image.size'] = sizeOf(companions);
    if (value.kind !== 'region') Object.assign(draft, pixelsOf(companions['preprocessor_config.json']));
  }
  if (finding.kinds.includes('text')) Object.assign(draft, textOf(companions));
  draft['graphs.model.attentions'] = attentionsOf(found, finding);
  draft['own.placing'] = { value: placingOf(companions), sure: true, why: 'the model’s files say so' };
  return draft;
}

const adapters: Partial<Record<Architecture['interaction']['value'], Manifest['adapter']>> = {
  'self-attention': 'single-stream',
  'co-attention': 'dual-stream',
  VSE: 'dual-encoder',
  'encoder-decoder': 'encoder-decoder',
};

function adapterOf({ interaction, streams }: Architecture): Guess<Manifest['adapter'] | null> {
  const value = adapters[interaction.value] ?? null;
  const double = value === 'single-stream' && streams.value === 'double';
  return {
    value: double ? 'dual-stream' : value,
    sure: interaction.sure && value !== null,
    why: interaction.why,
  };
}

/** Width and height in px that a configuration says, for an input that takes any. */
function sizeOf(companions: Companions): Guess<[number, number]> {
  const { crop_size: crop, size } = companions['preprocessor_config.json'] ?? {};
  const { image_size: outer, vision_config: vision } = companions['config.json'] ?? {};
  const inner = (vision as Record<string, unknown> | undefined)?.image_size;
  for (const said of [crop, size, outer, inner]) {
    const sides = (typeof said === 'number' ? { width: said, height: said } : said) as
      Record<string, unknown> | undefined;
    // Qwen2-VL's processor has numbers of pixels in these fields.
    if (Number(sides?.longest_edge) > 1e5) continue;
    const [width, height] = [sides?.width ?? sides?.shortest_edge, sides?.height ?? sides?.shortest_edge];
    if (typeof width === 'number' && typeof height === 'number')
      return { value: [width, height], sure: true, why: 'a configuration says so' };
  }
  return { value: [224, 224], sure: false, why: 'the input takes any size and no configuration says one' };
}

const triple = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 3 && value.every((x) => typeof x === 'number');

/** Pillow's numbers for its filters, as Hugging Face writes them. */
const filters: Record<number, Manifest['image']['resample']> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
};

/**
 * Mean and deviation by which a share of white, x / 255, becomes what a model is given, with the factor, the offset and the second division
 * by the deviation that EfficientNet's processor has (`include_top`). Null where a configuration does not say.
 */
function statisticsOf(config: Record<string, unknown>): { mean: number[]; std: number[] } | null {
  const {
    do_normalize: normalises,
    rescale_factor: factor,
    rescale_offset: offset,
    include_top: top,
  } = config;
  const [zeros, ones] = [
    [0, 0, 0],
    [1, 1, 1],
  ];
  const [mean, std] = normalises === false ? [zeros, ones] : [config.image_mean, config.image_std];
  const again = top === true && triple(config.image_std) ? config.image_std : ones;
  if (!triple(mean) || !triple(std)) return null;
  const scale = typeof factor === 'number' && factor > 0 ? 255 * factor : 1;
  const exact = Math.abs(scale - 1) < 1e-6 && offset !== true && again === ones;
  if (exact) return { mean, std };
  const shift = offset === true ? 1 : 0;
  return {
    mean: mean.map((value) => (value + shift) / scale),
    std: std.map((value, i) => (value * again[i]) / scale),
  };
}

function pixelsOf(config: Record<string, unknown> = {}): Draft {
  const { resample, do_center_crop: crop, do_pad: pads } = config;
  const { mean, std } = statisticsOf(config) ?? {};
  const said = 'preprocessor_config.json says so';
  const open = 'no preprocessor_config.json says it';
  const filter = typeof resample === 'number' ? filters[resample] : undefined;
  const fit = crop === true ? 'crop' : pads === true ? 'pad' : 'stretch';
  const fits = crop !== undefined || pads !== undefined;
  return {
    'image.mean': mean
      ? { value: mean, sure: true, why: said }
      : { value: [0.5, 0.5, 0.5], sure: false, why: open },
    'image.std': std
      ? { value: std, sure: true, why: said }
      : { value: [0.5, 0.5, 0.5], sure: false, why: open },
    'image.resample': { value: filter ?? 'bicubic', sure: filter !== undefined, why: filter ? said : open },
    'image.fit': { value: fit, sure: fits, why: fits ? said : open },
  };
}

function textOf(companions: Companions): Draft {
  const tokenizer = 'tokenizer.json' in companions;
  const config = companions['tokenizer_config.json'] ?? {};
  const draft: Draft = {
    'text.tokenizer': {
      value: tokenizer ? 'tokenizer.json' : null,
      sure: tokenizer,
      why: tokenizer ? 'it came along' : 'no tokenizer.json came along',
    },
  };
  if (tokenizer) {
    const why = 'the tokenizer’s files say so';
    for (const [name, value] of Object.entries(readSpecials(companions['tokenizer.json'], config)))
      if (value !== null) draft[`text.${name}`] = { value, sure: true, why };
  }
  const { text_config: inner = {}, max_position_embeddings: outer } = companions['config.json'] ?? {};
  const longest =
    outer ?? (inner as Record<string, unknown>).max_position_embeddings ?? config.model_max_length;
  if (typeof longest === 'number' && longest < 1e6)
    draft['text.maxTokens'] = { value: longest, sure: true, why: 'a configuration says so' };
  return draft;
}

const streams = { t: 'text', v: 'image', q: 'query' } as const;

/** "joint", "text → image"; "text" for a stream by itself, "fusion text" where that is after they have met. */
function nameOf(block: string, stage: AttentionEntry['stage']): string {
  if (block === 'joint') return block;
  const [query, key] = [streams[block[0] as 't' | 'v' | 'q'], streams[block[1] as 't' | 'v' | 'q']];
  if (query !== key) return `${query} → ${key}`;
  if (query === 'query') return 'queries';
  return stage === 'fusion' ? `fusion ${query}` : query;
}

function attentionsOf({ placed }: Architecture, { view }: Finding): Guess<AttentionEntry[]> {
  const count = placed.length;
  const value = placed.flatMap(
    (
      { attention: { tensor, heads, inside, treatments, parts }, block, stage, layer },
      i,
    ): AttentionEntry[] => {
      if (tensor === null || heads === null || inside !== null || block === 'other') return [];
      const side = (at: 0 | 1) =>
        block === 'joint' ? (['text', 'image'] as const) : [streams[block[at] as 't' | 'v' | 'q']];
      const [queries, keys] = [side(0), side(1)];
      const depth = count > 1 ? i / (count - 1) : 0;
      const name = `${nameOf(block, stage)} ${layer + 1}`;
      const causal = treatments.includes('causal mask') ? { causal: true } : {};
      const rank = dimsOf(view, tensor)?.length ?? 0;
      const apart =
        parts !== null && parts > 1 && rank > 3 ? { part: { axis: rank - 4, from: 0, to: 1 } } : {};
      const entry = { tensor, name, layer, depth, stage, heads, ...causal, ...apart };
      return [{ ...entry, queries: [...queries], keys: [...keys] }];
    },
  );
  const all = value.length === count;
  return {
    value,
    sure: all,
    why: all ? 'every attention can be shown' : `${count - value.length} cannot be shown`,
  };
}
