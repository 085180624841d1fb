import { format } from 'd3';

const oneDigit = format('.1f');
const twoDigits = format('.2g');

/** A share from 0 to 1 as a percentage with the digits it deserves: "37 %", "5.2 %", "0.4 %", "< 0.1 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.1) return '< 0.1 %';
  return `${value < 9.95 ? oneDigit(value) : Math.round(value)} %`;
}

/** A logit with one decimal and a true minus sign: "2.9", "−1.7". */
export function logit(value: number): string {
  return oneDigit(value).replace('-', '−');
}

/** A difference of logits with two decimals and its sign: "+0.42", "−1.83", "0.00". */
export function signed(value: number): string {
  const text = value.toFixed(2);
  if (Number(text) === 0) return '0.00';
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** A plain number for an axis: at most two significant digits. */
export function plain(value: number): string {
  return twoDigits(value).replace('-', '−');
}

/** Largest entry, 0 when there is none (spreading millions of values into Math.max throws). */
export function largest(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > top) top = values[i];
  return top;
}

/** Place of the largest entry, -1 when there is none. */
export function peak(values: ArrayLike<number>): number {
  let at = -1;
  for (let i = 0; i < values.length; i++) if (at < 0 || values[i] > values[at]) at = i;
  return at;
}
