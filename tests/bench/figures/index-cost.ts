import { InferenceSession } from 'onnxruntime-web';
import { applyPatch } from '../../../src/onnx/change/patch';
import { itself } from '../../../src/onnx/file/sketch';
import { median, type Figure } from '../figure';
import { makePatch } from '../indexing';
import { makeVilt } from '../vilt';

const rounds = 5;

/**
 * What it costs to index a large model and to patch it so that every attention is shown and masked, against what it costs to open it at
 * all. Joining the parts of a download is left out: a model that is not patched is joined as well.
 */
export const figure: Figure = {
  id: 'index-cost',
  unit: '×',
  limit: 0.05,
  async measure() {
    const file = makeVilt();
    const pairs: { ours: number; session: number; finding: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      const { milliseconds, finding, sketch, patch } = await makePatch(file);
      const patched = applyPatch(sketch, patch);
      const start = performance.now();
      const session = await InferenceSession.create(patched, {
        logSeverityLevel: 3,
        externalData: [{ path: itself, data: file }],
      });
      pairs.push({ ours: milliseconds, session: performance.now() - start, finding });
      await session.release();
    }
    const each = pairs.map(({ ours, session }) => `${ours.toFixed(0)} / ${session.toFixed(0)}`).join(', ');
    const found = median(pairs.map(({ finding }) => finding)).toFixed(0);
    return {
      value: median(pairs.map(({ ours, session }) => ours / session)),
      how: `median of ${rounds}: indexing and patching ${(file.length / 1e6).toFixed(0)} MB over creating its session; ${each} ms; finding attention ${found} ms`,
    };
  },
};
