import type { Tick } from '../../charts/figure/matrix';
import type { Word } from '../../charts/figure/words';
import { toChips, toWords } from '../../charts/words/words';
import type { Lens } from '../../state/lens/lens.svelte';
import { cellsOf } from '../head/cells';
import type { Cells } from '../head/cells';

/** Words of the caption, pieces joined, with what the shown head gives to them or takes from them. */
export function wordsOf(lens: Lens): Word[] {
  const { tokens, places, target, targetStream, overText } = lens;
  return toWords(toChips(tokens, places.text)).map((pieces) => {
    const at = pieces.map(({ index }) => places.text.indexOf(index));
    const given =
      overText && at.every((place) => place >= 0) ? at.map((place) => overText.weights[place]) : null;
    const weights = given?.some(Number.isNaN) ? null : given;
    return {
      text: pieces.map(({ text }) => text).join(''),
      selected: targetStream === 'text' && pieces.some(({ index }) => target.includes(index)),
      weight: weights && weights.reduce((sum, weight) => sum + weight, 0),
    };
  });
}

/** A row for each attention module of the run, a cell for each head and their mean, as the page's atlas has them. */
export function atlasOf(lens: Lens) {
  const all = lens.sequences.map((_, picture) => cellsOf(lens, picture as 0 | 1));
  return (lens.trace?.attentions ?? []).map((attention, index) => {
    const heads = [...Array.from({ length: attention.heads }, (_, head) => head), 'mean' as const];
    const looks = heads.map((head) => lens.thumb(index, head));
    const cells = all[lens.pictureOf(attention.queries) ?? 0];
    return {
      name: attention.name,
      direction: looks.find((look) => look)?.direction ?? '',
      stage: attention.stage,
      cells: heads.map((head, column) => ({
        id: `${index}.${head}`,
        column: head === 'mean' ? 'mean' : String(head + 1),
        title: `${attention.name}, ${head === 'mean' ? 'mean of heads' : `head ${head + 1}`}`,
        map: mapOf(cells, looks[column]),
      })),
    };
  });

  function mapOf(cells: Cells, look: ReturnType<Lens['thumb']>) {
    if (!look) return null;
    const { weights, even, stream } = look;
    if (stream === 'image' && cells.placed)
      return { kind: 'patches' as const, grid: cells.grid, weights: cells.spread(weights), even };
    return { kind: 'words' as const, grid: [weights.length, 1] as const, weights, even };
  }
}

/** Every weight of the shown head, row-major [query, key], with its tokens; null while none is shown. */
export function matrixOf({ attention, choice, tokens, places }: Lens): {
  queries: Tick[];
  keys: Tick[];
  weights: Float32Array;
} | null {
  const all = attention?.weights?.data;
  if (!attention || !choice || !all) return null;
  const tick = (position: number): Tick => {
    const { stream, text, role } = tokens[position];
    const patch = places.image.indexOf(position);
    return {
      stream,
      text: text ?? (patch < 0 ? (role ?? stream) : `${role === 'region' ? 'region' : 'patch'} ${patch + 1}`),
    };
  };
  const ticks = ([start, end]: readonly [number, number]) =>
    Array.from({ length: end - start }, (_, i) => tick(start + i));
  const [queries, keys] = [ticks(attention.queries), ticks(attention.keys)];
  const size = queries.length * keys.length;
  const heads = choice.head === 'mean' ? [...Array(attention.heads).keys()] : [choice.head];
  const weights = new Float32Array(size);
  for (const head of heads) for (let i = 0; i < size; i++) weights[i] += all[head * size + i] / heads.length;
  return { queries, keys, weights };
}
