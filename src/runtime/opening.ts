import type { Call } from '../architectures/adapter';
import { identityOf } from '../architectures/manifest';
import type { Build, Builds } from './trial/builds';
import { chooseBackend, report, type BackendKind, type Machine } from './device';
import type { Card, Tell, Weights } from './model';
import type { Agreement, DeviceReport, Opened } from './protocol';
import { apart, doubt, insteadOf } from './trial/saying';
import { asSubject } from './trial/rehearsal';
import { tryBackend, type Subject, type Trial } from './trial/trial';
import type { Verdict, Verdicts } from './trial/verdicts';

/** Where models can be opened. */
export interface Place {
  builds: Builds;
  machine: Machine;
  /** What the page's address asks for. */
  forced: BackendKind | null;
  verdicts: Verdicts;
}

/** An open model. */
export interface Running extends Ready {
  opened: Opened;
}

/** Graphs that are open. */
export interface Ready {
  opened: Omit<Opened, 'manifest'>;
  call: Call;
  release(): Promise<void>;
}

/** Opens a model: see `openSubject`. */
export async function openModel(card: Card, weights: Weights, place: Place, tell: Tell): Promise<Running> {
  const { manifest } = card;
  const ready = await openSubject(asSubject(card, weights), weights, place, tell);
  return { ...ready, opened: { ...ready.opened, manifest } };
}

/**
 * Opens graphs on the backend that suits them: the machine's, unless that fails, disagrees with the stored reference, or answers it more
 * slowly than WebAssembly. What is found out by trying both is remembered, and a backend that the address asks for is kept. A model that
 * disagrees on WebAssembly is tried in the runtime's other build and on WebGPU before anything is said of it; one that the large build has no
 * operation for is opened in the small one.
 * @throws Error when no backend can run the model
 */
export async function openSubject(
  subject: Subject,
  weights: Pick<Weights, 'graphs' | 'external'>,
  place: Place,
  tell: Tell,
): Promise<Ready> {
  const { machine, forced, verdicts, builds } = place;
  const { manifest } = subject;
  const attempt = (kind: BackendKind, build = builds.suiting(kind)) =>
    tryBackend(kind, build, subject, weights, builds, tell);
  const attemptWasm = () =>
    attempt('wasm').catch((error: unknown) => {
      if (builds.suiting('wasm') === 'wasm') throw error;
      return attempt('wasm', 'wasm');
    });
  const finish = (trial: Trial, backend: DeviceReport, warning: string | null): Ready => ({
    opened: { backend, agreement: trial.agreement, warning },
    call: trial.call,
    release: () => trial.release(),
  });
  const onWasm = async (backend: DeviceReport, warning: string | null, trial?: Trial): Promise<Ready> => {
    const first = trial ?? (await attemptWasm());
    if (isRight(first)) return finish(first, backend, warning);
    const gpu = machine.gpu !== null && !forced && !builds.hasUsed('webgpu');
    const better = await tryElsewhere(first.build, attempt, gpu);
    if (!better) return finish(first, backend, doubt(first, true));
    await first.release();
    const { kind } = better;
    const found = { ...report(machine, kind, ''), reason: insteadOf(first, better, backend) };
    return finish(better, found, `${manifest.name} runs in another way than planned: ${found.reason}`);
  };

  const first = chooseBackend(machine, forced);
  if (first.kind === 'wasm') return onWasm(first, null);

  const key = [identityOf(manifest), machine.gpu?.name, await builds.version()].join('|');
  const known = forced ? null : await verdicts.find(key);
  if (known?.kind === 'wasm') return onWasm(report(machine, 'wasm', known.because), null);

  const gpu = await attempt('webgpu').catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (typeof gpu === 'string') {
    const warning = `WebGPU could not run ${manifest.name} (${gpu}), so it runs on WebAssembly.`;
    return onWasm(report(machine, 'wasm', 'WebGPU could not run this model'), warning);
  }
  if (forced || known || !gpu.agreement) return finish(gpu, first, doubt(gpu, false));

  const wasm = await attemptWasm();
  for (const trial of [gpu, wasm]) if (trial.agreement) trial.agreement.milliseconds = await trial.time();
  const verdict = judge(gpu.agreement, wasm.agreement);
  await verdicts.keep(key, verdict);
  const backend = report(machine, verdict.kind, verdict.because);
  if (verdict.kind === 'webgpu') {
    await wasm.release();
    return finish(gpu, backend, null);
  }
  await gpu.release();
  const warning = gpu.agreement.agrees
    ? null
    : `On WebGPU ${manifest.name} ${apart(gpu.agreement)}, so it runs on WebAssembly.`;
  return onWasm(backend, warning, wasm);
}

/** The first other way to run a model that answers its reference as PyTorch does: the runtime's other build, then WebGPU. */
async function tryElsewhere(
  tried: Build,
  attempt: (kind: BackendKind, build: Build) => Promise<Trial>,
  withGpu: boolean,
): Promise<Trial | null> {
  const ways: [BackendKind, Build][] = [['wasm', tried === 'wasm' ? 'webgpu' : 'wasm']];
  if (withGpu) ways.push(['webgpu', 'webgpu']);
  for (const way of ways) {
    const trial = await attempt(...way).catch(() => null);
    if (trial && isRight(trial)) return trial;
    await trial?.release();
  }
  return null;
}

const isRight = ({ agreement }: Trial) => agreement?.agrees !== false;

/** WebGPU, unless its answer to the reference was wrong or came later than WebAssembly's. */
export function judge(gpu: Agreement, wasm: Agreement | null): Verdict {
  if (!gpu.agrees)
    return {
      kind: 'wasm',
      because: `WebGPU’s answer to a stored input ${apart(gpu)}`,
    };
  if (wasm?.agrees && wasm.milliseconds < gpu.milliseconds)
    return {
      kind: 'wasm',
      because: `it answers a stored input in ${brief(wasm.milliseconds)}, WebGPU in ${brief(gpu.milliseconds)}`,
    };
  return {
    kind: 'webgpu',
    because: 'it answers a stored input as PyTorch does, and sooner than WebAssembly',
  };
}

const brief = (milliseconds: number) => `${Math.max(1, Math.round(milliseconds))} ms`;
