import { draftManifest, type Draft } from './draft';
import { placingOf, type Companions, type Placing } from './processor';
import { listExternal } from '../../onnx/file/external';
import { unfuse } from '../../onnx/change/unfuse';
import { findAttention, type Finding } from '../../onnx/find/find';
import type { Told } from '../../onnx/find/streams';
import type { Linked } from '../../onnx/shape/link';
import type { Port } from '../../onnx/file/port';
import { readModel, type Model } from '../../onnx/file/reader';
import { recognise, type Architecture } from '../../onnx/find/recognise';
import { attributesOf, dimsOf, readersOf } from '../../onnx/shape/view';
import { countOf, FLOAT, type Weight } from '../../onnx/file/weight';

/** Everything that `inspect` says of a file; plain data. */
export interface Inspection {
  file: string;
  bytes: number;
  producer: string;
  opset: number;
  nodes: number;
  parameters: number;
  architecture: Omit<Architecture, 'placed'>;
  /** `empty`: for keys and values of earlier steps the axis along which there may be none; null where there must be some. */
  inputs: (Described & { kind: string; empty?: number | null })[];
  outputs: Described[];
  attentions: Row[];
  /** Rows of the largest table that words are looked up in; 0 without one. */
  vocabulary: number;
  /** Files beside the model that hold weights of it. */
  external: string[];
  /** The most frequent operations, for a model without attention. */
  outline: [op: string, count: number][];
  remarks: string[];
  draft: Draft;
}

interface Described {
  name: string;
  dtype: string;
  dims: Port['dims'];
  /** Lengths of a run with one example and made-up lengths of what is free, where they can be followed. */
  tried: (number | null)[] | null;
}

interface Row {
  block: string;
  stage: string;
  layer: number;
  heads: number | null;
  queries: string;
  keys: string;
  form: string;
  fused: boolean;
  scale: number | null;
  treatments: string[];
  tensor: string | null;
  inside: string | null;
  /** How many parts of an example attend apart; null when not known. */
  parts: number | null;
  /** Inputs of the graph that its queries and its keys come from. */
  inputs: [queries: string[], keys: string[]];
  /** Queries and keys in a run as `tried` says; null where not known. */
  lengths: [queries: number | null, keys: number | null];
}

const dtypes =
  '? float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 bfloat16'.split(
    ' ',
  );

/**
 * Reads a model file, or its sketch, and says what is in it.
 * @param size length of the file that `bytes` is a sketch of
 * @param told what other files of the same model say of its inputs
 * @throws Error with one sentence when it is none
 */
export function inspectModel(
  file: string,
  bytes: Uint8Array,
  companions: Companions,
  size = bytes.length,
  told?: Told,
): Inspection {
  const { bytes: written, refused, written: pieces } = unfuse(bytes);
  const model = readModel(written);
  const finding = findAttention(model, told);
  const placing = placingOf(companions);
  const { placed, ...architecture } = placedBy(placing, finding, recognise(finding));
  const describe = ({ name, dtype, dims }: Port): Described => ({
    name,
    dtype: dtypes[dtype] ?? '?',
    dims,
    tried: dimsOf(finding.view, name)?.map((dim) => (dim > 0 ? dim : null)) ?? null,
  });
  const external = [...listExternal(written, model).keys()];
  const outOf = (tensor: string | null) =>
    [...pieces].find(([made]) => tensor?.startsWith(`${made}/`))?.[1] ?? null;
  const inputs = model.inputs.filter(({ name }) => !model.weights.has(name));
  return {
    file,
    bytes: size,
    producer: model.producer,
    opset: model.opsets.get('') ?? 0,
    nodes: pieces.size > 0 ? readModel(bytes).nodes.length : model.nodes.length,
    parameters: countParameters(finding),
    architecture,
    inputs: inputs.map((port) => {
      const cache = finding.view.caches.get(port.name);
      const kind = finding.kinds[model.inputs.indexOf(port)];
      return { ...describe(port), kind, ...(cache ? { empty: cache.axis } : {}) };
    }),
    outputs: model.outputs.map(describe),
    attentions: placed.map(({ attention, block, stage, layer }) => ({
      block,
      stage,
      layer,
      heads: attention.heads,
      queries: attention.queries.streams.join('+'),
      keys: attention.keys.streams.join('+'),
      form: [attention.form, attention.merged && 'heads merged', out(outOf(attention.tensor))]
        .filter(Boolean)
        .join(', '),
      fused: attention.fused,
      scale: attention.scale,
      treatments: attention.treatments,
      tensor: attention.tensor,
      inside: attention.inside,
      parts: attention.parts,
      inputs: [attention.queries.inputs, attention.keys.inputs],
      lengths: [attention.queries.length, attention.keys.length],
    })),
    vocabulary: Math.max(0, ...finding.origins.rows),
    external,
    outline: placed.length === 0 ? frequent(finding.view.linked) : [],
    remarks: [
      ...remarksOf(model, finding, external, pieces.size, architecture.image?.value.cut !== undefined),
      ...refused.map(({ sentence }) => sentence.replace(/\.$/, '')),
    ],
    draft: draftManifest(finding, { placed, ...architecture }, companions),
  };
}

