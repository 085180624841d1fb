import type { Ground } from '../../state/panel/ground';
import type { Panel } from '../../state/panel/panel.svelte';
import type { Lens } from '../../state/lens/lens.svelte';

/** Why a run has no patches and no regions. */
function sayNowhere({
  manifest,
  attentions,
  imported,
}: Pick<Panel, 'manifest' | 'attentions' | 'imported'>): string {
  if (imported || !manifest) return 'The file does not say where its image tokens lie.';
  if (!manifest.sequence.includes('image')) return 'The model is given no picture.';
  if (attentions.every(({ queries, keys }) => ![...queries, ...keys].includes('image')))
    return 'What encodes the picture has no attention: there is none to show on it. Words look at words alone, see the bars below.';
  return 'Where its image tokens lie in the picture is not known.';
}

/** Why no map lies on the picture, and what to do where something can be done. */
export function sayMissing(lens: Lens, ground: Ground, placed: boolean): string {
  const { panel, selection, attention } = lens;
  if (!ground.image)
    return lens.picture === 1 && panel.imported
      ? 'The file holds the first picture alone.'
      : 'No picture yet.';
  if (!ground.caption.trim()) return 'Type a caption to run the models.';
  if (!panel.trace) return panel.activity === 'failed' ? 'Nothing has run.' : 'The model has not run yet.';
  if (!lens.trace)
    return lens.behind ? 'The new caption has not run yet.' : 'The map of the new picture follows.';
  if (!lens.places.image.length) return sayNowhere(panel);
  if (!lens.target.length) return 'Select a word or a patch.';
  if (!placed && lens.places.image.some((position) => lens.tokens[position].origin === 'file'))
    return 'The file does not say where its regions lie. The table and the matrix have them.';
  if (!placed)
    return 'The model is given zeros in place of regions: it sees no picture. Drop a file of its regions (.tsv, .npz, .npy) here.';
  const crossing = panel.attentions.some(({ queries, keys }) => queries.length > 1 || queries[0] !== keys[0]);
  if (attention && lens.choice && !lens.relates(lens.choice.attention)) return sayUnrelated(lens);
  if (!crossing && !lens.choice)
    return 'No cross-modal attention: text and image never look at each other in this model.';
  return `${attention?.name ?? 'This head'} looks at words only: see the bars below. No map.`;

  function sayUnrelated({ targetStream, choice }: Lens): string {
    const part = selection.role;
    const other = part === 'query' ? 'key' : 'query';
    const module = choice && panel.attentions[choice.attention];
    const own = (part === 'query' ? module?.queries : module?.keys)?.includes(targetStream);
    if (own && module?.texts) {
      const written = lens.tokens[lens.target[0]].written === true;
      const [text, wanted] = written
        ? ['answer', 'a word of the question']
        : ['question', '[start] of the answer'];
      return `No map: ${module.name} has no ${part === 'query' ? 'queries' : 'keys'} of the ${text}. To see it, select ${wanted}.`;
    }
    const turned = module && (part === 'query' ? module.keys : module.queries).includes(targetStream);
    const one = targetStream === 'text' ? 'word' : 'patch';
    const remedy = turned
      ? `read the ${one} as ${other}`
      : `select a ${targetStream === 'text' ? 'patch' : 'word'}`;
    return `No map: ${module?.name} has no ${targetStream} ${part === 'query' ? 'queries' : 'keys'}. To see it, ${remedy}.`;
  }
}
