/** `npm run fuzz [-- runs]`: the property tests of the readers with 100,000 inputs each, or as many as named. */
import { startVitest } from 'vitest/node';

const runs = process.argv[2] ?? '100000';
if (!/^[1-9]\d{0,8}$/.test(runs)) throw new Error(`expected a number of runs, got ${runs}`);
process.env.VLPM_RUNS = runs;
const run = await startVitest('test', ['tests/readers'], {
  project: ['unit'],
  watch: false,
  testTimeout: 3_600_000,
});
await run.close();
