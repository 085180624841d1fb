import type { Draft } from './draft';
import type { GraphNode } from '../file/graph';
import { readFields, readText, toBytes } from '../file/wire';

/**
 * Gives one input or output of a node another name of equal length, in place: the rest of the file stays where it is.
 * @param side 1 for inputs, 2 for outputs, as NodeProto numbers them
 * @returns the new name, which no tensor has
 * @throws Error when the node has no such name, or every name as long is taken
 */
export function rename(draft: Draft, node: GraphNode, side: 1 | 2, name: string): string {
  const { bytes } = draft.model;
  for (const field of readFields(bytes, node.start, node.end)) {
    if (field.number !== side || readText(bytes, field) !== name) continue;
    const other = likeName(draft, name);
    draft.edits.push({ at: field.start, bytes: toBytes(other) });
    draft.tensors.add(other);
    return other;
  }
  const does = side === 1 ? 'read' : 'make';
  throw new Error(`Expected a ${node.op} that ${does}s ${JSON.stringify(name)}, got one that does not.`);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_';

/** An unused name with as many bytes as `name`. */
function likeName(draft: Draft, name: string): string {
  const length = toBytes(name).length;
  const digits = Math.min(length, 6);
  const stem =
    length > digits && toBytes(name.slice(0, -digits)).length === length - digits
      ? name.slice(0, -digits)
      : '';
  const prefix = stem.padEnd(length - digits, '_');
  for (let i = 0; i < alphabet.length ** digits; i++) {
    let rest = i;
    let tail = '';
    for (let d = 0; d < digits; d++) {
      tail = alphabet[rest % alphabet.length] + tail;
      rest = Math.floor(rest / alphabet.length);
    }
    if (!draft.tensors.has(prefix + tail)) return prefix + tail;
  }
  throw new Error(`Every name as long as ${JSON.stringify(name)} is taken, so it cannot be masked.`);
}
