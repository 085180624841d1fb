import type { Lens } from '../../state/lens/lens.svelte';
import type { Panel } from '../../state/panel/panel.svelte';
import { sayHead, sayTarget } from '../parts/sentences';
import { matrixOf } from './drawn';
import { sourceOf } from '../parts/source';

/** A table, its header first. */
export interface TableFile {
  header: string[];
  rows: (string | number | null)[][];
}

/** What the shown head gives to, or takes from, the selected word or patch: a row a token. Null while nothing is shown. */
export function viewTable(panel: Panel, lens: Lens): TableFile | null {
  const { trace, tokens, places, overText, overImage } = lens;
  const looks = [overText, overImage].flatMap((look) => look ?? []);
  if (!trace || !looks.length) return null;
  const source = sourceOf(panel);
  const about = [panel.name, source?.hash ?? null, sayHead(lens), sayTarget(lens), trace.caption];
  return {
    header: [
      'model',
      source?.by ?? 'sha256',
      'head',
      'selected',
      'caption',
      'direction',
      'token',
      'stream',
      'text',
      'x',
      'y',
      'width',
      'height',
      'weight',
    ],
    rows: looks.flatMap(({ stream, weights, direction }) =>
      places[stream].flatMap((position, place) => {
        const { text = null, box } = tokens[position];
        const corners = box ?? [null, null, null, null];
        if (Number.isNaN(weights[place])) return [];
        return [[...about, direction, position, stream, text, ...corners, weights[place]]];
      }),
    ),
  };
}

/** Every weight of the shown head: a row a query, a column a key. Null while no head is shown. */
export function matrixTable(lens: Lens): TableFile | null {
  const matrix = matrixOf(lens);
  if (!matrix) return null;
  const { queries, keys, weights } = matrix;
  return {
    header: ['query', ...keys.map(({ text }) => text)],
    rows: queries.map(({ text }, query) => [
      text,
      ...weights.subarray(query * keys.length, (query + 1) * keys.length),
    ]),
  };
}
