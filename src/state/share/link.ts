import type { Block } from '../../attention/blocks';
import type { Box } from '../../trace/trace';
import { packBoxes, packRows, readBoxes, readRows } from './boxes';
import {
  readAround,
  readBeside,
  readFolds,
  readSight,
  readSpelt,
  writeAround,
  writeBeside,
  writeSight,
  writeSpelt,
} from './places';
import type { Beside, Fold, Sight, Spelt } from './places';

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
  /** The visitor's own boxes; none where they cannot be read, null where there are none. */
  boxes: Box[] | null;
  /** The picture beside it, for models that read two: a sample, or one of the visitor's own as `picture`, and the part of it that is seen. */
  second: { of: 'sample' | 'own'; id: string; crop: Box | null } | null;
  /** Identity of the features of the picture, which the browser that they were given to may keep. */
  features: string | null;
  /** It is not known yet which models stay with the picture: whoever opens this finds out. */
  unmet: boolean;
  /** Which of their regions are left and where they lie, as `boxes`. */
  rows: { row: number; box: Box }[] | null;
  /** Manifest folders, one a panel; empty where it is none. */
  models: string[];
  /** Words of the caption that are hidden from the models, by index. */
  hidden: number[];
  /** "3" (word of the caption), "cls", "sep" or "start" (of an answer), the first selected first: several are selected together. */
  words: string[];
  /** Places that are selected together, x, y in [0, 1] of the upright picture. */
  places: (readonly [x: number, y: number])[];
  /** Which of two pictures the places are in. */
  on: 0 | 1;
  /** Boxes of the regions that places are the middle of, one a place; null for a place alone. */
  around: (Box | null)[];
  /** How words are spelt, where a panel shows another text than the page's caption. */
  spelt: Spelt[];
  role: 'query' | 'key';
  /** Chosen attention and head of each panel, null where the best head is meant. */
  heads: ({ attention: string; head: number | 'mean' } | 'gathered' | null)[];
  /** Heads that were gathered in each panel. */
  gathered: { slot: number; attention: string; head: number }[];
  /** What the gathered heads of each panel are together. */
  ways: Way[];
  /** What is switched off in which panel: heads by index, blocks by name. */
  off: { slot: number; attention: string; part: number | Block }[];
  /** Panels whose blocks are cut before the softmax. */
  renormalised: number[];
  /** Groups of an atlas that the visitor opened or folded, by the place of their panel. */
  folds: Fold[];
  /** Places of panels whose boxes are listed. */
  lists: number[];
  /** What stands beside the matrix. */
  beside: Beside;
  /** What is in sight of the matrix, and of the one beside it. */
  sights: Sight[];
  /** Heads that the table shows alone: what their names hold. */
  search: string | null;
  /** How things are shown, by name: what is not at its default. Whoever takes it checks the values. */
  show: Partial<Record<Shown, string>>;
}

type Way = (typeof ways)[number];

const ways = ['mean', 'maximum', 'rollout'] as const;

/** What a link can say of how things are shown. */
export type Shown = (typeof shown)[number];

const shown = [
  ...(['tab', 'overlay', 'lines', 'statistic', 'scale', 'cells', 'effect', 'focus', 'turned'] as const),
  ...(['matrix', 'figure', 'ground', 'times', 'kin'] as const),
  ...(['sort', 'order', 'over', 'table', 'aside', 'x', 'y'] as const),
  ...(['block', 'stage', 'layer', 'bound', 'only'] as const),
] as const;

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
  put('boxes', link.boxes && packBoxes(link.boxes));
  put('second', link.second && `${link.second.of}.${link.second.id}`);
  put('second-crop', link.second?.crop ? link.second.crop.map(round).join(',') : null);
  put('features', link.features);
  if (link.unmet) put('unmet', '');
  put('regions', link.rows && packRows(link.rows));
  put('hide', link.hidden.join(',') || null);
  put('word', link.words.join(',') || null);
  put('patch', link.places.flat().map(round).join(',') || null);
  if (link.on === 1) put('on', 'second');
  put('around', writeAround(link.around));
  for (const word of link.spelt) fields.append('spelt', writeSpelt(word));
  if (link.role === 'key') put('role', 'key');
  for (const model of link.models) fields.append('model', model);
  if (link.heads.some((head) => head))
    for (const head of link.heads) fields.append('head', head ? writeHead(head) : '');
  for (const { slot, attention, head } of link.gathered)
    fields.append('gather', `${slot}.${attention}.${head}`);
  if (link.ways.some((way) => way !== 'mean')) put('together', link.ways.join(','));
  for (const { slot, attention, part } of link.off) fields.append('off', `${slot}.${attention}.${part}`);
  for (const slot of link.renormalised) fields.append('cut', String(slot));
  for (const name of ['open', 'fold'])
    for (const { slot, group, open } of link.folds)
      if (open === (name === 'open')) fields.append(name, `${slot}.${group}`);
  put('boxed', link.lists.join(',') || null);
  put('beside', writeBeside(link.beside));
  if (link.sights.some((sight) => sight))
    for (const sight of link.sights) fields.append('zoom', writeSight(sight));
  put('search', link.search);
  for (const name of shown) put(name, link.show[name] ?? null);
  return fields.toString();
}

