import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { fetchInto } from '../../src/hub/bytes/stream';
import { look } from '../../src/hub/read/look';
import type { Wanted } from '../../src/runtime/own/disk';
import { startHub, type LocalHub, type Trouble } from '../support/hub/server';

/** A file of 300 kB that no two places of are alike, and a small one. */
const weights = new Uint8Array(300_000);
for (let i = 0; i < weights.length; i += 4)
  new DataView(weights.buffer).setUint32(i, Math.imul(i + 1, 2654435761) >>> 0);
const config = new TextEncoder().encode('{"model_type":"vilt"}');

let hub: LocalHub;
let file: Wanted;
let small: Wanted;

beforeAll(async () => {
  const files = new Map([
    ['config.json', config],
    ['model.safetensors', weights],
    ['vocab.txt', new TextEncoder().encode('[PAD]')],
  ]);
  hub = await startHub({ 'some/model': { files, licence: 'apache-2.0', config: { model_type: 'vilt' } } });
  const [choice] = (await look({ repo: 'some/model', revision: 'main' }, hub.hub, null, fetch)).choices;
  [file, small] = choice.files;
});

afterAll(() => hub.close());

beforeEach(() => {
  hub.troubles.clear();
  hub.asked.length = 0;
});

/** Fetches into memory what `troubles` leave of it. */
async function receive(
  wanted: Wanted,
  troubles: Trouble[] = [],
  from = 0,
  signal = new AbortController().signal,
) {
  hub.troubles.set(wanted.path, troubles);
  const parts: Uint8Array[] = from > 0 ? [weights.slice(0, from)] : [];
  const waits: string[] = [];
  await fetchInto(
    wanted,
    from,
    {
      // As a worker takes them: gone from here.
      write: (bytes) =>
        Promise.resolve(void parts.push(structuredClone(bytes, { transfer: [bytes.buffer] }))),
      restart: () => Promise.resolve(void parts.splice(0)),
    },
    {
      hub: hub.hub,
      fetcher: fetch,
      signal,
      telling: { loaded: () => {}, waits: (why) => why && waits.push(why) },
      patience: { stall: 300, waits: [1, 1, 1] },
    },
  );
  return {
    bytes: Buffer.concat(parts),
    waits,
    ranges: hub.asked.filter(({ port }) => port === 'store').map(({ range }) => range),
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a large file comes from the other origin that its own address leads to, and is the one that was listed', async () => {
  const { bytes, ranges } = await receive(file);
  expect(sha256(bytes)).toBe(file.sha256);
  expect(ranges).toEqual(['bytes=0-']);
  expect(hub.asked.map(({ port, path }) => port === 'hub' && path)).toEqual([
    `/some/model/resolve/${file.commit}/model.safetensors`,
    false,
  ]);
});

test('a small file comes from the Hub itself', async () => {
  expect((await receive(small)).bytes.toString()).toBe('{"model_type":"vilt"}');
});

test('what an earlier visit left is gone on with by a range', async () => {
  const { bytes, ranges } = await receive(file, [], 123_456);
  expect(ranges).toEqual(['bytes=123456-']);
  expect(sha256(bytes)).toBe(file.sha256);
});

test('a connection that breaks, and a signed address that expired meanwhile, cost one question at the file’s own address', async () => {
  const { bytes, ranges } = await receive(file, [{ cut: 100_000 }, { cut: 50_000 }]);
  expect(sha256(bytes)).toBe(file.sha256);
  expect(ranges).toHaveLength(3);
  expect(ranges[0]).toBe('bytes=0-');
  const signed = hub.asked.filter(({ port }) => port === 'store').map(({ path }) => path);
  expect(new Set(signed).size).toBe(3);
  expect((await fetch(hub.store + signed[0])).status).toBe(403);
});

test('a stall is a cut', async () => {
  const { bytes, waits } = await receive(file, [{ stall: 70_000 }]);
  expect(sha256(bytes)).toBe(file.sha256);
  expect(waits).toEqual(['nothing came for 0 seconds']);
});

test('a refused signed address, a busy server and one that asks to wait are asked again', async () => {
  const { bytes, waits } = await receive(file, [
    { status: 403, headers: { 'Content-Type': 'application/xml' } },
    { status: 503 },
    { status: 429, headers: { 'Retry-After': '0' } },
  ]);
  expect(sha256(bytes)).toBe(file.sha256);
  expect(waits).toEqual([
    'the address had expired',
    'the server failed (status 503)',
    'the Hub asks to wait',
  ]);
});

test('a server without ranges sends the whole once more, which begins anew', async () => {
  const { bytes } = await receive(file, [{ whole: true }], 1000);
  expect(sha256(bytes)).toBe(file.sha256);
});

test('what breaks again and again stays, and says so', async () => {
  const troubles = Array.from({ length: 9 }, () => ({ cut: 0 }));
  await expect(receive(file, [{ cut: 0 }, ...troubles], 1000)).rejects.toThrow(
    /^model\.safetensors: .+, again and again; 1,000 of 300,000 bytes are here and stay\. Go on later\.$/,
  );
});

const page =
  'expected a file, got a web page: something between this browser and the Hub answers in its place.';
const refusals: [what: string, trouble: Trouble, from: number, says: string][] = [
  ['a web page', { page: true }, 0, `model.safetensors: ${page}`],
  [
    'a missing file',
    { status: 404 },
    0,
    'model.safetensors: expected a file, got “status 404”: it is not there.',
  ],
  [
    'a gated one',
    { status: 403, headers: { 'X-Error-Code': 'GatedRepo' } },
    0,
    'does not give it to everyone',
  ],
  ['one that became private', { status: 401 }, 0, 'does not give it to everyone'],
  [
    'a shorter one',
    { bytes: weights.slice(0, 999) },
    1000,
    'expected 300000 bytes, and the server says that it has fewer',
  ],
  [
    'another one',
    { bytes: weights.slice(0, 2000) },
    1000,
    'expected bytes 1000 to 300000 of the file, got “bytes 1000-1999/2000”',
  ],
  ['a longer one', { whole: true, bytes: new Uint8Array(300_001) }, 0, 'expected 300000 bytes, got more'],
];

test.each(refusals)('%s is refused in a sentence', async (_, trouble, from, says) => {
  await expect(receive(file, [trouble], from)).rejects.toThrow(says);
});

test('one of no bytes is asked of nobody', async () => {
  expect((await receive({ ...small, bytes: 0 })).bytes).toHaveLength(0);
  expect(hub.asked).toEqual([]);
});

test('no part is taken from the network before the one before it is written', async () => {
  let [now, most, parts] = [0, 0, 0];
  hub.pace = 500_000;
  await fetchInto(
    file,
    0,
    {
      write: async () => {
        most = Math.max(most, ++now);
        parts++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
      },
      restart: () => Promise.resolve(),
    },
    {
      hub: hub.hub,
      fetcher: fetch,
      signal: new AbortController().signal,
      telling: { loaded: () => {}, waits: () => {} },
    },
  );
  hub.pace = Infinity;
  expect(parts).toBeGreaterThan(1);
  expect(most).toBe(1);
});

test('stopping ends it at once', async () => {
  const stop = new AbortController();
  hub.pace = 200_000;
  const coming = receive(file, [], 0, stop.signal);
  setTimeout(() => stop.abort(new Error('paused')), 200);
  await expect(coming).rejects.toThrow('paused');
  hub.pace = Infinity;
});
