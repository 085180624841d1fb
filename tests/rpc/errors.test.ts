import { expect, test } from 'vitest';
import { Disconnected, fromErrorData, Superseded, toErrorData } from '../../src/rpc/errors';

test.each([Superseded, Disconnected, TypeError, RangeError])(
  '%s is one again on the other side, in a build that shortens the names of classes too',
  (Made) => {
    const data = toErrorData(new Made('why'));
    const { name } = Made;
    Object.defineProperty(Made, 'name', { value: 'e' });
    try {
      expect(fromErrorData(data)).toBeInstanceOf(Made);
    } finally {
      Object.defineProperty(Made, 'name', { value: name });
    }
  },
);
