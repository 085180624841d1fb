import { thousands } from '../../charts/ink/format';

/** Bytes as "3.2 MB" (a million bytes) or "1.43 GB", with the digits they deserve. */
export function megabytes(bytes: number): string {
  if (bytes >= 999.5e6) return `${(bytes / 1e9).toFixed(2)} GB`;
  const millions = bytes / 1e6;
  return `${millions < 10 ? millions.toFixed(1) : Math.round(millions)} MB`;
}

/** A count with its noun: "1 word", "64 patches". */
export function count(number: number, one: string, many: string): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

/** Milliseconds as "14 ms" or "2.1 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.5) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 995 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A share of something countable as a whole percentage: "3 %". */
export function percentOf(share: number): string {
  return `${Math.round(100 * share)} %`;
}
