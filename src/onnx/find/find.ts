import { describe, linkModel, type Linked } from '../shape/link';
import { fusedHeads, fusedOperands, isFused } from './fused';
import type { GraphNode } from '../file/graph';
import { matchPattern, type Pattern } from './pattern';
import type { Model } from '../file/reader';
import { scaleOf, treatmentsOf, type Treatment } from './scores';
import { listSoftmaxes, unfolded, type Softmax } from './softmax';
import {
  inputsOf,
  judgeInputs,
  streamsOf,
  traceOrigins,
  type InputKind,
  type Origins,
  type Stream,
  type Told,
} from './streams';
import { dimsOf, viewGraph, type View } from '../shape/view';
import { product } from '../shape/rules/known';
import { WireError } from '../file/wire';

/** One side of an attention. */
export interface Side {
  /** Which positions it has. */
  streams: Stream[];
  /** The inputs of the graph that these come from. */
  inputs: string[];
  /** The tensor that is multiplied: [batch, heads, positions, width], or keys transposed. */
  tensor: string;
  /** Whose numbers its values can depend on: what is not there plays no part in it. */
  reads: Stream[];
  /** How many positions there are, where the file fixes it or a made-up length of text says it; null when not known. */
  length: number | null;
}

/** An attention in a model file. */
export interface FoundAttention {
  /** "MatMul", "Einsum" or the name of an operation that is attention in one piece. */
  form: string;
  fused: boolean;
  /** Its probabilities, a row per query; null when it is fused. */
  tensor: string | null;
  /** What the softmax is taken of; null when it is fused. */
  scores: string | null;
  /** The tensor that values are taken from, and the one that attention makes of them. */
  values: string;
  context: string;
  heads: number | null;
  /** Whether probabilities are [batch · heads, queries, keys]. */
  merged: boolean;
  /** How many parts of one example attend apart, as the windows of a picture do; null when not known. */
  parts: number | null;
  /** What scores are multiplied by; null when not known. */
  scale: number | null;
  treatments: Treatment[];
  queries: Side;
  keys: Side;
  /** The node of If, Loop or Scan that it lies in, where it can be neither shown nor masked; null for most. */
  inside: string | null;
}

/** What a model file says of itself, found without a run. */
export interface Finding {
  view: View;
  origins: Origins;
  kinds: InputKind[];
  /** In execution order. */
  attentions: FoundAttention[];
}

/**
 * Finds every scaled dot product attention of a model by the structure of its graph, names aside.
 * @param told what other files of the same model say of its inputs
 * @throws Error with one sentence when the graph runs in a circle, reads what nothing makes, or has malformed attributes
 */
export function findAttention(model: Model, told?: Told): Finding {
  try {
    return search(model, told);
  } catch (error) {
    if (error instanceof WireError) throw new Error(`The model file is damaged: ${error.message}.`);
    throw error;
  }
}

function search(model: Model, told?: Told): Finding {
  const linked = linkModel(model);
  const view = viewGraph(model.bytes, linked, model.opsets.get('') ?? 1);
  const { matches, contexts } = matchAll(view);
  const origins = traceOrigins(view, contexts);
  const kinds = judgeInputs(view, origins, told);
  const attentions: FoundAttention[] = [];
  for (const node of linked.order) {
    for (const match of matches.get(node) ?? []) attentions.push(describeMatch(view, match, origins, kinds));
    for (const inner of linked.nested.get(node) ?? [])
      attentions.push(...findInside(inner, view, describe(node), origins, kinds));
  }
  return { view, origins, kinds, attentions };
}

type Match = { softmax: Softmax; pattern: Pattern } | GraphNode;

