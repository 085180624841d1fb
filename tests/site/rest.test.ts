import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rest } from '../../src/site/rest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Milliseconds that `rest` waits while `act` is called every `gap` milliseconds for `during`. */
async function waited(rest: Rest, act: () => void, gap: number, during: number): Promise<number> {
  const begun = performance.now();
  let settled: number | null = null;
  if (during) act();
  void rest.wait().then(() => (settled = performance.now() - begun));
  for (let t = gap; t < 20_000 && settled === null; t += gap) {
    await vi.advanceTimersByTimeAsync(gap);
    if (t < during) act();
  }
  return settled ?? Infinity;
}

/** Node has no idle callback: what stands for it takes 200 ms. */
const spare = 200;

test('a page that nobody touches rests', async () => {
  expect(await waited(new Rest(new EventTarget()), () => {}, 50, 0)).toBe(spare);
});

test.each(['pointermove', 'keydown', 'wheel', 'scroll'])(
  'a page rests a second after the last %s',
  async (act) => {
    const page = new EventTarget();
    const took = await waited(new Rest(page), () => page.dispatchEvent(new Event(act)), 50, 1500);
    expect(took).toBe(1450 + 1000 + spare);
  },
);

test('who never stops is not waited for longer than five seconds', async () => {
  const page = new EventTarget();
  const rest = new Rest(page);
  const act = () => page.dispatchEvent(new Event('pointermove'));
  expect(await waited(rest, act, 50, Infinity)).toBe(5000 + spare);
  expect(await waited(rest, act, 50, Infinity)).toBe(5000 + spare);
});

test('what has ended hears nothing more', async () => {
  const page = new EventTarget();
  const rest = new Rest(page);
  rest.end();
  expect(await waited(rest, () => page.dispatchEvent(new Event('pointermove')), 50, 2000)).toBe(spare);
});
