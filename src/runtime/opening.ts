import type { Call } from '../architectures/adapter';
import { identityOf } from '../architectures/manifest';
import { chooseBackend, report, type BackendKind, type Machine } from './device';
import type { Card, Tell, Weights } from './model';
import type { Agreement, DeviceReport, Opened } from './protocol';
import type { Ort } from './session';
import { tryBackend, type Trial } from './trial';
import type { Verdict, Verdicts } from './verdicts';

/** Where models can be opened. */
export interface Place {
  ort: Ort;
  machine: Machine;
  /** What the page's address asks for. */
  forced: BackendKind | null;
  verdicts: Verdicts;
}

/** An open model. */
export interface Running {
  opened: Opened;
  call: Call;
  release(): Promise<void>;
}

/**
 * Opens a model on the backend that suits it: the machine's, unless that fails, disagrees with the stored reference, or answers it more
 * slowly than WebAssembly. What is found out by trying both is remembered, and a backend that the address asks for is kept.
 * @throws Error when no backend can run the model
 */
export async function openModel(card: Card, weights: Weights, place: Place, tell: Tell): Promise<Running> {
  const { machine, forced, verdicts } = place;
  const { manifest } = card;
  const attempt = (kind: BackendKind) => tryBackend(kind, card, weights, place.ort, tell);
  const finish = (trial: Trial, backend: DeviceReport, warning: string | null): Running => ({
    opened: { manifest, backend, agreement: trial.agreement, warning: warning ?? doubt(trial, backend) },
    call: trial.call,
    release: () => trial.release(),
  });

  const first = chooseBackend(machine, forced);
  if (first.kind === 'wasm') return finish(await attempt('wasm'), first, null);

  const key = [identityOf(manifest), machine.gpu?.name, place.ort.env.versions.web].join('|');
  const known = forced ? null : await verdicts.find(key);
  if (known?.kind === 'wasm')
    return finish(await attempt('wasm'), report(machine, 'wasm', known.because), null);

  const gpu = await attempt('webgpu').catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (typeof gpu === 'string') {
    const warning = `WebGPU could not run ${manifest.name} (${gpu}), so it runs on WebAssembly.`;
    return finish(await attempt('wasm'), report(machine, 'wasm', 'WebGPU could not run this model'), warning);
  }
  if (forced || known || !gpu.agreement) return finish(gpu, first, null);

  const wasm = await attempt('wasm');
  for (const trial of [gpu, wasm]) if (trial.agreement) trial.agreement.milliseconds = await trial.time();
  const verdict = judge(gpu.agreement, wasm.agreement);
  await verdicts.keep(key, verdict);
  const [chosen, other] = verdict.kind === 'webgpu' ? [gpu, wasm] : [wasm, gpu];
  await other.release();
  const warning = gpu.agreement.agrees
    ? null
    : `On WebGPU ${manifest.name} differs from PyTorch by ${gpu.agreement.difference.toExponential(0)}, so it runs on WebAssembly.`;
  return finish(chosen, report(machine, verdict.kind, verdict.because), warning);
}

/** WebGPU, unless its answer to the reference was wrong or came later than WebAssembly's. */
export function judge(gpu: Agreement, wasm: Agreement | null): Verdict {
  if (!gpu.agrees)
    return {
      kind: 'wasm',
      because: `WebGPU’s answer to a stored input differs by ${gpu.difference.toExponential(0)}`,
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

function doubt({ agreement }: Trial, { kind }: DeviceReport): string | null {
  if (!agreement || agreement.agrees) return null;
  const place = kind === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  return `On ${place} this model differs from PyTorch by ${agreement.difference.toExponential(0)}: do not trust what it shows.`;
}

const brief = (milliseconds: number) => `${Math.max(1, Math.round(milliseconds))} ms`;