/** Every attention of one graph by the node at which it stands in the order. */
function matchAll(view: View): { matches: Map<GraphNode, Match[]>; contexts: Map<GraphNode, string> } {
  const matches = new Map<GraphNode, Match[]>();
  const contexts = new Map<GraphNode, string>();
  const add = (node: GraphNode, match: Match) => matches.set(node, [...(matches.get(node) ?? []), match]);
  for (const softmax of listSoftmaxes(view)) {
    const pattern = matchPattern(view, softmax);
    if (!pattern) continue;
    contexts.set(pattern.context, pattern.queries);
    add(softmax.node, { softmax, pattern });
  }
  for (const node of view.linked.order) {
    if (!isFused(node)) continue;
    contexts.set(node, fusedOperands(node)[0]);
    add(node, node);
  }
  return { matches, contexts };
}

function findInside(
  inner: Linked,
  around: View,
  inside: string,
  outer: Origins,
  kinds: readonly InputKind[],
): FoundAttention[] {
  const view = viewGraph(around.bytes, inner, around.opset, around);
  const { matches, contexts } = matchAll(view);
  const origins = traceOrigins(view, contexts, outer);
  return inner.order.flatMap((node) => [
    ...(matches.get(node) ?? []).map((match) => ({ ...describeMatch(view, match, origins, kinds), inside })),
    ...(inner.nested.get(node) ?? []).flatMap((deeper) => findInside(deeper, view, inside, origins, kinds)),
  ]);
}

function describeMatch(
  view: View,
  match: Match,
  origins: Origins,
  kinds: readonly InputKind[],
): FoundAttention {
  const side = (tensor: string, length: number | undefined): Side => {
    const bits = origins.bits.get(tensor) ?? 0;
    const known = length !== undefined && length > 0 ? length : null;
    const reads = streamsOf(origins.influence.get(tensor) ?? 0, kinds);
    return {
      streams: streamsOf(bits, kinds),
      inputs: inputsOf(view, bits, kinds),
      tensor,
      reads,
      length: known,
    };
  };
  if (!('pattern' in match)) {
    const [queries, keys, values] = fusedOperands(match);
    const lengths = [queries, keys].map((name) => dimsOf(view, name)).map((dims) => dims?.at(-2));
    return {
      form: match.op,
      fused: true,
      tensor: null,
      scores: null,
      values,
      context: match.outputs[0],
      heads: fusedHeads(view, match),
      merged: false,
      parts: null,
      scale: null,
      treatments: [],
      queries: side(queries, lengths[0]),
      keys: side(keys, lengths[1]),
      inside: null,
    };
  }
  const { softmax, pattern } = match;
  const tensor = unfolded(view, softmax);
  const dims = dimsOf(view, tensor);
  return {
    form: pattern.product.op,
    fused: false,
    tensor,
    scores: softmax.scores,
    values: pattern.values,
    context: pattern.context.outputs[0],
    ...headsOf(view, dims),
    scale: scaleOf(view, pattern),
    treatments: treatmentsOf(view, pattern),
    queries: side(pattern.queries, dims?.at(-2)),
    keys: side(pattern.keys, dims?.at(-1)),
    inside: null,
  };
}

/** Heads are the axis before queries; with three axes they share it with the examples of a batch. Axes before are examples, or parts of them. */
function headsOf(
  view: View,
  dims: readonly number[] | null,
): Pick<FoundAttention, 'heads' | 'merged' | 'parts'> {
  if (!dims || dims.length < 2) return { heads: null, merged: false, parts: null };
  if (dims.length === 2) return { heads: 1, merged: false, parts: 1 };
  const count = dims.at(-3)!;
  const [first] = view.linked.graph.inputs
    .slice(0, 8)
    .flatMap(({ dims }) => (typeof dims?.[0] === 'number' ? [dims[0]] : []));
  if (dims.length > 3) {
    const parts = product(dims.slice(0, -3)) / (first ?? 1);
    return { heads: count > 0 ? count : null, merged: false, parts: parts >= 1 ? parts : null };
  }
  const batch = first !== undefined && first > 0 && count % first === 0 ? first : 1;
  return { heads: count > 0 ? count / batch : null, merged: count / batch > 1, parts: 1 };
}
