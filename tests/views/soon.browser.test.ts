import { expect, test, vi } from 'vitest';
import { soon } from '../../src/views/parts/soon';

const key = (init: KeyboardEventInit) => dispatchEvent(new KeyboardEvent('keydown', init));

test.each<[what: string, happen: () => void]>([
  ['it is left', () => dispatchEvent(new Event('beforeunload'))],
  ['it is hidden', () => document.dispatchEvent(new Event('visibilitychange'))],
  ['F5 is pressed', () => key({ key: 'F5' })],
  ['Ctrl+R is pressed', () => key({ key: 'r', ctrlKey: true })],
  ['⌘⇧R is pressed', () => key({ key: 'R', metaKey: true, shiftKey: true })],
  [
    'the pointer goes up to the browser’s buttons',
    () => document.documentElement.dispatchEvent(new PointerEvent('pointerleave')),
  ],
])('what a page was to do soon it does at once when %s, and once', (_, happen) => {
  vi.useFakeTimers();
  const work = vi.fn();
  soon(work, 300);
  key({ key: 'r' });
  expect(work).not.toHaveBeenCalled();
  happen();
  happen();
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

test('what is called off is not done', () => {
  const work = vi.fn();
  soon(work, 300)();
  key({ key: 'F5' });
  expect(work).not.toHaveBeenCalled();
});
