import { patchTokens } from '../inputs/patches';
import type { Tiled } from '../onnx/find/tiled';
import type { Box, Token } from '../trace/trace';

/** What a model is given that takes several pictures, and the page has one. */
export const arrangements = {
  same: 'the picture each time, as frames of a video that stands still',
  first: 'the whole picture, then its tiles (LLaVA-NeXT)',
  last: 'its tiles, then the whole picture (Idefics 2 and 3)',
  cut: 'its tiles (Llama 3.2 Vision)',
} as const;
export type Arrangement = keyof typeof arrangements;

/**
 * The parts of a picture that a model takes which wants so many, in its order: tiles lie in rows from the upper left corner, in the grid nearest to a square with
 * no fewer columns than rows. Processors choose the grid by the picture's shape, which no export says.
 * @param seen the part of the visitor's picture that is given
 * @param known in how many rows they stand, where a file says it
 */
export function partsOf(count: number, arrangement: Arrangement, seen: Box, known?: { rows: number }): Box[] {
  if (arrangement === 'same') return Array<Box>(count).fill(seen);
  const tiles = arrangement === 'cut' ? count : count - 1;
  let rows = known?.rows ?? Math.floor(Math.sqrt(tiles));
  while (!known && rows > 1 && tiles % rows !== 0) rows--;
  const columns = tiles / Math.max(1, rows);
  const [left, top, across, down] = seen;
  const cut = Array.from({ length: tiles }, (_, i): Box => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    return [left + (column / columns) * across, top + (row / rows) * down, across / columns, down / rows];
  });
  if (arrangement === 'cut') return cut;
  return arrangement === 'first' ? [seen, ...cut] : [...cut, seen];
}

/** Tokens of a whole picture and of its tiles as they stand in a text: see `Tiled`. What stands behind a row has no place in the picture. */
export function tiledTokens(
  [across, down]: readonly [number, number],
  { columns, rows }: Tiled,
  seen: Box,
): Token[] {
  const wide = across * columns;
  const cells = patchTokens([wide, down * rows], seen).map((token) => ({ ...token, image: 1 }));
  const separator: Token = { stream: 'image', role: 'register', image: 1 };
  const tiles = cells.flatMap((token, at) => ((at + 1) % wide === 0 ? [token, separator] : [token]));
  return [...patchTokens([across, down], seen), ...tiles];
}
