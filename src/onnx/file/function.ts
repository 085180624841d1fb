import { readNode, type GraphNode } from './graph';
import { readFields, readText, type Field } from './wire';

/** An operation that a file defines itself, as other operations. */
export interface FunctionBody {
  domain: string;
  name: string;
  inputs: string[];
  outputs: string[];
  nodes: GraphNode[];
  /** Version of the default domain that it is written in; null when it does not say. */
  opset: number | null;
}

/** Reads a FunctionProto. @throws WireError when it is malformed */
export function readFunction(bytes: Uint8Array, { start, end }: Field): FunctionBody {
  const body: FunctionBody = { domain: '', name: '', inputs: [], outputs: [], nodes: [], opset: null };
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) body.name = readText(bytes, part);
    if (part.number === 4) body.inputs.push(readText(bytes, part));
    if (part.number === 5) body.outputs.push(readText(bytes, part));
    if (part.number === 7) body.nodes.push(readNode(bytes, part));
    if (part.number === 9) body.opset ??= defaultOpset(bytes, part);
    if (part.number === 10) body.domain = readText(bytes, part);
  }
  return body;
}

function defaultOpset(bytes: Uint8Array, { start, end }: Field): number | null {
  let [domain, version] = ['', 0];
  for (const part of readFields(bytes, start, end)) {
    if (part.number === 1) domain = readText(bytes, part);
    if (part.number === 2) version = part.value;
  }
  return domain === '' || domain === 'ai.onnx' ? version : null;
}
