import type { Panel } from '../../src/state/panel/panel.svelte';
import { readSafetensors } from '../../src/containers/safetensors';
import type { Attention, Token, Trace } from '../../src/trace/trace';
import { makeTrace } from '../state/engine';

/** The model's stored reference, PyTorch's own attention, as a run. */
export async function reference(panel: Panel): Promise<Trace> {
  const bytes = new Uint8Array(await (await fetch('/zoo/meter-mini/reference.safetensors')).arrayBuffer());
  const { tensors } = readSafetensors(bytes);
  const words = tensors.get('input_ids')!.dims[1];
  const tokens: Token[] = [
    ...Array.from({ length: words }, (_, at): Token => {
      if (at === 0) return { stream: 'text', role: 'cls', text: '[CLS]' };
      if (at === words - 1) return { stream: 'text', role: 'sep', text: '[SEP]' };
      return { stream: 'text', role: 'word', word: at - 1, text: `word${at - 1}` };
    }),
    ...Array.from({ length: 64 }, (_, at): Token => {
      return { stream: 'image', role: 'patch', box: [(at % 8) / 8, Math.floor(at / 8) / 8, 1 / 8, 1 / 8] };
    }),
  ];
  const slices = { text: [0, words], image: [words, words + 64] } as const;
  const attentions = panel.attentions.map((entry, index): Attention => {
    const stored = tensors.get(`attention.${index}`)!;
    const weights = { dims: stored.dims.slice(1), data: stored.data as Float32Array<ArrayBuffer> };
    const { name, layer, depth, stage, heads } = entry;
    const [queries, keys] = [slices[entry.queries[0]], slices[entry.keys[0]]];
    return { graph: 'model', name, layer, depth, stage, heads, queries, keys, visible: 'all', weights };
  });
  return { ...makeTrace('meter-mini', ''), tokens, attentions };
}
