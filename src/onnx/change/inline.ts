import { addCall, finishDraft, freshName, removeNode, startDraft } from './draft';
import { applyPatch } from './patch';
import { readSubgraphs } from '../file/attributes';
import type { GraphNode } from '../file/graph';
import { readModel, type Model } from '../file/reader';

/** Functions that call functions are written out so often, and no further. */
const deepest = 8;
/** Most nodes that a file may have then. */
const most = 100_000;

/** A file in which the operations that it defines itself are written where they are called; the same bytes where it defines none. */
export function inlineCalls(bytes: Uint8Array): Uint8Array {
  let file = bytes;
  for (let round = 0; round < deepest; round++) {
    const model = readModel(file);
    const calls = model.functions.size > 0 ? model.nodes.filter((node) => fits(model, node)) : [];
    const nodes = calls.reduce((sum, node) => sum + bodyOf(model, node)!.nodes.length, model.nodes.length);
    if (calls.length === 0 || nodes > most) return file;
    const draft = startDraft(model);
    for (const call of calls) {
      const body = bodyOf(model, call)!;
      const names = new Map<string, string>();
      body.inputs.forEach((name, i) => names.set(name, call.inputs[i] ?? ''));
      body.outputs.forEach((name, i) =>
        names.set(name, call.outputs[i] || freshName(draft, `${call.outputs[0]}/${name}`)),
      );
      for (const { outputs } of body.nodes)
        for (const name of outputs)
          if (name && !names.has(name)) {
            const fresh = freshName(draft, `${call.outputs[0]}/${name}`);
            draft.tensors.add(fresh);
            names.set(name, fresh);
          }
      removeNode(draft, call);
      for (const node of body.nodes) addCall(draft, node, names, call);
    }
    file = applyPatch(file, finishDraft(draft));
  }
  return file;
}

const bodyOf = ({ functions }: Model, { domain, op }: GraphNode) => functions.get(`${domain}:${op}`);

/** Whether a call can be written out: its body speaks of the same opset and has no graphs inside that speak of its names. */
function fits(model: Model, node: GraphNode): boolean {
  const body = bodyOf(model, node);
  if (!body || body.nodes.length === 0) return false;
  const same = body.opset === null || body.opset === model.opsets.get('');
  return same && body.nodes.every((inner) => readSubgraphs(model.bytes, inner).length === 0);
}
