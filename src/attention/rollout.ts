import type { Attention } from '../trace/trace';
import { spelledOut, type Chosen } from './aggregate';

/** Multiplications between two breaths. */
const stride = 4e6;

interface Layer {
  modules: { module: Attention; heads: readonly number[] }[];
}

/**
 * Attention rollout (Abnar and Zuidema 2020) over chosen heads: how much of each position's input reaches each position, when half of
 * every sub-layer's output is its own residual and half is what its attention (the mean over the chosen heads) mixes in. The state is that of
 * both streams together, [tokens, tokens]: self-attention multiplies the rows of its stream by ½(I + A); a co-attention adds half of what the other
 * stream held at the start of the same layer, so that METER's layer is [[½S_t, ½A_tv], [½A_vt, ½S_v]] with S = ½(I + A) and LXMERT's cross
 * layer [[½I, ½A_tv], [½A_vt, ½I]]. With one joint sequence this is the original. The bi-modal rule is ours. Modules without a chosen head are passed by.
 *
 * A generator, since long sequences take seconds: it yields the share that is done. Null when nothing was chosen.
 * @param count positions of the run
 */
export function* rollout(
  attentions: readonly Attention[],
  chosen: readonly Chosen[],
  count: number,
): Generator<number, Attention | null> {
  const layers = layersOf(attentions, chosen);
  const total = layers.reduce((sum, { modules }) => sum + modules.length, 0);
  if (!total) return null;
  const state = new Float32Array(count * count);
  for (let at = 0; at < count; at++) state[at * count + at] = 1;
  let done = 0;
  for (const { modules } of layers) {
    const start = modules.some(({ module }) => isAcross(module)) ? state.slice() : state;
    for (const { module, heads } of modules) {
      const { queries } = module;
      const source = isAcross(module) ? start : state;
      const mixed = yield* product(module, heads, source, count, (share) => (done + share) / total);
      for (let i = 0, to = queries[0] * count; i < mixed.length; i++, to++)
        state[to] = (state[to] + mixed[i]) / 2;
      done += 1;
      yield done / total;
    }
  }
  const last = layers[layers.length - 1].modules[0].module;
  return {
    ...last,
    name: `rollout of ${total} ${total === 1 ? 'module' : 'modules'}`,
    queries: [0, count],
    keys: [0, count],
    heads: 1,
    visible: 'all',
    weights: { dims: [1, count, count], data: state },
  };
}

/** Whether queries read the other stream: they do where queries and keys have no position in common. */
const isAcross = ({ queries, keys }: Attention) => queries[1] <= keys[0] || keys[1] <= queries[0];

/** Modules in order of execution, those of one layer together. */
function layersOf(attentions: readonly Attention[], chosen: readonly Chosen[]): Layer[] {
  const parts = spelledOut(attentions, chosen).map(({ attention, heads }) => ({
    module: attentions[attention],
    heads,
  }));
  const layers = new Map<string, Layer>();
  for (const part of parts.toSorted((a, b) => a.module.depth - b.module.depth)) {
    const { graph, stage, layer } = part.module;
    const id = `${graph} ${stage} ${layer}`;
    const known = layers.get(id);
    if (known) known.modules.push(part);
    else layers.set(id, { modules: [part] });
  }
  return [...layers.values()];
}

/** The mean map of some heads times the rows of its keys: [queries, count]. */
function* product(
  { weights, queries, keys }: Attention,
  heads: readonly number[],
  source: Float32Array,
  count: number,
  share: (of: number) => number,
): Generator<number, Float32Array> {
  const [rows, columns] = [queries[1] - queries[0], keys[1] - keys[0]];
  const result = new Float32Array(rows * count);
  let spent = 0;
  for (let r = 0; r < rows; r++) {
    const to = result.subarray(r * count, (r + 1) * count);
    for (let k = 0; k < columns; k++) {
      let weight = 0;
      for (const head of heads) weight += weights!.data[(head * rows + r) * columns + k];
      if (weight === 0) continue;
      weight /= heads.length;
      const from = (keys[0] + k) * count;
      for (let c = 0; c < count; c++) to[c] += weight * source[from + c];
    }
    spent += columns * count;
    if (spent < stride) continue;
    spent = 0;
    yield share((r + 1) / rows);
  }
  return result;
}
