/**
 * `npm run bench [names] [-- --json]`: measures the figures named, or all, on the built site in Chromium.
 * Ends with status 1 when a figure passes its limit or cannot be measured.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Figure, Reading } from './figure';
import { Stand } from './stand';

const folder = join(import.meta.dirname, 'figures');
/** Where each figure is measured, by its name. */
const files = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [basename(path, '.ts'), join(folder, path)]),
);
const known = [...files.keys()];

/** Digits that a number deserves: three that count, never fewer than the whole part has. */
const brief = (value: number) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value === 0 ? '0' : Number(value.toPrecision(3)).toString();

async function read(id: string, stand: Stand): Promise<Reading> {
  const { figure } = (await import(files.get(id)!)) as { figure: Figure };
  const { unit, limit, absolute, optional = false } = figure;
  try {
    const { how, ...measured } = await figure.measure(stand);
    const beside = absolute ? `; calibration loop ${brief(await stand.calibration())} ms` : '';
    return {
      id,
      unit,
      limit,
      holds: measured.value <= limit || (optional && Number.isNaN(measured.value)),
      how: how + beside,
      ...measured,
    };
  } catch (error) {
    return { id, value: Number.NaN, unit, limit, holds: false, how: `not measured: ${String(error)}` };
  }
}

async function main(words: readonly string[]): Promise<number> {
  const json = words.includes('--json');
  const names = words.filter((word) => word !== '--json');
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new Error(`expected figures among ${known.join(', ')}, got ${unknown.join(', ')}`);
  const stand = new Stand();
  const readings: Reading[] = [];
  try {
    for (const id of names.length ? names : known) {
      const reading = await read(id, stand);
      readings.push(reading);
      if (!json) print(reading);
    }
  } finally {
    await stand.close();
  }
  if (json) console.log(JSON.stringify(readings, null, 2));
  return readings.every(({ holds }) => holds) ? 0 : 1;
}

function print({ id, value, unit, limit, holds, how, table = [] }: Reading): void {
  const number = `${brief(value)} ${unit}`.trim().padStart(14);
  const bound = limit === Infinity ? 'no limit' : `limit ${`${limit} ${unit}`.trim()}`;
  console.log(`${holds ? '✓' : '✗'} ${id.padEnd(18)}${number}   ${bound.padEnd(16)} ${how}`);
  for (const line of table) console.log(`    ${line}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
