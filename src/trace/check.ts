import type { Joined } from './joins';
import type { Attention, Token } from './trace';

/** How far from 1 a row may sum: half-precision weights of a long row stay well within. */
const tolerance = 1e-2;

/**
 * An attention whose numbers may be shown: none negative, every row summing to 1, except rows of padding and those with weights that are no
 * numbers, which are shown as such (`attention/faults.ts`).
 * @throws Error of one sentence naming module, head and row of the first that is not so
 */
export function checkAttention(
  { isCausal, visible, ...joined }: Joined,
  tokens: readonly Token[],
): Attention {
  const { name, heads, queries, keys, weights } = joined;
  const [rows, columns] = [queries[1] - queries[0], keys[1] - keys[0]];
  const data = Float32Array.from(weights.data);
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < rows; row++) {
      const at = (head * rows + row) * columns;
      const problem = rowProblem(data, at, columns, tokens[queries[0] + row].role === 'pad');
      if (problem)
        throw new Error(`${name}, head ${head + 1}, ${sayRow(tokens, queries[0], row)}: ${problem}`);
    }
  const seen = visible && readVisible(name, visible, rows, columns);
  return { ...joined, weights: { dims: weights.dims, data }, visible: seen ?? (isCausal ? 'causal' : 'all') };
}

function rowProblem(data: Float32Array, at: number, columns: number, isPad: boolean): string | null {
  let sum = 0;
  for (let key = 0; key < columns; key++) {
    const weight = data[at + key];
    if (weight < 0 && weight > -Infinity)
      return `expected weights from 0 to 1, got ${short(weight)} at key ${key + 1}; are they from before the softmax?`;
    sum += weight;
  }
  if (isPad || !Number.isFinite(sum) || Math.abs(sum - 1) <= tolerance) return null;
  return `expected weights that sum to 1, got ${short(sum)}; are they from before the softmax or after dropout?`;
}

const short = (value: number) => String(Number(value.toPrecision(4)));

function sayRow(tokens: readonly Token[], start: number, row: number): string {
  const { text } = tokens[start + row];
  return text ? `row ${row + 1} (“${text}”)` : `row ${row + 1}`;
}

function readVisible(
  name: string,
  { dims, data }: Joined['weights'],
  rows: number,
  columns: number,
): Uint8Array<ArrayBuffer> {
  if (data.length !== columns && data.length !== rows * columns)
    throw new Error(
      `${name}: expected what is visible as [${columns}] or [${rows}, ${columns}], got [${dims.join(', ')}].`,
    );
  return Uint8Array.from(data, (value) => (value ? 1 : 0));
}
