import { expect, test } from 'vitest';
import {
  Disconnected,
  fromErrorData,
  partMissing,
  Superseded,
  toErrorData,
  Unstarted,
} from '../../src/rpc/errors';

test.each([Superseded, Disconnected, Unstarted, TypeError, RangeError])(
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

// As Chromium, Firefox, WebKit and the build's loader say it.
test.each([
  'Failed to fetch dynamically imported module: https://example.org/a.js',
  'error loading dynamically imported module: https://example.org/a.js',
  'Importing a module script failed.',
  'Unable to preload CSS for https://example.org/a.css',
])('“%s” is one sentence for the visitor', (message) => {
  const error = fromErrorData(toErrorData(new TypeError(message)));
  expect(error).toBeInstanceOf(Unstarted);
  expect(error.message).toBe(partMissing);
});
