import { readSafetensors, type Stored } from '../../src/containers/safetensors';
import { inspectModel, type Inspection } from '../../src/architectures/found/inspection';
import { informed, type Interview } from '../../src/architectures/found/interview';
import { unfuse } from '../../src/onnx/change/unfuse';
import { readModel } from '../../src/onnx/file/reader';
import { findAttention, type Side } from '../../src/onnx/find/find';
import type { Truth } from './families';
import { measure, type Measured } from './measure';

/** What was said of a file, held against what is true of it. */
export interface Judged extends Measured {
  /** Attentions found, and those that PyTorch has. */
  found: number;
  wanted: number;
  /** Whether heads and lengths are PyTorch's, and blocks the architecture's, in its order. */
  heads: boolean;
  blocks: boolean;
  said: { value: string; sure: boolean };
  right: boolean;
  /** Claims that were sure and are false. */
  wrong: string[];
}

const letters = { text: 't', image: 'v', learnt: 'q', sound: 's', other: 'o' };
const letter = ({ streams }: Side) => streams.map((stream) => letters[stream]).join('+');
const block = (queries: Side, keys: Side) => {
  const [a, b] = [letter(queries), letter(keys)];
  return a.includes('+') && b.includes('+') ? 'joint' : a + b;
};

/**
 * Judges a file of `models/vlpm_export/truth`, or one of the fixtures.
 * @param oracle what PyTorch shows: feeds, maps, answers, and in its metadata blocks and shapes
 * @param said by the model itself, where it was asked
 */
export async function judge(
  file: Uint8Array<ArrayBuffer>,
  oracle: Uint8Array,
  truth: Truth,
  said: Interview | null = null,
): Promise<Judged> {
  const { metadata, tensors } = readSafetensors(oracle);
  const written = new Uint8Array(unfuse(file).bytes);
  const finding = findAttention(readModel(written));
  const { attentions } = finding;
  const count = [...tensors.keys()].filter((name) => name.startsWith('attention.')).length;
  const shapes = Array.from({ length: count }, (_, i) => tensors.get(`attention.${i}`)!.dims);
  const inspection = inspectModel('model.onnx', file, {});
  const heard = said ? informed(inspection, said) : inspection;
  const measured = await measure(file, written, tensors, metadata, finding);
  const blocks = metadata.blocks.split(' ');
  const told = measured.order?.length === attentions.length ? measured.order : null;
  const order = told ?? [...attentions.keys()];
  const calledCausal = attentions.some(
    ({ treatments }, i) =>
      treatments.includes('causal mask') && looksAhead(tensors.get(`attention.${order[i]}`)),
  );
  return {
    found: attentions.length,
    wanted: shapes.length,
    heads: attentions.map(sizes).join() === order.map((i) => known(shapes[i] ?? [])).join(),
    blocks:
      attentions.length === blocks.length &&
      attentions.every(({ queries, keys }, i) => block(queries, keys) === blocks[order[i]]),
    said: heard.architecture.interaction,
    right: truth.interaction.includes(heard.architecture.interaction.value),
    wrong: [...falseClaims(heard, truth), ...(calledCausal ? ['causal'] : [])],
    ...measured,
  };
}

/** Whether a query of PyTorch's sees a key after it; where there are more keys, the first of them are of earlier steps. */
function looksAhead(map: Stored | undefined): boolean {
  const [rows, columns] = [map?.dims.at(-2) ?? 0, map?.dims.at(-1) ?? 0];
  const later = (i: number) => i % columns > (Math.floor(i / columns) % rows) + columns - rows;
  return map?.data.some((weight: number, i: number) => later(i) && weight > 1e-9) ?? false;
}

const known = (dims: readonly number[]) => dims.slice(-3).join('x');
const sizes = ({ heads, queries, keys }: ReturnType<typeof findAttention>['attentions'][number]) =>
  [heads, queries.length, keys.length].join('x');

/** Every claim that is sure, and not so. */
function falseClaims({ architecture, draft }: Inspection, truth: Truth): string[] {
  const { interaction, sequence, image } = architecture;
  const wrong: string[] = [];
  const say = (claim: string) => wrong.push(claim);
  if (interaction.sure && !truth.interaction.includes(interaction.value)) say(interaction.value);
  if (sequence?.sure && sequence.value.join(' ') !== truth.sequence) say(sequence.value.join(', '));
  const grid = draft['image.grid'];
  if (grid?.sure && image?.value.grid?.join() !== truth.grid?.join())
    say(`a grid of ${String(image?.value.grid?.join(' × '))}`);
  return wrong;
}
