import type { Frame } from '../../inputs/frame';
import type { Manifest } from '../manifest';
import { labelsOf, valueAt, type Recipe } from './recipe';

type Json = Readonly<Record<string, unknown>>;

/** What is known of a visitor's model because it is a published one, bound to its weights by a recipe. Plain data. */
export interface Published {
  /** Name of the recipe. */
  recipe: string;
  family: string;
  /** As its makers call it, where config.json says. */
  title: string;
  tasks: Recipe['tasks'];
  score: Recipe['score'];
  words: number;
  tail: Recipe['tail'];
  lower: Recipe['lower'];
  /** The output with logits of the next word, and the ids that a text starts and ends by; whether it is the answer to a question that is read apart. */
  writes: { output: string; start: number; end: number; asked?: true } | null;
  /** The input that an answer goes into, where another takes the question. */
  written: string | null;
  /** The input that a second picture goes into; null for models of one. */
  second: string | null;
  /** What the columns of the answer to a question mean. */
  labels: string[];
  frame: Frame | null;
  /** Tensors of the checkpoint that the graph reads; null for an export, which has its weights inside. */
  tensors: number | null;
  /** Names of those that were not expected and that it does not read. */
  unread: string[];
  /** Whether the folder brought what PyTorch says of one input. */
  compared: boolean;
}

/** What came of binding. */
interface Binding {
  tensors: number | null;
  unread: string[];
  sizes: ReadonlyMap<string, number>;
}

export function publish(
  recipe: string,
  said: Recipe,
  config: Json,
  preprocessor: Json,
  { tensors, unread, sizes }: Binding,
  compared: boolean,
): Published {
  const { family, tasks, words } = said;
  const path = typeof config._name_or_path === 'string' ? config._name_or_path : '';
  return {
    recipe,
    family,
    title: /^[\w.-]+\/[\w.-]+$/.test(path) ? path : family,
    tasks,
    score: scoreOf(said, config),
    tail: said.tail,
    lower: said.lower,
    writes: writesOf(said, config),
    written: said.writes?.input ?? null,
    second: said.second ?? null,
    words: Math.min(words, sizes.get('positions') ?? words),
    labels: tasks.answer ? labelsOf(config, sizes.get('labels') ?? 0) : [],
    frame: said.preprocessor && frameOf(preprocessor, said.preprocessor),
    tensors,
    unread,
    compared,
  };
}

/** How a match is read; of two labels called true and false, by the one that the checkpoint calls true. */
function scoreOf({ score }: Recipe, config: Json): Recipe['score'] {
  if (score?.by !== 'column') return score;
  const told = labelsOf(config, 2).findIndex((label) => /^true$/i.test(label));
  return told < 0 ? score : { ...score, column: told as 0 | 1 };
}

function writesOf({ writes }: Recipe, config: Json): Published['writes'] {
  if (!writes) return null;
  const id = ({ key, default: usual }: { key: string; default: number }) => {
    const value = valueAt(config, key);
    return typeof value === 'number' ? value : usual;
  };
  return {
    output: `model/${writes.output}`,
    start: id(writes.start),
    end: id(writes.end),
    ...(writes.input === undefined ? {} : { asked: true }),
  };
}

/** ViLT's ratio of the longest to the shortest side: 1333 to 800. */
const ratio = 1333 / 800;

/** How a preprocessor_config.json, old or new, brings a picture to size; `published` says what its numbers mean where it has bare ones. */
function frameOf(config: Json, published: Json): Frame {
  const { size, crop_size: crop, size_divisor: multiple } = config;
  const shortens = 'shortest_edge' in ((published.size ?? {}) as Json);
  const shortest = typeof size === 'number' && shortens ? size : (size as Json | undefined)?.shortest_edge;
  const edge = typeof shortest === 'number' ? shortest : null;
  const divisor = typeof multiple === 'number' && edge !== null ? multiple : null;
  const cuts = config.do_center_crop === true && published.do_center_crop === true && crop !== undefined;
  return {
    shortest: edge,
    longest: divisor !== null && edge !== null ? Math.trunc(ratio * edge) : null,
    multiple: divisor,
    crop: cuts ? sides(crop) : null,
  };
}

function sides(value: unknown): [number, number] | null {
  if (typeof value === 'number') return [value, value];
  const { width, height, shortest_edge: edge } = (value ?? {}) as Json;
  if (typeof edge === 'number') return [edge, edge];
  return typeof width === 'number' && typeof height === 'number' ? [width, height] : null;
}

/** Sentences on a published model. */
export function notesOn({ recipe, tensors, unread, compared, frame, second }: Published): string[] {
  const own = compared
    ? 'PyTorch’s answer to one input came along and is compared when it opens'
    : 'these weights were not compared with it';
  const notes = [
    tensors === null
      ? `An export by the recipe “${recipe}”; ${own}.`
      : `${tensors} tensors of the checkpoint are bound to the graph “${recipe}”, which agrees with PyTorch on random weights; ${own}.`,
  ];
  if (frame)
    notes.push(
      'It is given the whole picture, cut and resized as Hugging Face does, until you move the frame on it.',
    );
  if (second !== null)
    notes.push('It reads its text with two pictures: the place of the second is beside the first.');
  if (unread.length > 0)
    notes.push(
      `Not read: ${unread.slice(0, 4).join(', ')}${unread.length > 4 ? ` and ${unread.length - 4} others` : ''}.`,
    );
  return notes;
}

/** Tasks by the outputs of the one graph. */
export function tasksOf({ tasks }: Published): Manifest['tasks'] {
  return Object.fromEntries(
    Object.entries(tasks).map(([task, output]) => [task, { output: `model/${output}` }]),
  );
}
