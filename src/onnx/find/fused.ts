import type { GraphNode } from '../file/graph';
import { attributesOf, type View } from '../shape/view';

/** Operations that compute attention inside and show no softmax, by domain. */
const fused: Record<string, ReadonlySet<string>> = {
  '': new Set(['Attention', 'FlexAttention']),
  'com.microsoft': new Set([
    'Attention',
    'DecoderAttention',
    'DecoderMaskedMultiHeadAttention',
    'DecoderMaskedSelfAttention',
    'GroupQueryAttention',
    'LongformerAttention',
    'MultiHeadAttention',
    'PackedAttention',
    'PackedMultiHeadAttention',
    'PagedAttention',
    'QAttention',
    'QOrderedAttention',
    'QOrderedLongformerAttention',
    'SparseAttention',
  ]),
};

/** Whether a node is attention in one piece. */
export function isFused({ op, domain }: GraphNode): boolean {
  return Object.hasOwn(fused, domain) && fused[domain].has(op);
}

/** Its operands; queries, keys and values are one tensor where the node projects them itself. */
export function fusedOperands({
  op,
  domain,
  inputs,
}: GraphNode): [queries: string, keys: string, values: string] {
  const [first = '', second = '', third = ''] = inputs;
  if (op === 'DecoderAttention') return [first, second || first, second || first];
  const own = domain === 'com.microsoft' && !/MultiHead|GroupQuery|SparseAttention|Paged/.test(op);
  return own ? [first, first, first] : [first, second || first, third || second || first];
}

/** Its heads, where it says them. */
export function fusedHeads(view: View, node: GraphNode): number | null {
  const attributes = attributesOf(view, node);
  const heads = attributes.get('num_heads') ?? attributes.get('q_num_heads');
  if (typeof heads === 'number') return heads;
  const dims = view.known.get(node.inputs[0])?.dims;
  return dims?.length === 4 && dims[1] > 0 ? dims[1] : null;
}
