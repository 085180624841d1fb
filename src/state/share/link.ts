import type { Block } from '../../attention/blocks';
import type { Box } from '../../trace/trace';

/** The part of a session that an address holds. Pictures of the visitor's own cannot be in it: they never leave the machine. */
export interface Link {
  sample: string | null;
  caption: string | null;
  foil: string | null;
  /** Asked of the models that answer questions. */
  question: string | null;
  crop: Box | null;
  /** Manifest folders, one a panel; empty where it is none. */
  models: string[];
  /** "3" (word of the caption), "cls" or "sep". */
  word: string | null;
  /** x, y in [0, 1] of the upright picture. */
  patch: readonly [x: number, y: number] | null;
  role: 'query' | 'key';
  /** Chosen attention and head of each panel, null where the best head is meant. */
  heads: ({ attention: string; head: number | 'mean' } | null)[];
  /** What is switched off in which panel: heads by index, blocks by name. */
  off: { slot: number; attention: string; part: number | Block }[];
  /** Panels whose blocks are cut before the softmax. */
  renormalised: number[];
}

const places = 4;

/** The hash of a link, without "#". Fields at their defaults are left out. */
export function writeLink(link: Link): string {
  const fields = new URLSearchParams();
  const put = (name: string, value: string | null) => {
    if (value !== null) fields.set(name, value);
  };
  put('sample', link.sample);
  put('caption', link.caption);
  put('foil', link.foil);
  put('question', link.question);
  put('crop', link.crop && link.crop.map(round).join(','));
  put('word', link.word);
  put('patch', link.patch && link.patch.map(round).join(','));
  if (link.role === 'key') put('role', 'key');
  for (const model of link.models) fields.append('model', model);
  if (link.heads.some((head) => head))
    for (const head of link.heads) fields.append('head', head ? `${head.attention}.${head.head}` : '');
  for (const { slot, attention, part } of link.off) fields.append('off', `${slot}.${attention}.${part}`);
  for (const slot of link.renormalised) fields.append('cut', String(slot));
  return fields.toString();
}

/** Reads what `writeLink` wrote; a field that does not parse is left at its default. */
export function readLink(hash: string): Link {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    sample: fields.get('sample'),
    caption: fields.get('caption'),
    foil: fields.get('foil'),
    question: fields.get('question'),
    crop: readBox(fields.get('crop')),
    models: fields.getAll('model').map((model) => /^(zoo|hub|own|trace)\/[a-z0-9-]+$/.exec(model)?.[0] ?? ''),
    word: /^(\d+|cls|sep)$/.exec(fields.get('word') ?? '')?.[0] ?? null,
    patch: readPoint(fields.get('patch')),
    role: fields.get('role') === 'key' ? 'key' : 'query',
    heads: fields.getAll('head').map(readHead),
    off: fields.getAll('off').flatMap(readPart),
    renormalised: fields
      .getAll('cut')
      .filter((slot) => /^\d$/.test(slot))
      .map(Number),
  };
}

function round(value: number): string {
  return String(Number(value.toFixed(places)));
}

function readNumbers(text: string | null, count: number): number[] | null {
  const numbers = (text ?? '').split(',').map(Number);
  const good = numbers.length === count && text && numbers.every((value) => value >= 0 && value <= 1);
  return good ? numbers : null;
}

function readBox(text: string | null): Box | null {
  const box = readNumbers(text, 4);
  if (!box) return null;
  const [x, y, width, height] = box;
  const inside = width > 0 && height > 0 && x + width <= 1.0001 && y + height <= 1.0001;
  return inside ? [x, y, width, height] : null;
}

function readPoint(text: string | null): readonly [number, number] | null {
  const point = readNumbers(text, 2);
  return point && [point[0], point[1]];
}

function readHead(text: string): { attention: string; head: number | 'mean' } | null {
  const match = /^(.+)\.(\d+|mean)$/.exec(text);
  if (!match) return null;
  return { attention: match[1], head: match[2] === 'mean' ? 'mean' : Number(match[2]) };
}

function readPart(text: string): Link['off'] {
  const match = /^(\d)\.(.+)\.(\d+|[tv]{2})$/.exec(text);
  if (!match) return [];
  const [, slot, attention, part] = match;
  return [{ slot: Number(slot), attention, part: /\d/.test(part) ? Number(part) : (part as Block) }];
}
