import type { Call } from '../../architectures/adapter';
import type { Manifest } from '../../architectures/manifest';
import type { Build, Builds } from './builds';
import type { BackendKind } from '../device';
import { sayFailure } from './failures';
import { Unstarted } from '../../rpc/errors';
import type { Tell, Weights } from '../model';
import type { Agreement } from '../protocol';
import { tolerance } from './reference';
import { openGraph, type Graph } from '../session';

/** What is opened: a model, or what makes features for models. */
export interface Subject {
  manifest: Pick<Manifest, 'id' | 'name' | 'graphs' | 'files' | 'own'>;
  /** What its first run is. */
  step: 'reference' | 'probe';
  /** Runs what is stored, or a grey picture. @returns the largest difference from what PyTorch said; null when it said nothing */
  rehearse(call: Call): Promise<number | null>;
}

/** A model on one backend, its reference run and compared. */
export interface Trial {
  kind: BackendKind;
  build: Build;
  call: Call;
  release(): Promise<void>;
  /** Null when the model has no reference. */
  agreement: Agreement | null;
  /** Milliseconds that the reference takes once more, now that kernels are compiled and memory is there. */
  time(): Promise<number>;
}

/**
 * Opens a model's graphs on a backend, in a build of the runtime that has it, and runs its reference there.
 * @throws Error when the backend cannot run it
 */
export async function tryBackend(
  kind: BackendKind,
  build: Build,
  subject: Subject,
  weights: Pick<Weights, 'graphs' | 'external'>,
  builds: Builds,
  tell: Tell,
): Promise<Trial> {
  const { manifest } = subject;
  tell({ step: 'session', loaded: 0, total: null });
  const ort = await builds.use(build);
  const graphs = new Map<string, Graph>();
  for (const [role, bytes] of weights.graphs)
    graphs.set(role, openGraph(ort, bytes, manifest.graphs[role], kind, weights.external.get(role)));
  const call: Call = (role, feeds, want) => {
    const graph = graphs.get(role);
    if (!graph)
      throw new Error(`${manifest.id}: expected a graph among ${[...graphs.keys()].join(', ')}, got ${role}`);
    return graph.run(feeds, want);
  };
  const release = async () => {
    for (const graph of graphs.values()) await graph.release();
  };
  let difference: number | null = null;
  const time = async () => {
    const start = performance.now();
    difference = await subject.rehearse(call);
    return performance.now() - start;
  };
  tell({ step: subject.step, loaded: 0, total: null });
  try {
    const milliseconds = await time();
    const agreement =
      difference === null ? null : { difference, agrees: difference <= tolerance, milliseconds };
    return { kind, build, call, release, agreement, time };
  } catch (error) {
    await release();
    throw manifest.own && !(error instanceof Unstarted) ? sayFailure(error, manifest) : error;
  }
}
