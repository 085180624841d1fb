import { finishDraft, removeNode, startDraft } from './draft';
import { takeBranches } from './branch';
import { Emitter } from './emit';
import { grouped, multiHead, projecting, standard, type Writer } from './fusions';
import { inlineCalls } from './inline';
import { applyPatch } from './patch';
import type { GraphNode } from '../file/graph';
import { readModel, type Model } from '../file/reader';
import { FLOAT } from '../file/weight';
import { isFused } from '../find/fused';
import { linkModel } from '../shape/link';
import { viewGraph, type View } from '../shape/view';

/** A file with its attentions written out. */
export interface Unfused {
  /** The file, or the same bytes where there was nothing to do. */
  bytes: Uint8Array;
  /** Operations that were written out, by the name of what they make. */
  written: Map<string, string>;
  /** Those that were not, each with a sentence why. */
  refused: { made: string; sentence: string }[];
}

const writers: Record<string, Writer | undefined> = {
  ':Attention': standard,
  'com.microsoft:Attention': projecting,
  'com.microsoft:MultiHeadAttention': multiHead,
  'com.microsoft:GroupQueryAttention': grouped,
};

/** Range and Where need as much. */
const oldest = 11;

/**
 * Writes out what a file has in one piece: calls of its own functions, branches that are taken while their switch is off, then attentions, each as the ordinary operations that it stands for,
 * under the names that it made. The file stays as it is but for one byte a node and what is appended; no weight is read.
 * @throws Error with one sentence when the bytes are no model
 */
export function unfuse(bytes: Uint8Array): Unfused {
  const inlined = takeBranches(inlineCalls(bytes));
  const model = readModel(inlined);
  const written = new Map<string, string>();
  const refused: Unfused['refused'] = [];
  const pieces = model.nodes.filter(isFused);
  if (pieces.length === 0) return { bytes: inlined, written, refused };
  const view = viewGraph(inlined, linkModel(model), model.opsets.get('') ?? 1);
  const draft = startDraft(model);
  for (const node of pieces) {
    const [made] = node.outputs;
    const before = [draft.fields.length, draft.edits.length];
    try {
      writeOut(model, view, node, draft);
      written.set(made, node.op);
    } catch (error) {
      [draft.fields.length, draft.edits.length] = before;
      const why = error instanceof Error ? error.message : String(error);
      refused.push({ made, sentence: `${node.op} ${JSON.stringify(made)} stays in one piece: ${why}.` });
    }
  }
  return { bytes: written.size > 0 ? applyPatch(inlined, finishDraft(draft)) : inlined, written, refused };
}

function writeOut(model: Model, view: View, node: GraphNode, draft: ReturnType<typeof startDraft>): void {
  const write = writers[`${node.domain}:${node.op}`];
  if (!write) throw new Error('the page cannot write it as ordinary operations');
  if ((model.opsets.get('') ?? 1) < oldest) throw new Error(`the file is of an opset before ${oldest}`);
  removeNode(draft, node);
  const dtype = view.known.get(node.inputs[0])?.dtype || FLOAT;
  write({ emit: new Emitter(draft, node.outputs[0], dtype), view, node });
}
