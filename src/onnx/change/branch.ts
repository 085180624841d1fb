import {
  addCopy,
  addInitializer,
  addNode,
  finishDraft,
  freshName,
  removeNode,
  startDraft,
  type Draft,
} from './draft';
import { applyPatch } from './patch';
import { readAttributes, readSubgraphs } from '../file/attributes';
import { emptyGraph, readGraph, type Graph, type GraphNode } from '../file/graph';
import { readModel, type Model } from '../file/reader';
import { BOOL } from '../file/weight';

/** Branches inside of branches are written out so often, and no further. */
const deepest = 8;

/**
 * A file in which the branch that is taken where a switch is off stands in place of the If: one that the visitor could set, as `use_cache_branch`
 * of decoders that optimum merged (both of their branches are one model, for the first step and for later ones). The switch stays an input that
 * nothing reads. The same bytes where there is none.
 */
export function takeBranches(bytes: Uint8Array): Uint8Array {
  let file = bytes;
  for (let round = 0; round < deepest; round++) {
    const model = readModel(file);
    const choices = model.nodes.filter((node) => isSwitched(model, node));
    if (choices.length === 0) return file;
    const draft = startDraft(model);
    for (const node of choices) takeOut(draft, node);
    file = applyPatch(file, finishDraft(draft));
  }
  return file;
}

/** Whether an If asks an input of one truth value, and its other branch can be written out. */
function isSwitched(model: Model, node: GraphNode): boolean {
  if (node.op !== 'If' || node.domain !== '') return false;
  const port = model.inputs.find(({ name }) => name === node.inputs[0]);
  if (port?.dtype !== BOOL || model.weights.has(port.name)) return false;
  const branch = branchOf(model, node);
  if (!branch || branch.outputs.length !== node.outputs.length) return false;
  const clashes = madeIn(branch).filter((name) => taken(model, node).has(name));
  return (
    clashes.length === 0 || branch.nodes.every((inner) => readSubgraphs(model.bytes, inner).length === 0)
  );
}

function branchOf({ bytes }: Model, node: GraphNode): Graph | null {
  const place = readAttributes(bytes, node).get('else_branch');
  if (typeof place !== 'object' || !('start' in place) || 'dtype' in place) return null;
  const graph = emptyGraph();
  readGraph(graph, bytes, place);
  return graph;
}

const madeIn = ({ nodes, weights }: Graph) => [
  ...weights.keys(),
  ...nodes.flatMap(({ outputs }) => outputs.filter(Boolean)),
];

/** Names that the graph around an If has but for those that the If itself makes. */
function taken(model: Model, node: GraphNode): Set<string> {
  const { tensors } = startDraft(model);
  for (const name of node.outputs) tensors.delete(name);
  return tensors;
}

function takeOut(draft: Draft, node: GraphNode): void {
  const branch = branchOf(draft.model, node)!;
  removeNode(draft, node);
  for (const name of node.outputs) draft.tensors.delete(name);
  const names = new Map<string, string>();
  const made = new Set(madeIn(branch));
  branch.outputs.forEach(({ name }, i) => {
    if (made.has(name) && !branch.weights.has(name) && !names.has(name)) names.set(name, node.outputs[i]);
  });
  for (const name of made) {
    if (!names.has(name)) names.set(name, freshName(draft, name));
    draft.tensors.add(names.get(name)!);
  }
  for (const weight of branch.weights.values()) addInitializer(draft, weight, names.get(weight.name)!);
  for (const inner of branch.nodes) addCopy(draft, inner, names);
  branch.outputs.forEach(({ name }, i) => {
    const given = names.get(name) ?? name;
    if (given !== node.outputs[i]) addNode(draft, 'Identity', [given], node.outputs[i]);
  });
}
