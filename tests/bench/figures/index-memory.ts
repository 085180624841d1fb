import type { Figure } from '../figure';
import { makePatch } from '../indexing';
import { makeVilt } from '../vilt';

/** How much memory it takes to find, show and mask every attention of a large model: no weight is copied. */
export const figure: Figure = {
  id: 'index-memory',
  unit: 'MB',
  limit: 30,
  async measure() {
    const file = makeVilt();
    const { patch, attentions, extra } = await makePatch(file);
    const size = (file.length / 1e6).toFixed(0);
    return {
      value: extra / 1e6,
      how: `most memory in use while ${size} MB with ${attentions} attentions are indexed and patched; the patch has ${patch.tail.length} bytes`,
    };
  },
};
