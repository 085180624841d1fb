import type { Tensor } from '../tensor/tensor';

/**
 * What some text tokens together add to a similarity, patch by patch: parts of a sum, so they add up and may be below zero.
 * @param similarity [T, P]
 * @param rows places among the text tokens; all of them give what each patch adds
 */
export function overPatches({ dims: [, columns], data }: Tensor, rows: readonly number[]): Float32Array {
  const sum = new Float32Array(columns);
  for (const row of rows)
    for (let column = 0; column < columns; column++) sum[column] += data[row * columns + column];
  return sum;
}

/** As `overPatches`, the other way: what some image tokens together add, text token by text token. */
export function overWords({ dims: [rows, columns], data }: Tensor, places: readonly number[]): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) =>
    places.reduce((sum, column) => sum + data[row * columns + column], 0),
  );
}
