import type { Figure } from './figure';

/** How far the page's numbers are from PyTorch's, on one backend: every logit and every attention weight. */
export const parity = (backend: 'wasm' | 'webgpu'): Figure => ({
  id: `parity-${backend}`,
  unit: '',
  limit: 1e-4,
  async measure(stand) {
    const page = await stand.engine(backend === 'webgpu');
    const cases = await page.evaluate((backend) => window.bench.parity(backend), backend);
    await page.context().close();
    const strays = cases.filter(({ kind }) => kind !== backend);
    if (strays.length) throw new Error(`expected runs on ${backend}, got ${strays[0].kind}`);
    const logits = Math.max(...cases.map((each) => each.logits));
    const maps = Math.max(...cases.map((each) => each.maps));
    return {
      value: Math.max(logits, maps),
      how: `largest difference from PyTorch over ${cases.length} inputs; logits ${logits.toExponential(1)}, maps ${maps.toExponential(1)}`,
    };
  },
});
