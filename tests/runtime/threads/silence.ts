/** No thread of WebAssembly ever hears what it is told, as happens in Firefox. */
const Plain = globalThis.Worker;
globalThis.Worker = class extends Plain {
  override postMessage(): void {}
};
export {};
