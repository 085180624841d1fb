import { expect, test } from 'vitest';
import { Hand } from '../../src/charts/matrix/hand';

function held(whole: boolean) {
  const done: (readonly (string | number)[])[] = [];
  const hand = new Hand({
    isWhole: () => whole,
    zoom: (factor, at) => done.push(['zoom', factor, ...at]),
    pan: (dx, dy) => done.push(['pan', dx, dy]),
  });
  return { hand, done };
}

test('a pointer that is not pressed moves nothing, and one that trembles clicks', () => {
  const { hand, done } = held(false);
  expect(hand.move(1, [10, 10])).toBe(false);
  expect(hand.release(1)).toBe(false);
  hand.press(1, [10, 10]);
  expect(hand.move(1, [12, 12])).toBe(true);
  expect(hand.release(1)).toBe(true);
  expect(done).toEqual([]);
});

test('one pointer moves what is not whole, and has not clicked', () => {
  for (const whole of [false, true]) {
    const { hand, done } = held(whole);
    hand.press(1, [10, 10]);
    hand.move(1, [20, 10]);
    hand.move(1, [20, 13]);
    expect(done).toEqual(
      whole
        ? []
        : [
            ['pan', 10, 0],
            ['pan', 0, 3],
          ],
    );
    expect(hand.release(1)).toBe(false);
  }
});

test('two pointers zoom about the one that rests; one that is lifted is none', () => {
  const { hand, done } = held(true);
  hand.press(1, [0, 0]);
  hand.press(2, [10, 0]);
  hand.move(2, [20, 0]);
  expect(done).toEqual([['zoom', 2, 0, 0]]);
  hand.lift(1);
  hand.move(2, [30, 0]);
  expect(done).toHaveLength(1);
});
