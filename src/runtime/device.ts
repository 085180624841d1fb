import type { DeviceReport } from './protocol';

export type BackendKind = DeviceReport['kind'];

/** What the machine offers, before anything was run on it. */
export interface Machine {
  /** Null with the reason where WebGPU cannot be had. */
  gpu: { name: string; fallback: boolean } | null;
  gpuProblem: string;
  isolated: boolean;
  /** Threads that WebAssembly would use. */
  threads: number;
}

/** Asks the browser for its WebGPU adapter and its processor's size; refuses nothing, so it cannot fail. @param most threads, null for what suits it */
export async function inspectMachine(most: number | null = null): Promise<Machine> {
  const isolated = globalThis.crossOriginIsolated === true;
  const threads = isolated ? Math.min(most ?? 4, navigator.hardwareConcurrency || 1) : 1;
  const machine = { gpu: null, gpuProblem: '', isolated, threads };
  if (!('gpu' in navigator)) return { ...machine, gpuProblem: 'this browser offers no WebGPU' };
  const adapter = await navigator.gpu
    .requestAdapter({ powerPreference: 'high-performance' })
    .catch(() => null);
  if (!adapter) return { ...machine, gpuProblem: 'the browser refused a WebGPU adapter' };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU';
  return { ...machine, gpu: { name, fallback: isFallbackAdapter } };
}

/** Where to run before anything is known of a model: WebGPU unless there is none, only a software one, or `forced`. */
export function chooseBackend(machine: Machine, forced: BackendKind | null): DeviceReport {
  const { gpu, gpuProblem } = machine;
  if (forced === 'wasm') return report(machine, 'wasm', 'the address asks for it');
  if (forced === 'webgpu')
    return gpu
      ? report(machine, 'webgpu', 'the address asks for it')
      : report(machine, 'wasm', `the address asks for WebGPU, but ${gpuProblem}`);
  if (!gpu) return report(machine, 'wasm', gpuProblem);
  if (gpu.fallback) return report(machine, 'wasm', 'the only WebGPU adapter here is emulated in software');
  return report(machine, 'webgpu', 'this machine has a GPU that the browser lets pages use');
}

/** A backend with the reason for it as one sentence: "WebAssembly, because …". */
export function report(machine: Machine, kind: BackendKind, because: string): DeviceReport {
  const { gpu, isolated, threads } = machine;
  const device = kind === 'webgpu' && gpu ? gpu.name : threads === 1 ? '1 thread' : `${threads} threads`;
  const name = kind === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  return { kind, device, reason: `${name}, because ${because}.`, isolated, threads };
}
