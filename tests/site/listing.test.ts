import { expect, test } from 'vitest';
import { listedAt, typeOf, type Listing } from '../../src/site/listing';
import { startableAt } from '../../src/site/trust';

const file = (path: string) => ({ path, sha256: path, bytes: 1, first: true });
const listing: Listing = {
  version: '1',
  files: ['index.html', 'assets/a b.js', 'zoo/x/model.onnx'].map(file),
};
const scope = 'https://host.example/some/where/';

test.each([
  ['', 'index.html'],
  ['?backend=wasm', 'index.html'],
  ['index.html#sample=1', 'index.html'],
  ['assets/a%20b.js?x', 'assets/a b.js'],
  ['zoo/x/model.onnx', 'zoo/x/model.onnx'],
  ['zoo/x/', undefined],
  ['../where/else/', undefined],
  ['/index.html', undefined],
  ['https://other.example/some/where/index.html', undefined],
])('the address "%s" beside the page means %s', (address, path) => {
  expect(listedAt(listing, scope, new URL(address, scope).href)?.path).toBe(path);
});

test('a file is of the type that its ending says', () => {
  expect(['a.js', 'b.mjs', 'c.wasm', 'zoo/d.onnx'].map(typeOf)).toEqual([
    'text/javascript',
    'text/javascript',
    'application/wasm',
    'application/octet-stream',
  ]);
});

test.each([
  ['sw.js', true],
  ['assets/engine.worker-D_Ykn-rM.js', true],
  ['assets/index-D_Ykn-rM.js', false],
  ['assets/../sw.js', true],
  ['deep/sw.js', false],
  ['../sw.js', false],
  ['sw.js?x', false],
  ['https://other.example/some/where/sw.js', false],
  ['blob:https://host.example/1', false],
  ['data:text/javascript,1', false],
  ['javascript:1', false],
])('the script %s may be started: %s', (address, may) => {
  expect(startableAt(address, scope) !== null).toBe(may);
});
