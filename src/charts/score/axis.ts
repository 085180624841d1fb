import { nice } from 'd3';

/**
 * Places of numbers on an axis from `low` to `high`, widened to round numbers: `from` at its start, `to` at its end. What d3's linear scale
 * gives, without the formats, colours and dates that come with it.
 */
export function axisBetween(low: number, high: number, from: number, to: number): (value: number) => number {
  const [start, end] = nice(low, high, 4);
  return (value) => from + ((to - from) * (value - start)) / (end - start);
}
