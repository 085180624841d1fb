import { describe, expect, test, vi } from 'vitest';
import { bring } from './bring';
import { checkpoint, checkpoints, recipeEngine } from './folders';

vi.setConfig({ testTimeout: 60_000 });

/** Kind, number of attentions that PyTorch has, and how the weights are stored. */
const known: Record<string, [kind: string, attentions: number]> = {
  'vilt-words': ['self-attention', 2],
  'vilt-answers': ['self-attention', 2],
  'vilt-match': ['self-attention', 2],
  'clip-b32': ['VSE', 4],
  'clip-b16': ['VSE', 4],
  'lxmert-pretraining': ['co-attention', 11],
  'lxmert-answers': ['co-attention', 11],
};

describe('a folder as the Hub has it opens, and agrees with PyTorch', () => {
  test.each(checkpoints)('%s', async (name) => {
    const { manifest, opened } = await bring(await checkpoint(name), {}, recipeEngine());
    const [kind, attentions] = known[name];
    expect(manifest.interaction).toBe(kind);
    expect(manifest.graphs.model.attentions).toHaveLength(attentions);
    expect(opened.agreement?.difference).toBeLessThan(1e-4);
  });
});
