import { version } from '../../../package.json';
import type { Panel } from '../../state/panel/panel.svelte';

/** What made a figure or a table, to the byte. */
export interface Source {
  /** "ViLT-mini" */
  model: string;
  /** "model.onnx", or the file that a run came from. */
  file: string;
  /** What `hash` is: that of a large file of the visitor's own is a name which this page gives its content, and no other program prints. */
  by: 'sha256' | 'content hash';
  /** Hexadecimal, as much of it as is known. */
  hash: string;
  /** Of the page. */
  version: string;
}

/** Bytes up to which files of the visitor's own are named by their sha256; see `readHashed`. */
const hashed = 2 ** 23;

/** Null until the model is known. */
export function sourceOf(panel: Panel): Source | null {
  const { imported, manifest, name } = panel;
  if (imported) {
    const hash = imported.folder.slice('trace/'.length);
    return { model: name, file: imported.origin, by: 'sha256', hash, version };
  }
  const graphs = Object.values(manifest?.graphs ?? {});
  if (!graphs.length) return null;
  return {
    model: name,
    file: graphs.map(({ file }) => file).join(' + '),
    by: manifest?.own && graphs.some(({ bytes }) => bytes > hashed) ? 'content hash' : 'sha256',
    hash: graphs.map(({ sha256 }) => sha256).join(' + '),
    version,
  };
}

/** "ViLT-mini, model.onnx, sha256 69a575896f08; VLPM Playground 0.1.0"; null of what is not known. */
export function saySource(source: Source | null): string | null {
  if (!source) return null;
  const { model, file, by, hash, version } = source;
  const brief = hash
    .split(' + ')
    .map((one) => one.slice(0, 12))
    .join(' + ');
  return `${model}, ${file}, ${by} ${brief}; VLPM Playground ${version}`;
}
