import { format } from 'd3';

const oneDigit = format('.1f');
const twoDigits = format('.2g');
const twoSigned = format('+.2~r');

/** A whole number in groups of three: "1,234". The browser's own format takes 15 ms to make, at the first word of the page. */
export const thousands: (number: number) => string = format(',');

/** A share from 0 to 1 as a percentage with the digits it deserves: "37 %", "5.2 %", "0.4 %", "< 0.1 %". */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return 'no number';
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

/** A part of a sum, with its sign and two significant digits: "+0.012", "−1.4", "0". */
export function part(value: number): string {
  return Math.abs(value) < 1e-6 ? '0' : twoSigned(value).replace('-', '−');
}

/** Largest size of an entry, whatever its sign; 0 when there is none. */
export function largestSize(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i]));
  return top;
}

/** Largest finite entry, 0 when there is none (spreading millions of values into Math.max throws). */
export function largest(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > top && values[i] < Infinity) top = values[i];
  return top;
}

/** Place of the largest finite entry, -1 when there is none. */
export function peak(values: ArrayLike<number>): number {
  let at = -1;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]) && (at < 0 || values[i] > values[at])) at = i;
  return at;
}
