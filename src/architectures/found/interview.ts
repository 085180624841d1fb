import type { Inspection } from './inspection';
import type { AttentionEntry } from '../manifest';

/** What is changed in a run that asks a model about itself; `plain` is what the others are held against, `one` changes one word and one patch. */
export const variations = ['plain', 'words', 'picture', 'one', 'longer'] as const;
export type Variation = (typeof variations)[number];

/** The word, counted from 0, and the patch, counted along rows, that are changed by themselves. */
export const asked = { word: 2, patch: 1 };

/** What one attention did in a run: `moved` are the rows of its queries that differ from those of the plain run. */
export interface Heard {
  tensor: string;
  heads: number;
  queries: number;
  keys: number;
  moved: boolean[] | null;
  /** Whether no query saw a key after it, and some saw several. */
  causal: boolean;
}

/** A run and what it did; null for one that the model did not take. */
export type Answered = Partial<
  Record<
    Variation,
    {
      heard: Heard[];
      /** Largest change of an output, relative to the largest output. */ change: number;
    } | null
  >
>;

/** What a position stands for, as runs showed it: text, image, either of them mixed already, or neither. */
type Mark = 't' | 'i' | 'x' | '-';

/** What a model said of itself. Plain data. */
export interface Interview {
  runs: number;
  milliseconds: number;
  /** In the order in which it was asked. */
  findings: { asked: string; shown: string }[];
  /** Whether another picture, and other words, change any output; null where that was not asked. */
  sees: { image: boolean | null; text: boolean | null };
  /** The order of a sequence of both, and how many words stand before the picture where words stand on both sides. */
  sequence: { order: ('text' | 'image')[]; lead: number | null } | null;
  /** By the tensor of an attention. */
  causal: Record<string, boolean>;
  heads: Record<string, number>;
  /** Whether patches stand in rows from the upper left corner; null where that was not seen. */
  raster: boolean | null;
}

/** Below this an output has not changed. */
const still = 1e-6;

/** What follows from a model's answers. */
export function conclude(answered: Answered, milliseconds: number): Interview {
  const runs = Object.values(answered).filter(Boolean).length;
  const findings: Interview['findings'] = [];
  const say = (asked: string, shown: string) => findings.push({ asked, shown });
  const plain = answered.plain?.heard ?? [];
  const seen = (variation: Variation) => {
    const answer = answered[variation];
    return answer ? answer.change > still : null;
  };
  const sees = { text: seen('words'), image: seen('picture') };
  if (sees.image !== null)
    say(
      'Another picture',
      sees.image ? 'the answer changes' : 'no output changes: the model sees no picture',
    );
  if (sees.text !== null) say('Other words', sees.text ? 'the answer changes' : 'no output changes');
  const at = plain.findIndex((_, i) => {
    const marks = marksOf(answered, i);
    return marks?.includes('t') && marks.includes('i') && !marks.includes('x');
  });
  const marks = at < 0 ? null : marksOf(answered, at);
  const sequence = marks && orderOf(marks);
  if (marks)
    say('All words, then the picture', `of ${marks.length} positions in one sequence ${spell(marks)}`);
  const word = marks && movedAlone(answered.one, at, marks, 't', asked.word);
  if (word !== null)
    say(
      'One word',
      word ? 'its own position moves and no other of its kind' : 'another position moves than its own',
    );
  const raster = marks && movedAlone(answered.one, at, marks, 'i', asked.patch);
  if (raster !== null)
    say(
      'One patch',
      raster
        ? 'its own position moves and no other of its kind: patches stand in rows'
        : 'another position moves than its own',
    );
  const causal = Object.fromEntries(
    plain.map(({ tensor }, i) => [
      tensor,
      Object.values(answered).every((run) => !run || run.heard[i]?.causal),
    ]),
  );
  const hidden = Object.values(causal).filter(Boolean).length;
  if (plain.length > 0)
    say(
      'Every run',
      hidden === 0
        ? 'no attention hides what comes later'
        : `${hidden} of ${plain.length} attentions hide what comes later`,
    );
  if ('longer' in answered)
    say(
      'A longer text',
      answered.longer ? longer(plain, answered.longer.heard) : 'the model does not take it',
    );
  const heads = Object.fromEntries(plain.map(({ tensor, heads }) => [tensor, heads]));
  return { runs, milliseconds, findings, sees, sequence, causal, heads, raster };
}