/** What a model's files say of where a picture stands in a text; what its graph shows stays. */
function placedBy(placing: Placing, { kinds }: Finding, found: Architecture): Architecture {
  const { interaction, sequence, places } = found;
  if (!kinds.includes('sequence') && !places) return found;
  const said = placing.id !== null && !interaction.sure;
  const why = `${interaction.why.split(';')[0]}, at the places of the id ${placing.id}, as the model’s configuration says`;
  return {
    ...found,
    interaction: said ? { ...interaction, sure: true, why } : interaction,
    sequence: placing.first
      ? { value: ['image', 'text'], sure: true, why: 'its processor puts the picture before the text' }
      : sequence,
  };
}

const out = (op: string | null) => op && `written out of ${op}`;

/** A graph and those inside of it. */
function allGraphs(linked: Linked): Linked[] {
  const graphs = [linked];
  for (let at = 0; at < graphs.length; at++)
    for (const inner of graphs[at].nested.values()) graphs.push(...inner);
  return graphs;
}

/** The operations that a graph and those inside of it have most of. */
function frequent(linked: Linked): [string, number][] {
  const counts = new Map<string, number>();
  for (const { order } of allGraphs(linked))
    for (const { op } of order) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 8);
}

/** How many numbers are stored: those of weights, the ones in blocks of four bits each by itself without their scales, and constants of floats that are no single number. */
function countParameters({ view }: Finding): number {
  const packed = (name: string) => readersOf(view, name).some(({ op }) => op === 'MatMulNBits');
  const stored = allGraphs(view.linked).flatMap(({ graph, order }) => [
    ...[...graph.weights.values()].map(({ name, dims }) => (packed(name) ? 0 : countOf(dims))),
    ...order.map((node) => {
      if (node.op === 'MatMulNBits') {
        const [rows, columns] = ['N', 'K'].map((side) => attributesOf(view, node).get(side));
        return Number(rows) * Number(columns) || 0;
      }
      const value = node.op === 'Constant' ? attributesOf(view, node).get('value') : undefined;
      return typeof value === 'object' && isWeight(value) && value.dtype === FLOAT && value.dims.length > 0
        ? countOf(value.dims)
        : 0;
    }),
  ]);
  return stored.reduce((sum, count) => sum + count, 0);
}

const isWeight = (value: object): value is Weight => 'dtype' in value;

/** Domains whose operations the runtime has. */
const standard = new Set(['', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc']);

function remarksOf(
  model: Model,
  { attentions, kinds, view }: Finding,
  external: readonly string[],
  pieces: number,
  cut: boolean,
): string[] {
  const remarks: string[] = [];
  const say = (count: number, one: string, many: string) => {
    if (count > 0) remarks.push(count === 1 ? `1 ${one}` : `${count} ${many}`);
  };
  const custom = new Set(
    model.nodes.flatMap(({ op, domain }) =>
      standard.has(domain) || model.functions.has(`${domain}:${op}`) ? [] : [`${domain}:${op}`],
    ),
  );
  say(
    custom.size,
    `custom operation, which the runtime does not have: ${[...custom][0]}`,
    `custom operations, which the runtime does not have: ${[...custom].slice(0, 5).join(', ')}`,
  );
  const calls = model.nodes.filter(({ op, domain }) => model.functions.has(`${domain}:${op}`));
  say(
    new Set(calls.map(({ op }) => op)).size,
    'operation is defined in the file itself and not looked into',
    'operations are defined in the file itself and not looked into',
  );
  say(
    pieces,
    'attention is in one piece and written out to be shown; a run without maps uses the file as it is',
    'attentions are in one piece and written out to be shown; a run without maps uses the file as it is',
  );
  say(
    attentions.filter(({ fused }) => fused).length,
    'attention is in one piece: it shows no probabilities',
    'attentions are in one piece: they show no probabilities',
  );
  say(
    attentions.filter(({ inside }) => inside).length,
    'attention lies inside of a branch or loop, where it cannot be shown',
    'attentions lie inside of branches or loops, where they cannot be shown',
  );
  say(
    attentions.filter(({ heads }) => heads === null).length,
    'attention whose number of heads is not known before a run',
    'attentions whose number of heads is not known before a run',
  );
  const softmaxes = view.linked.order.filter(({ op }) => op === 'Softmax').length;
  const seen = attentions.filter(({ fused, inside }) => !fused && inside === null).length;
  say(softmaxes - seen, 'softmax is no attention', 'softmaxes are no attention');
  const vectors = model.inputs.filter((_, i) => kinds[i] === 'vectors').map(({ name }) => name);
  if (vectors.length > 0 && attentions.length > 0 && !cut)
    remarks.push(`${vectors.join(', ')}: vectors that another model makes`);
  if (external.length > 0) remarks.push(`weights in ${external.join(', ')}`);
  return remarks;
}
