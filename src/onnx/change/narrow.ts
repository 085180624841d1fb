import { addFloats, removeNode, type Draft } from './draft';
import { readAttributes } from '../file/attributes';
import type { GraphNode } from '../file/graph';
import { DOUBLE, FLOAT, readValues, type Weight } from '../file/weight';

/** Most numbers of a stored tensor that is narrowed: exporters write bounds and factors so, no weights. */
const most = 2 ** 12;

/**
 * Writes stored numbers of 64 bits that a Cast makes 32-bit floats of as 32-bit floats, which is what the Cast would round them to. PyTorch's exporters
 * write the bounds of a clamp so, and onnxruntime-web 1.30 has a Cast from them only in its build without WebGPU.
 * @returns how many Casts were taken out
 */
export function narrowDoubles(draft: Draft): number {
  const { bytes, nodes, weights, inputs } = draft.model;
  const given = new Set(inputs.map(({ name }) => name));
  const stored = new Map<string, Weight>();
  for (const weight of weights.values()) if (!given.has(weight.name)) stored.set(weight.name, weight);
  for (const node of nodes) {
    if (node.op !== 'Constant' || node.domain !== '') continue;
    const value = readAttributes(bytes, node).get('value');
    if (isWeight(value)) stored.set(node.outputs[0], value);
  }
  let narrowed = 0;
  for (const node of nodes) {
    const source = isCast(node) ? stored.get(node.inputs[0]) : undefined;
    if (source?.dtype !== DOUBLE || readAttributes(bytes, node).get('to') !== FLOAT) continue;
    const values = readValues(bytes, source, most);
    if (!values) continue;
    removeNode(draft, node);
    addFloats(draft, node.outputs[0], source.dims, values);
    narrowed += 1;
  }
  return narrowed;
}

const isCast = ({ op, domain }: GraphNode) => op === 'Cast' && domain === '';

const isWeight = (value: unknown): value is Weight =>
  typeof value === 'object' && value !== null && 'dtype' in value;
