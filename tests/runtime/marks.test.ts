import { expect, test } from 'vitest';
import { Marks } from '../../src/runtime/marks';

const turn = () => new Promise((done) => setTimeout(done));

/** Whether a promise has settled by the next turn. */
async function settled(waiting: Promise<unknown>): Promise<boolean> {
  let done = false;
  void waiting.then(() => (done = true));
  await turn();
  return done;
}

test('a wait ends when its name is marked, and no other', async () => {
  const marks = new Marks();
  const [one, again, other] = [marks.wait('a', 60_000), marks.wait('a', 60_000), marks.wait('b', 60_000)];
  expect(await settled(one)).toBe(false);
  marks.add('a');
  expect(await Promise.all([one, again])).toEqual([true, true]);
  expect(await settled(other)).toBe(false);
  marks.add('b');
  expect(await other).toBe(true);
});

test('what is marked is not waited for, until the mark is taken away', async () => {
  const marks = new Marks();
  marks.add('a');
  expect(await settled(marks.wait('a', 60_000))).toBe(true);
  marks.delete('a');
  const waiting = marks.wait('a', 60_000);
  expect(await settled(waiting)).toBe(false);
  marks.add('a');
  expect(await waiting).toBe(true);
});

test('a wait ends at its limit', async () => {
  const marks = new Marks();
  const start = performance.now();
  expect(await marks.wait('a', 30)).toBe(false);
  expect(performance.now() - start).toBeGreaterThan(25);
});
