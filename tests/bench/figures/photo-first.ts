import { median, type Figure } from '../figure';

const [rounds, models] = [7, ['uniter-mini', 'clip-photo-mini'] as [string, string]];

/** How soon two models of photographs show what they see in a photograph of 12 megapixels, against how soon ViLT-mini does. */
export const figure: Figure = {
  id: 'photo-first',
  unit: '× ViLT-mini',
  limit: 5,
  async measure(stand) {
    const page = await stand.engine();
    const { photo, vilt, known, looks } = await page.evaluate(
      ([count, pair]) => window.bench.photoFirst(count, pair),
      [rounds, models] as const,
    );
    await page.context().close();
    if (looks !== rounds)
      throw new Error(
        `expected the backbone to look once at each of ${rounds} photographs, got ${looks} looks`,
      );
    const brief = (times: number[]) => median(times).toFixed(0);
    return {
      value: median(photo) / median(vilt),
      how: `median of ${rounds}, warm, from the file of a photograph of 12 megapixels to all maps: ${models.join(' and ')} ${brief(photo)} ms, vilt-mini ${brief(vilt)} ms; vilt-mini on a picture that is decoded and held already ${brief(known)} ms; the backbone looked at each photograph once, for both models and a second caption`,
    };
  },
};
