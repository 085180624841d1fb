import type { Block } from '../../attention/blocks';
import type { Box } from '../../trace/trace';

/** The part of a session that an address holds. Pictures of the visitor's own cannot be in it: they never leave the machine. */
export interface Link {
  sample: string | null;
  /** Identity of a picture of the visitor's own, which the browser that it was given to may keep: 16 hexadecimal digits. */
  picture: string | null;
  caption: string | null;
  foil: string | null;
  /** Asked of the models that answer questions. */
  question: string | null;
  crop: Box | null;
  /** Manifest folders, one a panel; empty where it is none. */
  models: string[];
  /** Words of the caption that are hidden from the models, by index. */
  hidden: number[];
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
  /** How things are shown, by name: what is not at its default. Whoever takes it checks the values. */
  show: Partial<Record<Shown, string>>;
}

/** What a link can say of how things are shown. */
export type Shown = (typeof shown)[number];

const shown = ['tab', 'overlay', 'statistic', 'scale', 'cells', 'effect', 'focus'] as const;

const places = 4;

/** The hash of a link, without "#". Fields at their defaults are left out. */
export function writeLink(link: Link): string {
  const fields = new URLSearchParams();
  const put = (name: string, value: string | null) => {
    if (value !== null) fields.set(name, value);
  };
  put('sample', link.sample);
  put('picture', link.picture);
  put('caption', link.caption);
  put('foil', link.foil);
  put('question', link.question);
  put('crop', link.crop && link.crop.map(round).join(','));
  put('hide', link.hidden.join(',') || null);
  put('word', link.word);
  put('patch', link.patch && link.patch.map(round).join(','));
  if (link.role === 'key') put('role', 'key');
  for (const model of link.models) fields.append('model', model);
  if (link.heads.some((head) => head))
    for (const head of link.heads) fields.append('head', head ? `${head.attention}.${head.head}` : '');
  for (const { slot, attention, part } of link.off) fields.append('off', `${slot}.${attention}.${part}`);
  for (const slot of link.renormalised) fields.append('cut', String(slot));
  for (const name of shown) put(name, link.show[name] ?? null);
  return fields.toString();
}

/** Reads what `writeLink` wrote; a field that does not parse is left at its default. */
export function readLink(hash: string): Link {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    sample: fields.get('sample'),
    picture: /^[0-9a-f]{16}$/.exec(fields.get('picture') ?? '')?.[0] ?? null,
    caption: fields.get('caption'),
    foil: fields.get('foil'),
    question: fields.get('question'),
    crop: readBox(fields.get('crop')),
    models: fields.getAll('model').map((model) => /^(zoo|hub|own|trace)\/[a-z0-9-]+$/.exec(model)?.[0] ?? ''),
    hidden: readWords(fields.get('hide')),
    word: /^(\d+|cls|sep)$/.exec(fields.get('word') ?? '')?.[0] ?? null,
    patch: readPoint(fields.get('patch')),
    role: fields.get('role') === 'key' ? 'key' : 'query',
    heads: fields.getAll('head').map(readHead),
    off: fields.getAll('off').flatMap(readPart),
    renormalised: fields
      .getAll('cut')
      .filter((slot) => /^\d$/.test(slot))
      .map(Number),
    show: Object.fromEntries(
      shown.flatMap((name) => {
        const value = /^[a-z0-9][a-z-]{0,30}$/i.exec(fields.get(name) ?? '')?.[0];
        return value ? [[name, value]] : [];
      }),
    ),
  };
}

function round(value: number): string {
  return String(Number(value.toFixed(places)));
}

function readWords(text: string | null): number[] {
  const indices = /^\d{1,3}(,\d{1,3}){0,63}$/.exec(text ?? '')?.[0].split(',') ?? [];
  return [...new Set(indices.map(Number))];
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
