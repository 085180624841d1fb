import type { AttentionMask, Trace } from '../../src/trace/trace';

/** Changes that change nothing, in every attention: with them runs with and without maps have a session each, which differ in the maps alone. */
export const neutral = ({ attentions }: Trace): AttentionMask[] =>
  attentions.map((_, attention) => ({ attention, factor: { dims: [1, 1, 1], data: Float32Array.of(1) } }));
