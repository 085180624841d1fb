import type { AttentionEntry, Manifest } from '../architectures/manifest';

/** An attention module as it is listed before any run. */
export type Module = Omit<AttentionEntry, 'tensor'>;

/** A model's attention modules in the order of `Trace.attentions`; none without a manifest. */
export function modulesOf(manifest: Manifest | null): readonly Module[] {
  return Object.values(manifest?.graphs ?? {}).flatMap((graph) => graph.attentions);
}

/** Bytes of a model's files that have weights. */
export function bytesOf(manifest: Manifest): number {
  return Object.values(manifest.graphs).reduce((sum, graph) => sum + graph.bytes, 0);
}
