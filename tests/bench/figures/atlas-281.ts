import { median, type Figure } from '../figure';
import type { AtlasBench } from '../atlas';

const runs = 9;
const words = Array.from({ length: 23 }, (_, at) => `word${at}`);

/** How soon every head of a model can be seen once its run is there. */
export const figure: Figure = {
  id: 'atlas-281',
  unit: 'ms',
  limit: 150,
  absolute: true,
  async measure(stand) {
    const page = await stand.atlas();
    const shape = { heads: 12, joint: 12, grid: [16, 16] as const, words };
    const times: number[] = [];
    for (let i = 0; i < runs; i++)
      times.push(
        await page.evaluate(
          (shape) => (window as unknown as { bench: AtlasBench }).bench.paint(shape),
          shape,
        ),
      );
    await page.context().close();
    return {
      value: median(times),
      how: `12 layers of 12 heads on 281 tokens: median of ${runs} runs from their arrival to the end of the frame, worst ${Math.max(...times).toFixed(0)} ms`,
    };
  },
};
