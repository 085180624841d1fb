import { expect, test } from 'vitest';
import { fromErrorData, partMissing, toErrorData, Unstarted } from '../../src/rpc/errors';
import { sayUnstarted } from '../../src/runtime/unstarted';

const before = 'no available backend found. ERR: [wasm] ';

// As Chromium, Firefox and WebKit said it when the server was gone, or gave a page in place of the file.
test.each([
  'TypeError: Failed to fetch dynamically imported module: http://127.0.0.1/assets/ort-wasm-simd-threaded.mjs',
  'RuntimeError: Aborted(CompileError: wasm validation error: at offset 4: failed to match magic number). Build with -sASSERTIONS for more info.',
  `RuntimeError: Aborted(CompileError: WebAssembly.Module doesn't parse at byte 0: module doesn't start with '\\0asm'). Build with -sASSERTIONS for more info.`,
  `RuntimeError: Aborted(NetworkError: Failed to execute 'send' on 'XMLHttpRequest': Failed to load 'http://127.0.0.1/ort.wasm'.). Build with -sASSERTIONS for more info.`,
])('a runtime that could not be fetched is one sentence: %s', (why) => {
  const error = sayUnstarted(new Error(before + why));
  expect(error).toMatchObject({ name: 'Unstarted', message: partMissing });
  expect(fromErrorData(toErrorData(error))).toBeInstanceOf(Unstarted);
});

test('one that does not start for another reason says which', () => {
  const said = sayUnstarted(
    new Error(`${before}RangeError: WebAssembly.Memory(): could not allocate\n memory`),
  );
  expect(said).toMatchObject({
    name: 'Unstarted',
    message: 'The runtime of the models does not start: WebAssembly.Memory(): could not allocate memory.',
  });
});

test('what the runtime says of a model stays as it is', () => {
  const error = new Error('failed to fetch the initializer "w"');
  expect(sayUnstarted(error)).toBe(error);
});
