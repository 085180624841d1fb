import type { Form } from './combine';
import { addCopy, freshName, type Draft } from './draft';
import type { Finding, FoundAttention } from '../find/find';
import type { GraphNode } from '../file/graph';
import { bias, mask } from './mask';
import { dimsOf, makerOf, type View } from '../shape/view';
import { FLOAT } from '../file/weight';

/** What of an attention is to be open to change, and whether its map is to be shown. */
interface Wish {
  factor: boolean;
  term: boolean;
  shown: boolean;
}

/** Graph inputs that change an attention, each [head, query, key]; null for what was not wished. */
export interface Handles {
  /** Multiplies probabilities; all ones change nothing. */
  factor: string | null;
  /** Is added to scores; all zeros change nothing. */
  term: string | null;
  /** The attention as it is without either. */
  shown: string;
}

/**
 * Opens an attention of any form to change. With a term its map is computed twice where it is to be shown: the one that is used, and the one that
 * would have been.
 * @throws Error of one sentence when the attention is fused, lies in a nested graph, or its scores cannot be told
 */
export function change(
  draft: Draft,
  { view }: Finding,
  attention: FoundAttention,
  heads: number,
  wish: Wish,
): Handles {
  const { tensor, scores, inside, form } = attention;
  if (tensor === null || scores === null)
    throw new Error(
      `The attention ${JSON.stringify(attention.context)} is one ${form}, which cannot be changed inside.`,
    );
  if (inside !== null)
    throw new Error(
      `The attention ${JSON.stringify(tensor)} lies inside of ${inside}, where it cannot be changed.`,
    );
  const handles: Handles = { factor: null, term: null, shown: tensor };
  if (wish.term) {
    const { source, path } = pathOf(view, tensor, scores);
    if (wish.shown) handles.shown = copy(draft, view, path, tensor);
    handles.term = bias(draft, source, path[0], formOf(view, source, heads));
  }
  if (wish.factor) {
    const { input, shown } = mask(draft, tensor, formOf(view, tensor, heads));
    handles.factor = input;
    if (!wish.term) handles.shown = shown;
  }
  return handles;
}

function formOf(view: View, tensor: string, heads: number): Form {
  const dtype = view.known.get(tensor)?.dtype ?? 0;
  return { rank: dimsOf(view, tensor)?.length ?? null, heads, dtype: dtype === 0 ? FLOAT : dtype };
}

const longest = 8;

/** From scores that are shaped as the attention is, the nodes that make it of them; a softmax on flattened or turned scores stands between two others. */
function pathOf(view: View, tensor: string, scores: string): { source: string; path: GraphNode[] } {
  const path: GraphNode[] = [];
  let at = tensor;
  while (at !== scores && path.length < longest) {
    const node = makerOf(view, at);
    if (!node) break;
    path.unshift(node);
    at = node.inputs[0];
  }
  if (at !== scores)
    throw new Error(
      `The scores of the attention ${JSON.stringify(tensor)} cannot be told, so nothing can be added to them.`,
    );
  const unfolds = ['Reshape', 'Flatten', 'Transpose'].includes(path.at(-1)!.op);
  const fold = unfolds ? makerOf(view, scores) : undefined;
  return fold ? { source: fold.inputs[0], path: [fold, ...path] } : { source: scores, path };
}

/** Appends the nodes of a path once more, and those beside it that read it; returns what stands for `tensor`. */
function copy(draft: Draft, view: View, path: readonly GraphNode[], tensor: string): string {
  const made = new Set(path.flatMap(({ outputs }) => outputs));
  const beside = path
    .flatMap(({ inputs }) => inputs.slice(1))
    .flatMap((name) => makerOf(view, name) ?? [])
    .filter((node) => !path.includes(node) && node.inputs.some((name) => made.has(name)));
  const nodes = [...new Set([...beside, ...path])];
  const names = new Map(
    nodes.flatMap(({ outputs }) =>
      outputs.map((name) => [name, freshName(draft, `${name}/before`)] as const),
    ),
  );
  for (const node of nodes) addCopy(draft, node, names);
  return names.get(tensor)!;
}
