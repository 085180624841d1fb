import { median, type Figure } from '../figure';

const rounds = 25;

/** What it costs to see every attention: warm runs with all maps against the same model's runs without any. */
export const figure: Figure = {
  id: 'expose-cost-wasm',
  unit: '×',
  limit: 1.15,
  async measure(stand) {
    const page = await stand.engine();
    const models = await page.evaluate((rounds) => window.bench.expose('wasm', rounds), rounds);
    await page.context().close();
    const ratios = models.map(({ id, all, none }) => ({
      id,
      ratio: median(all.map((time, i) => time / none[i])),
      all: median(all),
      none: median(none),
    }));
    const each = ratios
      .map(({ id, all, none }) => `${id} ${all.toFixed(1)} / ${none.toFixed(1)} ms`)
      .join(', ');
    return {
      value: Math.max(...ratios.map(({ ratio }) => ratio)),
      how: `median ratio of ${rounds} pairs of warm runs, the worse of the models; ${each}`,
    };
  },
};
