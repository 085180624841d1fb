import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { download, downloadJson, sha256, type Stored } from '../../src/runtime/download';
import { serveModels } from './serve';

const content = new TextEncoder().encode('0123456789');
const hash = '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882';
let site: Awaited<ReturnType<typeof serveModels>>;

beforeAll(async () => {
  site = await serveModels({
    '/whole': (_, response) => response.end(content),
    '/short': (_, response) => response.end(content.subarray(0, 4)),
    '/long': (_, response) => response.end('0123456789ab'),
    '/other': (_, response) => response.end('abcdefghij'),
    '/page': (_, response) =>
      response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html>'),
    '/cut': (_, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('0123', () => setTimeout(() => response.destroy(), 20));
    },
  });
});
afterAll(() => site.close());

const file = (path: string, changes: Partial<Stored> = {}): Stored => ({
  name: 'model.onnx',
  url: new URL(path, site.base).href,
  sha256: hash,
  bytes: 10,
  ...changes,
});
const get = (path: string, changes?: Partial<Stored>) => download(file(path, changes), (url) => fetch(url));

describe('download', () => {
  test('hands out the bytes and tells how many came', async () => {
    const told: number[] = [];
    const bytes = await download(
      file('whole'),
      (url) => fetch(url),
      (loaded) => told.push(loaded),
    );
    expect(bytes).toEqual(content);
    expect(told.at(-1)).toBe(10);
  });

  test('the hash is that of sha256sum', async () => expect(await sha256(content)).toBe(hash));

  test.each([
    ['short', 'model.onnx: expected 10 bytes, got only 4 bytes.'],
    ['long', 'model.onnx: expected 10 bytes, got more.'],
    ['cut', 'model.onnx: expected 10 bytes, got 4 bytes before the connection ended.'],
    ['other', 'model.onnx: expected the sha256 84d89877f0d4…, got 72399361da6a…: the file was changed.'],
  ])('%s: says what came instead', (path, sentence) => expect(get(path)).rejects.toThrow(sentence));

  test('a missing file, a front page in its place, and no server at all', async () => {
    await expect(get('gone')).rejects.toThrow(
      `model.onnx: expected a file at ${site.base}gone, got "404 Not Found".`,
    );
    await expect(get('page')).rejects.toThrow(`got a web page: the file is missing there.`);
    await expect(get('', { url: 'http://127.0.0.1:9/' })).rejects.toThrow('got no answer');
  });

  test('JSON that is none', () =>
    expect(
      downloadJson('manifest.json', file('whole').url.replace('whole', 'other'), (url) => fetch(url)),
    ).rejects.toThrow(/^manifest.json: expected JSON from .*other, got 10 characters of something else.$/));
});
