import fc from 'fast-check';
import { expect } from 'vitest';

/** `npm test` tries a few inputs a reader; `npm run fuzz` a hundred thousand. */
export const runs = Number(process.env.VLPM_RUNS ?? 500);

/** Milliseconds in which an input of some kilobytes must have been judged, on a busy machine. */
const patience = 5000;

/** A file with bytes put in, overwritten, moved, doubled or cut off: what disks, networks and people with bad intentions do. */
export function damaged(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const telling = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x5b, 0x7b, 0x7d);
  const bytes = fc.array(fc.oneof(telling, fc.nat(255)), { minLength: 1, maxLength: 8 });
  const change = fc.record({
    kind: fc.constantFrom('overwrite', 'insert', 'remove', 'double', 'cut'),
    at: place,
    to: place,
    bytes,
  });
  const file = fc.constantFrom(...files);
  return fc.tuple(file, fc.array(change, { maxLength: 4 })).map(([file, changes]) =>
    changes.reduce((now, { kind, at, to, bytes }) => {
      const [from, end] = [Math.floor(at * now.length), Math.floor(to * now.length)];
      if (kind === 'overwrite') {
        const next = now.slice();
        next.set(bytes.slice(0, now.length - from), from);
        return next;
      }
      if (kind === 'insert') return join(now.subarray(0, from), Uint8Array.from(bytes), now.subarray(from));
      if (kind === 'remove') return join(now.subarray(0, from), now.subarray(from + bytes.length));
      if (kind === 'double') return join(now, now.subarray(Math.min(from, end), Math.max(from, end)));
      return now.slice(0, from);
    }, new Uint8Array(file)),
  );
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A JSON value with something else in one or two of its places, or a place less; keys and values that mean something to JavaScript too. */
export function altered(json: unknown): fc.Arbitrary<unknown> {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, -1, 0, 1.5, 1e308, '', 'constructor', '__proto__', [], {}, true),
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ maxLength: 12 }),
  );
  const change = fc.record({
    path: fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
    odd,
    gone: fc.boolean(),
  });
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => {
    const root = { root: structuredClone(json) };
    for (const { path, odd, gone } of changes) {
      let [holder, key]: [Record<string, unknown>, string] = [root, 'root'];
      for (const step of path) {
        const inner = holder[key];
        if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
        const keys = Object.keys(inner);
        [holder, key] = [inner as Record<string, unknown>, keys[step % keys.length]];
      }
      if (gone) delete holder[key];
      else holder[key] = odd;
    }
    return root.root;
  });
}

/** Reads an input: an answer, or an Error of one sentence; soon in either case. @returns the answer, or null */
export async function judge<T>(read: () => T | Promise<T>): Promise<T | null> {
  const start = performance.now();
  let answer: T | null = null;
  try {
    answer = await read();
  } catch (error) {
    expect((error as Error).constructor, String((error as Error).stack)).toBe(Error);
    expect((error as Error).message).toMatch(/^\S.{8,}/s);
    expect((error as Error).message.length).toBeLessThan(1000);
  }
  expect(performance.now() - start).toBeLessThan(patience);
  return answer;
}
