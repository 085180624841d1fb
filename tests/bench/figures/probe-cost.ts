import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { nodeEngine } from '../../runtime/node';
import { memoryShelf } from '../../runtime/shelf';
import { median, type Figure } from '../figure';

const [rounds, base] = [5, 'http://localhost/'];

/** What all runs that ask a fusion model about itself take together, against a run of the file as it is, creation of sessions left out. */
export const figure: Figure = {
  id: 'probe-cost',
  unit: '× a plain run',
  limit: 6,
  async measure() {
    const bytes = readFileSync(new URL('../../../models/zoo/vilt-mini/model.onnx', import.meta.url));
    const file = new File([bytes], 'model.onnx');
    const pairs: { asked: number; plain: number; runs: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      const engine = nodeEngine(base, memoryShelf());
      const { id } = await engine.own.examine([file], () => {});
      const { interview } = await engine.own.interview(ort, id, () => {});
      if (interview === null || typeof interview === 'string')
        throw new Error(interview ?? 'expected the model to be asked, got nothing');
      engine.own.keep(id, {});
      const picture = { width: 96, height: 96, data: new Uint8ClampedArray(96 * 96 * 4).fill(128) };
      const input = { picture, caption: '5 6 7 8 9 10' };
      const times: number[] = [];
      for (let run = 0; run < 7; run++) {
        const { timings } = await engine.run(
          `own/${id}`,
          { ...input, crop: [0, 0, 1, 1] },
          { task: 'match', attentions: 'none' },
        );
        times.push(timings.run);
      }
      await engine.close(`own/${id}`);
      pairs.push({ asked: interview.milliseconds, plain: median(times), runs: interview.runs });
    }
    const each = pairs.map(({ asked, plain }) => `${asked.toFixed(0)} / ${plain.toFixed(0)}`).join(', ');
    return {
      value: median(pairs.map(({ asked, plain }) => asked / plain)),
      how: `median of ${rounds}: ${pairs[0].runs} runs of vilt-mini on WebAssembly over one; ${each} ms`,
    };
  },
};
