import type { Agreement, DeviceReport } from '../protocol';
import type { Trial } from './trial';

/** How an answer to a stored input is apart from PyTorch's, after the subject of a sentence. */
export function apart({ difference }: Agreement): string {
  return Number.isFinite(difference)
    ? `differs from PyTorch by ${difference.toExponential(0)}`
    : 'gives no number where PyTorch gives one';
}

/** What a model runs on, with the build of the runtime where there are two. */
function placeOf({ kind, build }: Trial): string {
  if (kind === 'webgpu') return 'WebGPU';
  return `WebAssembly (the runtime’s ${build === 'wasm' ? 'small' : 'large'} build)`;
}

/** The reason of a backend that was taken after another way to run the model had answered wrongly. */
export function insteadOf(wrong: Trial, right: Trial, backend: DeviceReport): string {
  const why = wrong.agreement ? apart(wrong.agreement) : '';
  if (right.kind === 'webgpu') return `${placeOf(right)}, because ${placeOf(wrong)} ${why}.`;
  const build = right.build === 'wasm' ? 'small' : 'large';
  return backend.reason.replace(/\.$/, `; in the runtime’s ${build} build, because the other ${why}.`);
}

/** A warning that a model's answers are wrong; null when they are right, or nothing is known of them. */
export function doubt({ kind, agreement }: Trial, isLast: boolean): string | null {
  if (!agreement || agreement.agrees) return null;
  const place = kind === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  const tried = isLast ? ', and no other way to run it here does better' : '';
  return `On ${place} this model ${apart(agreement)}${tried}: do not trust what it shows.`;
}
