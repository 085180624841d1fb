import { version } from '../../../package.json';
import type { Panel } from '../../state/panel/panel.svelte';

/** What made a figure or a table, to the byte. */
export interface Source {
  /** "ViLT-mini" */
  model: string;
  /** "model.onnx", or the file that a run came from. */
  file: string;
  /** Hexadecimal, as much of it as is known. */
  sha256: string;
  /** Of the page. */
  version: string;
}

/** Null until the model is known. */
export function sourceOf(panel: Panel): Source | null {
  const { imported, manifest, name } = panel;
  if (imported) {
    const sha256 = imported.folder.slice('trace/'.length);
    return { model: name, file: imported.origin, sha256, version };
  }
  const graphs = Object.values(manifest?.graphs ?? {});
  if (!graphs.length) return null;
  return {
    model: name,
    file: graphs.map(({ file }) => file).join(' + '),
    sha256: graphs.map(({ sha256 }) => sha256).join(' + '),
    version,
  };
}

/** "ViLT-mini, model.onnx, sha256 69a575896f08; VLPM Playground 0.1.0"; null of what is not known. */
export function saySource(source: Source | null): string | null {
  if (!source) return null;
  const { model, file, sha256, version } = source;
  const brief = sha256
    .split(' + ')
    .map((hash) => hash.slice(0, 12))
    .join(' + ');
  return `${model}, ${file}, sha256 ${brief}; VLPM Playground ${version}`;
}
