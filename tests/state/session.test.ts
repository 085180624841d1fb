import { File } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zipLimits } from '../../src/containers/unzip';
import { writeZip } from '../../src/containers/zip';
import { readSession, writeSession } from '../../src/state/share/session';
import type { Saved } from '../../src/state/share/session';

const utf8 = (text: string) => new TextEncoder().encode(text);
const empty: Saved = { page: '0.1.0', view: '', picture: null, runs: [], models: [] };
const markup = '<img src=x onerror=alert(1)>"\'&';

/** A session file with this description, whatever it says. */
const described = (json: unknown, members: [string, Uint8Array][] = []) =>
  writeZip(
    new Map([['session.json', utf8(typeof json === 'string' ? json : JSON.stringify(json))], ...members]),
  );
const good = {
  format: 'vlpm session',
  version: 1,
  page: '0.1.0',
  view: '',
  picture: null,
  runs: [],
  models: [],
};

const content = async (file: globalThis.File) => [
  file.name,
  file.type,
  new Uint8Array(await file.arrayBuffer()),
];

describe('a session file', () => {
  it('gives back every byte and every string, markup as text', async () => {
    const files = fc.record({
      name: fc.oneof(fc.constant(`${markup}.PNG`), fc.string({ unit: 'grapheme', maxLength: 40 })),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.option(files),
        fc.option(files),
        fc.array(files, { maxLength: 3 }),
        fc.string({ unit: 'grapheme' }),
        async (picture, second, runs, view) => {
          const made = ({ name, bytes }: { name: string; bytes: Uint8Array }) =>
            new File([Uint8Array.from(bytes)], name, { type: 'image/png' }) as globalThis.File;
          const saved: Saved = {
            page: '0.1.0',
            view,
            picture: picture && made(picture),
            ...(second && { second: made(second) }),
            runs: runs.map(made),
            models: [{ folder: 'zoo/vilt-mini', name: markup, identity: '69a575896f08c2a6' }],
          };
          const read = await readSession(await writeSession(saved));
          const bare = { picture: null, second: null, runs: [] };
          expect({ ...read, ...bare }).toEqual({ ...saved, ...bare });
          const all = ({ picture, second, runs }: Saved) =>
            Promise.all([picture ?? [], second ?? [], ...runs].flat().map(content));
          expect(await all(read)).toEqual(await all(saved));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each<[string, Uint8Array<ArrayBuffer>, string]>([
    [
      'a ZIP of something else',
      writeZip(new Map([['a.txt', utf8('a')]])),
      'got a ZIP file without session.json.',
    ],
    [
      'a newer one',
      described({ ...good, version: 4, more: 1 }),
      'Expected a session of version 3, got version 4: it was saved by a newer page.',
    ],
    ['no JSON', described('{"format"'), 'Expected JSON in session.json, got "{\\"format\\"".'],
    [
      'another format',
      described({ ...good, format: 'a' }),
      'session.json, field format: expected "vlpm session", got "a".',
    ],
    [
      'a field too many',
      described({ ...good, script: markup }),
      'session.json, field script: expected never',
    ],
    [
      'a view that is no text',
      described({ ...good, view: 3 }),
      'session.json, field view: expected string, got 3.',
    ],
    [
      'a picture that is not there',
      described({ ...good, picture: { member: '../p', name: 'p', type: '' } }),
      'The session speaks of a file ../p, which it does not hold.',
    ],
  ])('%s is refused', async (_, file, sentence) => {
    await expect(readSession(file)).rejects.toThrow(sentence);
  });

  it('is refused at whatever byte it ends', async () => {
    const whole = described(good, [['picture.png', new Uint8Array(50)]]);
    for (let length = 0; length < whole.length; length += 7)
      await expect(readSession(whole.slice(0, length))).rejects.toThrow(/ZIP file/);
  });

  it('is refused before it is inflated when it says that it is a bomb', async () => {
    const packed = new Uint8Array(
      await new Response(
        new Blob([new Uint8Array(40 * 2 ** 20)]).stream().pipeThrough(new CompressionStream('deflate-raw')),
      ).arrayBuffer(),
    );
    const bomb = described(good, [['picture.png', packed]]);
    const view = new DataView(bomb.buffer);
    // The picture is said to be deflated, and to hold 40 MB, in its own header and in the list.
    for (let at = 0; at < bomb.length - 4; at++) {
      const signature = view.getUint32(at, true);
      const head = signature === 0x04034b50 ? at + 4 : signature === 0x02014b50 ? at + 6 : null;
      if (head === null || view.getUint32(head + 18, true) !== packed.length) continue;
      view.setUint16(head + 4, 8, true);
      view.setUint32(head + 18, 40 * 2 ** 20, true);
    }
    await expect(readSession(bomb)).rejects.toThrow(/picture\.png to inflate to at most 250 times/);
    await expect(readSession(described(good), { ...zipLimits, bytes: 20 })).rejects.toThrow(
      /Expected at most/,
    );
  });

  it('of any other content leaves one sentence', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.json().map((json) => described(json)),
        ),
        async (bytes) => {
          const problem: unknown = await readSession(Uint8Array.from(bytes)).catch((error: unknown) => error);
          expect(problem).toBeInstanceOf(Error);
          expect((problem as Error).message).toMatch(/^\S.*[.]$/s);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('holds the features of the picture, and says that pages before them cannot read it', async () => {
    const features = new File([new Uint8Array([1, 2, 3])], 'obj36.npz') as globalThis.File;
    const bytes = await writeSession({ ...empty, features });
    const read = await readSession(bytes);
    expect(await content(read.features!)).toEqual(await content(features));
    expect(new TextDecoder().decode(bytes)).toContain('"version": 2');
    expect(new TextDecoder().decode(await writeSession(empty))).toContain('"version": 1');
  });

  it('with nothing of the visitor’s own is small', async () => {
    expect((await writeSession(empty)).length).toBeLessThan(400);
  });
});
