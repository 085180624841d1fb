import type { Told } from '../../onnx/find/streams';
import type { Inspection } from './inspection';

type Input = Inspection['inputs'][number];
type Output = Inspection['outputs'][number];

/** Files of one model of which a language model reads what the others make, as optimum and the Hub write them. */
export interface Join {
  /** The language model: it takes a sequence of vectors and no ids. */
  decoder: Inspection;
  /** What is to be said of its inputs when it is looked at again. */
  told: Told;
}

const width = ({ dims, tried }: Pick<Output, 'dims' | 'tried'>) => tried?.at(-1) ?? dims?.at(-1) ?? null;
const axes = ({ dims, tried }: Output) => (dims ?? tried)?.length ?? 0;

/** An input of vectors, where a file reads no ids. */
function sequenceIn({ inputs }: Inspection): Input | null {
  if (inputs.some(({ kind }) => kind === 'text')) return null;
  const found = inputs.filter(({ kind }) => kind === 'vectors');
  return found.length === 1 ? found[0] : null;
}

/** Whether a file does nothing but look words up. */
const looksUp = ({ inputs, attentions }: Inspection) =>
  attentions.length === 0 && inputs.length === 1 && inputs[0].kind === 'text';

/**
 * How files belong together: a table of words, a decoder of embedded words, and what makes vectors as wide of a picture, if there is one. Null where
 * they do not so.
 */
export function joinOf(inspections: readonly Inspection[]): Join | null {
  const words = inspections.find((one) => looksUp(one) && one.outputs.some((output) => axes(output) === 3));
  if (!words) return null;
  const table = words.outputs.find((output) => axes(output) === 3)!;
  const takers = inspections.filter((one) => {
    const input = sequenceIn(one);
    return input !== null && width(input) === width(table);
  });
  const picture = inspections.some(({ inputs }) => inputs.some(({ kind }) => kind === 'image'));
  const decoder =
    takers.find(({ inputs }) => inputs.some(({ kind }) => kind === 'cache')) ?? mostAttentions(takers);
  if (!decoder) return null;
  const { name } = sequenceIn(decoder)!;
  return { decoder, told: new Map([[name, picture ? 'sequence' : 'embedded']]) };
}

function mostAttentions(inspections: readonly Inspection[]): Inspection | null {
  const [most] = inspections.toSorted((a, b) => b.attentions.length - a.attentions.length);
  return most && most.attentions.length > 0 ? most : null;
}

/**
 * Of files that do the same in several ways, those that are not needed: a decoder for later steps beside one that begins, and the two of them
 * beside one that is both.
 */
export function spare(names: readonly string[]): Set<string> {
  const stem = (name: string) => name.replace(/\.onnx$/i, '');
  const found = new Set<string>();
  for (const name of names) {
    const first = stem(name).replace(/_with_past/, '');
    const begins = names.find(
      (other) => [first, first.replace(/_model/, '_model_merged')].includes(stem(other)) && other !== name,
    );
    if (/_with_past/.test(name) && begins !== undefined) found.add(name);
    const both = names.some((other) => stem(other) === stem(name).replace(/_model_merged/, '_model'));
    if (/_model_merged/.test(name) && both) found.add(name);
  }
  return found;
}
