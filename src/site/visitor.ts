import type { SiteAnswer, SiteCall } from './protocol';
import type { Kept } from './shelf';

export { Rest } from './rest';
export type { Kept } from './shelf';

/** Why a page cannot be kept here, or null where it can. */
export function obstacle(): string | null {
  if (!isSecureContext) return 'this address is not secure (https or localhost)';
  return 'serviceWorker' in navigator ? null : 'this browser keeps no pages here (a private window?)';
}

/**
 * Gives the page its service worker, which lies beside it.
 * @throws Error where the browser refuses it, or the host has none
 */
export async function register(): Promise<ServiceWorkerRegistration> {
  const address = new URL('sw.js', document.baseURI).href;
  // Some browsers' private windows, and tools, answer nothing.
  const made = (await navigator.serviceWorker.register(address, { updateViaCache: 'none' })) as
    ServiceWorkerRegistration | undefined;
  if (!made) throw new Error('the browser refused it');
  return made;
}

/** Puts a question to a service worker. @throws Error of one sentence when it says so, or does not answer within a minute */
export function ask(worker: ServiceWorker, call: SiteCall): Promise<Kept | null> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('expected an answer within a minute, got none')), 60_000);
    port1.onmessage = ({ data }: MessageEvent<SiteAnswer>) => {
      clearTimeout(timer);
      port1.close();
      if ('problem' in data) reject(new Error(data.problem));
      else resolve(data.kept);
    };
    worker.postMessage(call, [port2]);
  });
}

/** Calls back with every version that waits to take over from one that is running. */
export function onWaiting(
  registration: ServiceWorkerRegistration,
  found: (worker: ServiceWorker) => void,
): void {
  const look = () => {
    if (registration.waiting && registration.active) found(registration.waiting);
  };
  look();
  registration.addEventListener('updatefound', () =>
    registration.installing?.addEventListener('statechange', look),
  );
}
