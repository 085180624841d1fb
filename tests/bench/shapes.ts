import type { Shape } from '../support/traces';

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`);

/** 12 layers of 12 heads on 185 tokens, as a ViLT of 13 × 13 patches has: 20 MB of weights. */
export const tokens185: Shape = { heads: 12, joint: 12, grid: [13, 13], words: words(14) };

/** 12 layers of 12 heads on 281 tokens: 45 MB of weights. */
export const tokens281: Shape = { heads: 12, joint: 12, grid: [16, 16], words: words(23) };