/** Which positions of an attention words move, and which the picture; null where one of both was not asked. */
function marksOf({ words, picture }: Answered, i: number): Mark[] | null {
  const [text, image] = [words?.heard[i]?.moved, picture?.heard[i]?.moved];
  if (!text || !image || text.length !== image.length) return null;
  return text.map((moved, at): Mark => (moved ? (image[at] ? 'x' : 't') : image[at] ? 'i' : '-'));
}

const names = { t: 'text', i: 'image' } as const;

function orderOf(marks: readonly Mark[]): Interview['sequence'] {
  const letters = marks.filter((mark) => mark === 't' || mark === 'i');
  const order = letters.filter((mark, i) => mark !== letters[i - 1]).map((mark) => names[mark]);
  const around = order.length === 3 && order[0] === 'text';
  return { order, lead: around ? letters.indexOf('i') : null };
}

/** "1 is text, 2 to 5 the picture, …" */
function spell(marks: readonly Mark[]): string {
  const runs: { mark: Mark; from: number; to: number }[] = [];
  marks.forEach((mark, at) => {
    const last = runs.at(-1);
    if (last?.mark === mark) last.to = at;
    else runs.push({ mark, from: at, to: at });
  });
  const what = { t: 'text', i: 'the picture', x: 'both', '-': 'neither' };
  const range = (from: number, to: number) =>
    from === to ? `${from + 1} is` : `${from + 1} to ${to + 1} are`;
  return runs.map(({ mark, from, to }) => `${range(from, to)} ${what[mark]}`).join(', ');
}

/** Whether a change of one word or patch moves its own position; null where several move, as behind an encoder, or that was not asked. */
function movedAlone(
  answer: Answered[Variation],
  at: number,
  marks: readonly Mark[],
  mark: Mark,
  index: number,
): boolean | null {
  const moved = answer?.heard[at]?.moved;
  if (!moved) return null;
  const own = marks.flatMap((one, place) => (one === mark ? [place] : []));
  const places = own.filter((place) => moved[place]);
  return places.length === 1 ? places[0] === own[index] : null;
}

function longer(plain: readonly Heard[], heard: readonly Heard[]): string {
  const grown = plain.filter(
    ({ queries, keys }, i) => heard[i].queries > queries || heard[i].keys > keys,
  ).length;
  return `${grown} of ${plain.length} attentions have more positions`;
}

/** An inspection with what the model said of itself: what runs showed is sure. */
export function informed(inspection: Inspection, { sequence, causal, heads }: Interview): Inspection {
  const why = 'runs with other words and another picture showed it';
  const entries = inspection.draft['graphs.model.attentions'];
  const value = (entries.value as AttentionEntry[]).map(({ causal: claimed, ...entry }): AttentionEntry => {
    const hides = entry.tensor in causal ? causal[entry.tensor] : claimed;
    return { ...entry, heads: heads[entry.tensor] ?? entry.heads, ...(hides ? { causal: true } : {}) };
  });
  // Where a picture is put in at places of the text, its order is the page's own until a processor says it.
  const { places } = inspection.architecture;
  const joined = inspection.inputs.some(({ kind }) => kind === 'sequence');
  const found = sequence &&
    !joined &&
    !places?.fixed && {
      value: sequence.order,
      sure: places === null,
      why: places ? 'so the page puts the picture into the text' : why,
    };
  return {
    ...inspection,
    architecture: { ...inspection.architecture, ...(found ? { sequence: found } : {}) },
    draft: {
      ...inspection.draft,
      'graphs.model.attentions': { ...entries, value },
      ...(found ? { sequence: found } : {}),
      ...(found && sequence.lead ? { 'own.lead': { value: sequence.lead, sure: places === null, why } } : {}),
    },
  };
}
