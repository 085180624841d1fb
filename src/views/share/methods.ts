import type { Lens } from '../../state/lens/lens.svelte';
import type { Panel } from '../../state/panel/panel.svelte';
import { sayCount } from '../../state/cause/ablation';
import type { Cuts } from '../../state/cause/ablation';
import { sayHead, sayTarget } from '../parts/sentences';
import { sourceOf } from '../parts/source';

/** A paragraph for a paper: which model, to the byte, which head, by which formula, and where it ran. Null until the model is known. */
export function sayMethods(panel: Panel, lens: Lens, cuts: Cuts): string | null {
  const source = sourceOf(panel);
  if (!source) return null;
  const { imported, manifest, opened } = panel;
  const { model, file, by, hash, version } = source;
  const sentences: string[] = [];
  if (imported)
    sentences.push(
      `We read a recorded run of ${model} (file ${file}, ${by} beginning with ${hash}) in VLPM Playground ${version}.`,
    );
  else {
    const after = manifest?.after ? `, after ${manifest.after}` : '';
    const size = manifest?.parameters ? `, ${manifest.parameters.toLocaleString('en')} parameters` : '';
    const place = opened ? ` on ${opened.backend.kind === 'webgpu' ? 'WebGPU' : 'WebAssembly'}` : '';
    sentences.push(
      `We ran ${model} (${file}, ${by} ${hash}${after}${size}) in VLPM Playground ${version}${place} with onnxruntime-web.`,
    );
    if (panel.folder.startsWith('zoo/'))
      sentences.push('Its weights are those of training seed 0, which was chosen before training.');
    const agreement = opened?.agreement;
    if (agreement?.agrees)
      sentences.push(
        `On a stored input its logits and attention differ from PyTorch’s by at most ${agreement.difference.toExponential(0)}.`,
      );
  }
  if (lens.trace) sentences.push(...sayShown(lens));
  const off = sayCount(cuts);
  if (off)
    sentences.push(`The answer was compared with that of the same model with ${off} (${sayCut(cuts)}).`);
  sentences.push('A run holds no randomness: no sampling and no dropout.');
  return sentences.join(' ');
}

function sayShown(lens: Lens): string[] {
  const { attention, choice, trace, overImage, overText, targetStream, selection } = lens;
  const caption = `the caption “${trace?.caption ?? ''}”`;
  if (!attention || !choice)
    return trace?.similarity
      ? [
          `Shown are the parts of its similarity, cosine similarity taken apart by pairs of word and patch, which sum to the score, for ${caption}.`,
        ]
      : [];
  const directions = [overImage, overText].flatMap((look) => look?.direction ?? []);
  const own = attention.name.startsWith('gathered') || attention.heads === 1;
  const heads = choice.head === 'mean' && !own ? ', the mean over its heads,' : '';
  const read =
    selection.role === 'query'
      ? 'weights of the pieces of a word are averaged'
      : 'weights that a query gives to the pieces of a word are added';
  return [
    `Shown are attention weights A = softmax(QKᵀ/√d) (Vaswani et al., 2017) of ${sayHead(lens)}${heads} for ${sayTarget(lens)} of ${caption} (${directions.join('; ')}); ${read}, and each is a share of all that its query gives to ${attention.keys[1] - attention.keys[0]} keys${targetStream === 'image' ? ', for one patch' : ''}.`,
  ];
}

const sayCut = ({ renormalise }: Cuts) =>
  renormalise
    ? 'scores of blocks set to −10⁴ before the softmax, so that each row still sums to 1'
    : 'weights multiplied by 0 after the softmax';
