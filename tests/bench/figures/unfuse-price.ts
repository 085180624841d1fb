import * as ort from 'onnxruntime-web';
import { unfuse } from '../../../src/onnx/change/unfuse';
import { input, model, node, output } from '../../onnx/build';
import { median, type Figure } from '../figure';

const [text, width, heads, layers, rounds] = [197, 384, 6, 6, 9];

/** What a run takes where attention in one piece is written out, against the file as it is, on WebAssembly. */
export const figure: Figure = {
  id: 'unfuse-price',
  unit: '×',
  limit: Infinity,
  async measure() {
    const file = model([
      input('x0', [1, text, width]),
      ...Array.from({ length: layers }, (_, i) =>
        node(
          'MultiHeadAttention',
          [`x${i}`, `x${i}`, `x${i}`],
          [`x${i + 1}`],
          { num_heads: heads },
          'com.microsoft',
        ),
      ),
      output(`x${layers}`),
    ]);
    const data = Float32Array.from({ length: text * width }, (_, i) => Math.sin(i));
    const feeds = { x0: new ort.Tensor('float32', data, [1, text, width]) };
    const [fused, written] = await Promise.all(
      [file, unfuse(file).bytes].map((bytes) => ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })),
    );
    const times: [number, number][] = [];
    for (let i = 0; i < rounds; i++) {
      const took: number[] = [];
      for (const session of [fused, written]) {
        const start = performance.now();
        await session.run(feeds);
        took.push(performance.now() - start);
      }
      times.push([took[0], took[1]]);
    }
    for (const session of [fused, written]) await session.release();
    return {
      value: median(times.map(([one, out]) => out / one)),
      how: `median of ${rounds}: ${layers} attentions of ${heads} heads over ${text} positions; ${times.map(([one, out]) => `${out.toFixed(0)} / ${one.toFixed(0)}`).join(', ')} ms`,
    };
  },
};
