import type { Finding } from './find';
import type { Guess } from './guess';
import type { GraphNode } from '../file/graph';
import { streamsOf, type Stream } from './streams';
import { dimsOf, makerOf } from '../shape/view';

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
  const puts = view.linked.order.some(
    ({ op, outputs }) =>
      /^Scatter|^Where$/.test(op) &&
      ['text', 'image'].every((stream) =>
        streamsOf(origins.bits.get(outputs[0]) ?? 0, kinds).includes(stream as Stream),
      ),
  );
  return {
    value: ['text', 'image'],
    sure: false,
    why: puts
      ? 'the picture is put into the text at places that hold a certain id'
      : 'where they are joined was not found',
  };
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

/** Words that stand before the picture where text stands on both sides of it; null where it does not, or their number is not known. */
export function leadOf(finding: Finding): number | null {
  for (const node of finding.view.linked.order) {
    if (node.op !== 'Concat') continue;
    const runs = runsOf(finding, node);
    const at = runs.findIndex(({ streams }) => streams.length === 1 && streams[0] === 'image');
    const before = runs.slice(0, Math.max(0, at));
    const text = (list: Run[]) => list.length > 0 && list.every(({ streams }) => streams[0] === 'text');
    if (at < 0 || !text(before) || !text(runs.slice(at + 1))) continue;
    const lead = before.reduce((sum, { length }) => sum + length, 0);
    return Number.isInteger(lead) ? lead : null;
  }
  return null;
}
