import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellAwake } from '../../src/runtime/awake';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('tells each time that the limit has passed, until it is ended', () => {
  const told: number[] = [];
  const end = tellAwake(60_000, (seconds) => told.push(seconds));
  vi.advanceTimersByTime(59_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(62_000);
  expect(told).toEqual([60, 120]);
  end();
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual([60, 120]);
});

test('an hour of sleep, after which a timer fires once, counts for seconds', () => {
  const told: number[] = [];
  tellAwake(60_000, (seconds) => told.push(seconds));
  vi.advanceTimersByTime(30_000);
  const now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 3_600_000);
  vi.advanceTimersByTime(3_000);
  clock.mockRestore();
  expect(told).toEqual([]);
});
