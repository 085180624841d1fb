import type { Finding } from './find';
import { runsOf } from './sequence';
import { streamsOf } from './streams';
import { dimsOf, makerOf, type View } from '../shape/view';

/** What is learnt and stands in one sequence with the positions of a picture alone. */
export interface Beside {
  before: number;
  behind: number;
  /** Whether what stands behind is all that any output reads, as YOLOS' detection tokens (Fang et al., NeurIPS 2021): learnt queries in the picture's own sequence. */
  answers: boolean;
}

/** How many learnt positions stand before and behind a picture in a sequence so long; null where no Concat, or several one after another, say so. */
export function besideOf(finding: Finding, length: number): Beside | null {
  const { view, origins, kinds } = finding;
  for (const node of view.linked.order) {
    if (node.op !== 'Concat' || dimsOf(view, node.outputs[0])?.at(-2) !== length) continue;
    if (streamsOf(origins.bits.get(node.outputs[0]) ?? 0, kinds).join() !== 'image') continue;
    const runs = runsOf(finding, node);
    const [first, last] = [
      runs.findIndex(({ streams }) => streams.length > 0),
      runs.findLastIndex(({ streams }) => streams.length > 0),
    ];
    const plain = first >= 0 && runs.slice(first, last).every(({ streams }) => streams.length > 0);
    if (!plain || runs.reduce((sum, { length }) => sum + length, 0) !== length) continue;
    const sum = (some: typeof runs) => some.reduce((all, { length }) => all + length, 0);
    const behind = sum(runs.slice(last + 1));
    return {
      before: sum(runs.slice(0, first)),
      behind,
      answers: behind > 0 && readAlone(view, length, behind),
    };
  }
  return null;
}

/** Whether every output is made of the last so many of a sequence's positions and of none before them. */
function readAlone(view: View, length: number, behind: number): boolean {
  const open = view.linked.graph.outputs.map(({ name }) => name);
  const seen = new Set(open);
  let cut = 0;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const maker = makerOf(view, name);
    if (!maker) {
      if (view.constants.has(name)) continue;
      return false;
    }
    if (maker.op === 'Shape') continue;
    if (maker.op === 'Slice' && isTail(view, maker.inputs, name, length, behind)) {
      cut++;
      continue;
    }
    // Whatever is as long as the sequence is read whole.
    if (dimsOf(view, name)?.at(-2) === length) return false;
    for (const input of maker.inputs) if (!seen.has(input)) open.push((seen.add(input), input));
  }
  return cut > 0;
}

function isTail(
  view: View,
  [from, start]: readonly string[],
  to: string,
  length: number,
  behind: number,
): boolean {
  const at = view.known.get(start)?.numbers?.at(-1);
  const lengths = [from, to].map((name) => dimsOf(view, name)?.at(-2));
  return lengths[0] === length && lengths[1] === behind && (at === -behind || at === length - behind);
}
