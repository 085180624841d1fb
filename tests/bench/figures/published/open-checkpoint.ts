import { filesIn, makeCheckpoint, makeInside } from '../../checkpoint/make';
import { choose } from '../../checkpoint/choose';
import { median, type Figure } from '../../figure';

const rounds = 3;

/** A published checkpoint from its files on the disk to the first map, over creating the session of the same model with weights inside. */
export const figure: Figure = {
  id: 'open-checkpoint',
  unit: '×',
  limit: 1.3,
  async measure(stand) {
    const { folder, bytes } = makeCheckpoint('vilt-match');
    const whole = makeInside('vilt-match');
    const pairs: { ours: number; inside: number }[] = [];
    const steps: string[] = [];
    for (let i = 0; i < rounds; i++) {
      const { read, opened, shown, stored, maps } = await choose(stand, filesIn(folder), (bench) =>
        bench.open(),
      );
      const inside = await choose(stand, [whole], (bench) => bench.inside());
      pairs.push({ ours: shown, inside });
      const brief = (time: number) => time.toFixed(0);
      steps.push(
        `read and hashed ${brief(read)}, open ${brief(opened)}, ${maps} maps ${brief(shown)}, kept in the browser ${brief(stored)}; inside ${brief(inside)}`,
      );
    }
    return {
      value: median(pairs.map(({ ours, inside }) => ours / inside)),
      how: `median of ${rounds} in Chromium on WebAssembly: ${(bytes / 1e6).toFixed(0)} MB chosen as a folder, from that to the maps of a picture of 384 × 384, over reading and opening the same model with weights inside`,
      table: steps.map((line) => `${line} ms`),
    };
  },
};
