import { joinBytes } from '../file/wire';

/** Bytes that replace as many others, from byte `at` of the file. */
export interface Edit {
  at: number;
  bytes: Uint8Array;
}

/** A change of a model file: a few bytes replaced in place, and bytes appended. Plain data. */
export interface Patch {
  edits: Edit[];
  tail: Uint8Array;
}

/**
 * Joins a file that lies in one or several parts with a patch. Every byte of it is copied exactly once; the parts stay as they are.
 * @throws Error when an edit lies outside the file.
 */
export function applyPatch(file: Uint8Array | readonly Uint8Array[], patch: Patch): Uint8Array<ArrayBuffer> {
  const parts = file instanceof Uint8Array ? [file] : file;
  const out = joinBytes([...parts, patch.tail]);
  const length = out.length - patch.tail.length;
  for (const { at, bytes } of patch.edits) {
    if (at < 0 || at + bytes.length > length) {
      throw new Error(
        `An edit of bytes ${at} to ${at + bytes.length} lies outside the file of ${length} bytes.`,
      );
    }
    out.set(bytes, at);
  }
  return out;
}
