import type { Tensor } from '../tensor/tensor';

/**
 * The score of a dual encoder, and what each pair of a token and a patch adds to it. With mean features t and v the score is
 * scale · ⟨t, v⟩ / (|t| |v|); since both means are sums, it is the sum over pairs of scale · ⟨t_w, v_p⟩ / (T P |t| |v|).
 * @param text features [T, D], special tokens included
 * @param image features [P, D]
 * @returns `map` [T, P], whose sum is `score` but for rounding
 */
export function similarity(text: Tensor, image: Tensor, scale: number): { map: Tensor; score: number } {
  const [words, width] = text.dims;
  const [patches] = image.dims;
  const [t, v] = [mean(text), mean(image)];
  const whole = Math.sqrt(dot(t, 0, t, 0, width) * dot(v, 0, v, 0, width));
  const share = whole > 0 ? scale / whole : 0;
  const data = new Float32Array(words * patches);
  for (let w = 0; w < words; w++)
    for (let p = 0; p < patches; p++)
      data[w * patches + p] =
        (share * dot(text.data, w * width, image.data, p * width, width)) / (words * patches);
  return { map: { dims: [words, patches], data }, score: share * dot(t, 0, v, 0, width) };
}

/** The mean over rows of [rows, columns], in double precision. */
function mean({ dims: [rows, columns], data }: Tensor): Float64Array {
  const sum = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) sum[column] += data[row * columns + column] / rows;
  return sum;
}

function dot(a: ArrayLike<number>, from: number, b: ArrayLike<number>, at: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[from + i] * b[at + i];
  return sum;
}
