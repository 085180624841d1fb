import type { Guess } from '../../onnx/find/guess';
import { assignRoles, feedsOf, type Part } from './feeds';
import type { Inspection } from './inspection';
import type { Interview } from './interview';
import { notesOn, type Published } from '../published/published';
import { rowsHold } from './rows';
import { likeliestScore, scoreOptions } from './score';
import { attendApart, layoutOf, shownOf } from './shown';
import { arrangements } from '../tiles';

/** Something that the files do not say: what is proposed, and what else it may be. */
export interface Question {
  field: string;
  asks: string;
  why: string;
  /** The proposed answer. */
  value: string;
  /** What may be answered; null for a number of pixels. */
  options: { value: string; label: string }[] | null;
}

/** By field of the questions. */
export type Answers = Readonly<Record<string, string>>;

/** What a visitor's files hold, and what has to be asked before they open as a model. */
export interface Proposal {
  parts: Part[];
  questions: Question[];
  /** Sentences: why the model cannot be opened. */
  obstacles: string[];
  /** Sentences: what to know of it once it is open. */
  notes: string[];
  /** Set when the model is a published one, bound to its weights by a recipe. */
  published: Published | null;
}

/** Channel means and deviations that image models were trained with. */
export const normalisations = {
  half: { label: '0.5 and 0.5 (ViLT, SigLIP, ViT)', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  imagenet: {
    label: 'ImageNet’s (ResNet, METER, FLAVA)',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  clip: {
    label: 'CLIP’s (CLIP, BLIP)',
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  },
  unit: { label: 'none: values from 0 to 1', mean: [0, 0, 0], std: [1, 1, 1] },
} satisfies Record<string, { label: string; mean: [number, number, number]; std: [number, number, number] }>;

const filters = ['bicubic', 'bilinear', 'lanczos', 'nearest'];
const choices = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/**
 * What can be said of the graphs of one model together.
 * @param said by the model itself
 * @throws Error of one sentence when they are not of one model
 */
export function propose(
  inspections: readonly Inspection[],
  published: Published | null = null,
  said: Interview | null = null,
): Proposal {
  const parts = assignRoles(inspections);
  const questions: Question[] = [];
  const obstacles = parts.flatMap((part) => feedsOf(part, parts).obstacles);
  for (const { inspection } of parts)
    for (const remark of inspection.remarks)
      if (/which the runtime does not have/.test(remark)) obstacles.push(`${inspection.file}: ${remark}.`);
  const ask = (field: string, asks: string, options: Question['options'], guess?: Guess<unknown>) => {
    if (guess && !guess.sure)
      questions.push({ field, asks, why: guess.why, value: String(guess.value), options });
  };
  const picture = parts.find(({ inspection }) => inspection.draft['image.mean'])?.inspection.draft ?? {};
  ask('size', 'Width and height of the picture, px', null, firstOf(picture['image.size']));
  const mean = picture['image.mean'];
  ask(
    'normalisation',
    'Mean and deviation of the picture’s channels',
    Object.entries(normalisations).map(([value, { label }]) => ({ value, label })),
    mean && { ...mean, value: 'half' },
  );
  ask('resample', 'How pictures were resized in training', choices(filters), picture['image.resample']);
  const { image } = parts.find(({ inspection }) => inspection.architecture.image?.value.cut?.last)?.inspection
    .architecture ?? { image: null };
  if (image && !image.sure)
    ask(
      'rows',
      'What the rows of numbers hold',
      Object.entries(rowsHold).map(([value, label]) => ({ value, label })),
      { ...image, value: 'pixels' },
    );
  const many = layoutOf(parts)?.pictures ?? 1;
  if (many > 1 && !layoutOf(parts)?.tiled) {
    const why = 'frames of a video or tiles of a picture: no file says which';
    const options = Object.entries(arrangements).map(([value, label]) => ({ value, label }));
    ask('frames', `What the ${many} pictures are that it takes at once`, options, {
      value: 'same',
      sure: false,
      why,
    });
    if (attendApart(parts))
      ask('frame', 'Which of them is shown', choices(Array.from({ length: many }, (_, i) => String(i + 1))), {
        value: '1',
        sure: false,
        why: 'each attends by itself',
      });
  }
  const joint = parts.find(({ inspection }) => inspection.draft.sequence)?.inspection.draft;
  if (joint && !published) {
    const lead = joint['own.lead'] ?? { value: 1 };
    const value = orders(joint.sequence.value as string[], Number(lead.value));
    ask('sequence', 'In which order text and picture stand', orderOptions(value), {
      ...joint.sequence,
      value,
    });
  }
  const kinds = parts.filter(({ inspection }) => inspection.attentions.length > 0);
  for (const { inspection } of published ? [] : kinds.slice(-1))
    ask('kind', 'How vision and language meet', choices(categories), inspection.architecture.interaction);
  const scores = scoreOptions(parts);
  const both = (['text', 'image'] as const).every((kind) => sees(parts, kind));
  if (both && !published) {
    const none = { value: 'none', label: 'none of the outputs' };
    const options = [...scores.map(({ id, label }) => ({ value: id, label })), none];
    ask('score', 'Which output says that a caption fits its picture', options, likeliestScore(scores));
  }
  for (const part of parts)
    for (const [input, guess] of Object.entries(feedsOf(part, parts).feeds))
      ask(`${part.role}/${input}`, `What the input ${input} is given`, choices(['0', '1']), {
        ...guess,
        value: '0',
      });
  const heard = heardOf(said, both);
  const notes = [...(published ? notesOn(published) : []), ...notesOf(parts, both, published), ...heard];
  return { parts, questions, obstacles, notes, published };
}

/** The survey's categories, and what has no such meeting. */
const categories = ['self-attention', 'co-attention', 'VSE', 'encoder-decoder', 'one modality'];

/** An order as an answer: "text image", or "3 image text" for three words, the picture and the other words. */
function orders(order: readonly string[], lead: number): string {
  return order.length > 2 && order[0] === 'text' ? `${lead} image text` : order.slice(0, 2).join(' ');
}

function orderOptions(proposed: string): { value: string; label: string }[] {
  const plain = [
    { value: 'text image', label: 'text, then picture' },
    { value: 'image text', label: 'picture, then text' },
    { value: '1 image text', label: 'one word, the picture, the other words' },
  ];
  if (plain.some(({ value }) => value === proposed)) return plain;
  return [
    ...plain,
    { value: proposed, label: `${proposed.split(' ')[0]} words, the picture, the other words` },
  ];
}

/** What a visitor has to know of a model's own answers. */
function heardOf(said: Interview | null, both: boolean): string[] {
  if (!said || !both) return [];
  const notes: string[] = [];
  if (said.sees.image === false)
    notes.push(
      'The model was given two pictures and answered the same: as it is fed here, it sees no picture.',
    );
  if (said.sees.text === false)
    notes.push('The model was given two texts and answered the same: as it is fed here, it reads no text.');
  return notes;
}

const firstOf = (guess: Guess<unknown> | undefined): Guess<unknown> | undefined =>
  guess && { ...guess, value: (guess.value as number[])[0] };

/** Whether a model takes a kind of input; regions stand for a picture. */
export function sees(parts: readonly Part[], stream: 'text' | 'image'): boolean {
  const kinds = stream === 'text' ? ['text'] : ['image', 'vectors'];
  return parts.some(({ inspection }) => inspection.inputs.some(({ kind }) => kinds.includes(kind)));
}

function notesOf(parts: readonly Part[], both: boolean, published: Published | null): string[] {
  const rows = parts.flatMap(({ inspection }) => inspection.attentions);
  const notes: string[] = [];
  const say = (condition: boolean, sentence: string) => condition && notes.push(sentence);
  const crossing = rows.some(({ block }) => block === 'tv' || block === 'vt' || block === 'joint');
  say(
    rows.length === 0,
    'The model has no attention that could be found: there would be nothing to look at.',
  );
  say(
    both && rows.length > 0 && !crossing,
    'The model has no cross-modal attention: text and image never look at each other.',
  );
  const shown = parts.reduce((sum, part) => sum + shownOf(part, parts, published ?? undefined).length, 0);
  say(
    shown < rows.length,
    `${rows.length - shown} of ${rows.length} attentions cannot be shown: in one piece, inside a loop, or over positions that are no words and no patches.`,
  );
  const regions = parts.flatMap((part) => {
    const { feeds } = feedsOf(part, parts);
    return part.inspection.inputs.filter(({ name }) =>
      ['vectors', 'corners'].includes(feeds[name]?.value.from ?? ''),
    );
  });
  say(
    regions.length > 0,
    `The model wants what a detector makes of a picture (${regions.map(({ name }) => name).join(', ')}): drop a file of it (.tsv, .npz, .npy) with the picture. Without one it is given zeros and sees no picture.`,
  );
  const places = parts.map(({ inspection }) => inspection.architecture.places).find(Boolean);
  if (places?.fixed)
    notes.push(
      `The file was exported for one text: its ${places.count} places of the picture stand behind ${places.fixed.lead} tokens, with positions in rows of ${places.fixed.across}. Words may change, where the picture stands and how large it is may not; an export with position_ids among its inputs takes both.`,
    );
  const { pictures: many = 1, tiled } = layoutOf(parts) ?? {};
  const given = tiled
    ? `whole, and in ${tiled.columns} × ${tiled.rows} tiles`
    : 'each time the same, or in tiles, as is confirmed below';
  say(
    many > 1,
    `The model takes ${many} pictures at once, and is given the one that is here: ${given}.${attendApart(parts) ? ' Each attends by itself, and one is shown.' : ''}`,
  );
  const tokenizer = parts.find(({ inspection }) => inspection.draft['text.tokenizer'])?.inspection.draft;
  say(
    tokenizer?.['text.tokenizer']?.value === null,
    'No tokenizer.json came along: add it here, or type ids in place of a caption.',
  );
  return notes;
}