/** Reads what `writeLink` wrote; a field that does not parse is left at its default. */
export function readLink(hash: string): Link {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    sample: fields.get('sample'),
    picture: readIdentity(fields.get('picture')),
    caption: fields.get('caption'),
    foil: fields.get('foil'),
    question: fields.get('question'),
    crop: readBox(fields.get('crop')),
    boxes: readBoxes(fields.get('boxes')),
    second: readSecond(fields.get('second'), readBox(fields.get('second-crop'))),
    features: readIdentity(fields.get('features')),
    unmet: fields.has('unmet'),
    rows: readRows(fields.get('regions')),
    models: fields.getAll('model').map((model) => /^(zoo|hub|own|trace)\/[a-z0-9-]+$/.exec(model)?.[0] ?? ''),
    hidden: readList(fields.get('hide'), /^\d{1,3}$/).map(Number),
    words: readList(fields.get('word'), /^(\d{1,3}|cls|sep|start)$/),
    places: readPlaces(fields.get('patch')),
    on: fields.get('on') === 'second' ? 1 : 0,
    around: readAround(fields.get('around')),
    spelt: fields.getAll('spelt').slice(0, 64).flatMap(readSpelt),
    role: fields.get('role') === 'key' ? 'key' : 'query',
    heads: fields.getAll('head').map(readHead),
    gathered: fields.getAll('gather').flatMap(readGathered),
    ways: readList(fields.get('together'), new RegExp(`^(${ways.join('|')})$`), false) as Way[],
    off: fields.getAll('off').flatMap(readPart),
    renormalised: fields
      .getAll('cut')
      .filter((slot) => /^\d$/.test(slot))
      .map(Number),
    folds: [...readFolds(fields.getAll('open'), true), ...readFolds(fields.getAll('fold'), false)],
    lists: readList(fields.get('boxed'), /^\d$/).map(Number),
    beside: readBeside(fields.get('beside')),
    sights: fields.getAll('zoom').slice(0, 2).map(readSight),
    search: fields.get('search')?.slice(0, 200) || null,
    show: Object.fromEntries(
      shown.flatMap((name) => {
        const value = /^[a-z0-9][a-z0-9.-]{0,60}$/i.exec(fields.get(name) ?? '')?.[0];
        return value ? [[name, value]] : [];
      }),
    ),
  };
}

const readIdentity = (text: string | null) => /^[0-9a-f]{16}$/.exec(text ?? '')?.[0] ?? null;

function readSecond(text: string | null, crop: Box | null): Link['second'] {
  const match =
    /^(sample)\.([a-z0-9-]{1,60})$/.exec(text ?? '') ?? /^(own)\.([0-9a-f]{16})$/.exec(text ?? '');
  return match && { of: match[1] as 'sample' | 'own', id: match[2], crop };
}

function round(value: number): string {
  return String(Number(value.toFixed(places)));
}

/** Parts between commas, 64 at most, each once where they are to differ; none where one is not as it should be. */
function readList(text: string | null, each: RegExp, differ = true): string[] {
  const parts = text ? text.split(',') : [];
  const good = parts.length <= 64 && parts.every((part) => each.test(part));
  return good ? (differ ? [...new Set(parts)] : parts) : [];
}

/** Shares of a picture. */
function readNumbers(text: string | null): number[] {
  const numbers = (text ?? '').split(',').map(Number);
  return text && numbers.every((value) => value >= 0 && value <= 1) ? numbers : [];
}

function readBox(text: string | null): Box | null {
  const box = readNumbers(text);
  if (box.length !== 4) return null;
  const [x, y, width, height] = box;
  const inside = width > 0 && height > 0 && x + width <= 1.0001 && y + height <= 1.0001;
  return inside ? [x, y, width, height] : null;
}

function readPlaces(text: string | null): Link['places'] {
  const numbers = readNumbers(text);
  if (numbers.length % 2 || numbers.length > 128) return [];
  return numbers.flatMap((x, at) => (at % 2 ? [] : [[x, numbers[at + 1]] as const]));
}

const writeHead = (head: NonNullable<Link['heads'][number]>) =>
  head === 'gathered' ? head : `${head.attention}.${head.head}`;

function readHead(text: string): Link['heads'][number] {
  if (text === 'gathered') return text;
  const match = /^(.+)\.(\d+|mean)$/.exec(text);
  if (!match) return null;
  return { attention: match[1], head: match[2] === 'mean' ? 'mean' : Number(match[2]) };
}

function readGathered(text: string): Link['gathered'] {
  const match = /^(\d)\.(.+)\.(\d{1,4})$/.exec(text);
  return match ? [{ slot: Number(match[1]), attention: match[2], head: Number(match[3]) }] : [];
}

function readPart(text: string): Link['off'] {
  const match = /^(\d)\.(.+)\.(\d+|[tv]{2})$/.exec(text);
  if (!match) return [];
  const [, slot, attention, part] = match;
  return [{ slot: Number(slot), attention, part: /\d/.test(part) ? Number(part) : (part as Block) }];
}
