import type { IncomingMessage, ServerResponse } from 'node:http';
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
    '/thrice': ranged((bytes, response) =>
      response.write(bytes.subarray(0, 4), () => setTimeout(() => response.destroy(), 20)),
    ),
    '/stalls': ranged((bytes, response) => response.write(bytes.subarray(0, 6))),
    '/changes': ranged((bytes, response) => {
      if (bytes.length === 10) response.write('abcd', () => setTimeout(() => response.destroy(), 20));
      else response.end(bytes);
    }),
    '/whole-again': (_, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      if (site.asked.filter((path) => path === '/whole-again').length > 1) response.end(content);
      else response.write('0123', () => setTimeout(() => response.destroy(), 20));
    },
  });
});
afterAll(() => site.close());

const patience = { stall: 200, waits: [10, 10] };

/** What `answer` sends of the rest that a request asks for, as a part of ten bytes. */
function ranged(answer: (rest: Uint8Array, response: ServerResponse) => void) {
  return ({ headers }: IncomingMessage, response: ServerResponse) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const said = {
      'Content-Length': 10 - start,
      ...(start > 0 && { 'Content-Range': `bytes ${start}-9/10` }),
    };
    response.writeHead(start > 0 ? 206 : 200, said);
    answer(content.subarray(start), response);
  };
}

const file = (path: string, changes: Partial<Stored> = {}): Stored => ({
  name: 'model.onnx',
  url: new URL(path, site.base).href,
  sha256: hash,
  bytes: 10,
  ...changes,
});
const get = (path: string, changes?: Partial<Stored>) =>
  download(
    file(path, changes),
    (url, how) => fetch(url, how),
    () => {},
    patience,
  );

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

  test.each([
    ['thrice', [0, 4, 8], 'is cut twice'],
    ['stalls', [0, 6], 'says nothing for a while'],
    ['whole-again', [0, 4], 'is cut by a server without ranges'],
  ])('%s: goes on at %j when it %s', async (path, starts) => {
    const asked: (string | undefined)[] = [];
    const bytes = await download(
      file(path),
      (url, how) => (asked.push(how?.headers.Range), fetch(url, how)),
      () => {},
      patience,
    );
    expect(bytes).toEqual(content);
    expect(asked).toEqual(starts.map((start) => (start ? `bytes=${start}-` : undefined)));
  });

  test('a file that was changed between its two parts is refused', async () => {
    const asked: (string | undefined)[] = [];
    const work = download(
      file('changes'),
      (url, how) => (asked.push(how?.headers.Range), fetch(url, how)),
      () => {},
      patience,
    );
    await expect(work).rejects.toThrow('the file was changed');
    expect(asked).toEqual([undefined, 'bytes=4-']);
  });

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
