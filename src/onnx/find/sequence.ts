import type { Finding } from './find';
import type { Guess } from './guess';
import type { GraphNode } from '../file/graph';
import { streamsOf, type Stream } from './streams';
import { product } from '../shape/rules/known';
import { dimsOf, makerOf, scalarOf, type View } from '../shape/view';

/** A run of positions in a sequence. */
export interface Run {
  streams: readonly Stream[];
  length: number;
  /** Whether it is cut out of something longer. */
  cut: boolean;
}

/**
 * The order in which text and image stand in a sequence: as one Concat, or several one after another, put them. Sure where both are whole and
 * what stands between is nothing but learnt positions of the picture. Text around a picture is `['text', 'image', 'text']`.
 */
export function sequenceOf(finding: Finding): Guess<('text' | 'image')[]> {
  const { view, origins, kinds } = finding;
  for (const node of view.linked.order) {
    if (node.op !== 'Concat') continue;
    const streams = streamsOf(origins.bits.get(node.outputs[0]) ?? 0, kinds);
    if (!streams.includes('text') || !streams.includes('image')) continue;
    const runs = runsOf(finding, node);
    const found = runs.flatMap(({ streams }) =>
      streams.length === 1 && (streams[0] === 'text' || streams[0] === 'image') ? [streams[0]] : [],
    );
    const order = found.filter((stream, i) => stream !== found[i - 1]);
    if (!order.includes('text') || !order.includes('image')) continue;
    const plain = order.length === 2 && runs.every(({ streams, cut }) => !cut && !streams.includes('learnt'));
    const first = runs.findIndex(({ streams }) => streams[0] === 'image');
    const leads = runs.every(({ streams }, i) => streams.length > 0 || i === first - 1);
    const whole = plain && leads && runs.every(({ streams }) => streams.length < 2);
    return {
      value: order,
      sure: whole,
      why: whole ? 'so are they concatenated' : 'they are concatenated of more than two parts',
    };
  }
  if (kinds.includes('sequence'))
    return {
      value: ['text', 'image', 'text'],
      sure: false,
      why: 'the picture is put in at places of the text',
    };
  const places = placesOf(finding);
  if (places?.fixed) {
    const { lead } = places.fixed;
    return {
      value: lead > 0 ? ['text', 'image', 'text'] : ['image', 'text'],
      sure: true,
      why: `the file holds the positions of a picture behind ${lead} of the text’s tokens`,
    };
  }
  return places
    ? {
        value: ['text', 'image', 'text'],
        sure: false,
        why: `the picture is put into the text where the id ${places.id} stands`,
      }
    : { value: ['text', 'image'], sure: false, why: 'where they are joined was not found' };
}

/** Places in a text that a picture is put into: the id that stands there, and how many the picture needs. */
export interface Places {
  id: number;
  count: number;
  /** Where the file holds the positions of these places: how many tokens stand before them, and how many places stand in a row of the picture. */
  fixed?: { lead: number; across: number };
}

/** Where words that have a certain id give way to what a picture became, as in LLaVA (Liu et al., NeurIPS 2023); null where none do. */
export function placesOf({ view, origins, kinds }: Finding): Places | null {
  const streams = (name: string) => streamsOf(origins.bits.get(name) ?? 0, kinds);
  const scatter = view.linked.order.find(
    ({ op, inputs }) =>
      /^Scatter/.test(op) &&
      streams(inputs[0]).join() === 'text' &&
      streams(inputs[2] ?? '').join() === 'image',
  );
  if (!scatter) return null;
  const ids = view.linked.order.flatMap(({ op, inputs }) => {
    const [value] = op === 'Equal' ? inputs.flatMap((name) => scalarOf(view, name) ?? []) : [];
    return value !== undefined && inputs.some((name) => streams(name).join() === 'text') ? [value] : [];
  });
  const width = dimsOf(view, scatter.inputs[0])?.at(-1) ?? NaN;
  const numbers = sizeBehind(view, scatter.inputs[2]);
  const count = numbers / width;
  if (new Set(ids).size !== 1 || !Number.isInteger(count)) return null;
  const fixed = fixedPlaces(view, count);
  return { id: ids[0], count, ...(fixed && { fixed }) };
}

/**
 * A stored table of the time, row and column of each place, as a trace of Qwen2-VL (Wang et al., 2024) has it for the text it was made with: rows and columns
 * are counted on from the words before the picture. Null where there is none.
 */
function fixedPlaces(view: View, count: number): Places['fixed'] | null {
  for (const name of view.constants) {
    const { dims, numbers } = view.known.get(name) ?? {};
    if (dims?.[0] !== 3 || dims.at(-1) !== count || numbers?.length !== 3 * count) continue;
    const [rows, columns] = [numbers.slice(count, 2 * count), numbers.slice(2 * count)];
    const [lead] = rows;
    const across = rows.filter((row) => row === lead).length;
    const laid = rows.every(
      (row, i) => row === lead + Math.floor(i / across) && columns[i] === lead + (i % across),
    );
    if (laid && count > 1 && Number.isInteger(count / across) && lead >= 0) return { lead, across };
  }
  return null;
}

/** How many numbers a tensor is cut out of: those of the nearest one before it whose shape is known. */
function sizeBehind(view: View, tensor: string): number {
  let at = tensor;
  for (let steps = 0; steps < 8; steps++) {
    const size = product(dimsOf(view, at) ?? [NaN]);
    if (size > 0) return size;
    const maker = makerOf(view, at);
    if (!maker) return NaN;
    [at] = maker.inputs;
  }
  return NaN;
}

/** Longest list of runs that is taken apart further. */
const most = 64;

/** What a Concat puts side by side, Concats inside of it resolved; learnt rows that nothing was read into have no stream. */
export function runsOf({ view, origins, kinds }: Finding, { inputs }: GraphNode): Run[] {
  let names: readonly string[] = inputs;
  const joined = (name: string) => makerOf(view, name)?.op === 'Concat';
  for (let deep = 0; deep < 8 && names.length <= most && names.some(joined); deep++)
    names = names.flatMap((name) => (joined(name) ? makerOf(view, name)!.inputs : [name]));
  const words = view.linked.graph.inputs.filter((_, i) => kinds[i] === 'text');
  const long = words.length === 1 ? dimsOf(view, words[0].name)?.[1] : undefined;
  const runs = names.map((name) => {
    const fixed = (origins.influence.get(name) ?? 0) === 0;
    const length = dimsOf(view, name)?.at(-2) ?? NaN;
    const streams = fixed ? [] : streamsOf(origins.bits.get(name) ?? 0, kinds);
    const whole = streams[0] === 'text' && length === long;
    return { streams, length, cut: !whole && /^(Slice|Split)$/.test(makerOf(view, name)?.op ?? '') };
  });
  return runs.filter(({ length }) => length !== 0);
}
