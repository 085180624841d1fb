import { obstacle, register } from './visitor';

const key = 'vlpm-isolating';
/** Milliseconds that a first visitor waits for the service worker, be it that the browser does not answer; later the page opens without threads. */
const patience = 2000;

/**
 * Has the page loaded again by its service worker where the host does not isolate it, before anything of it is drawn: only an isolated page
 * has threads. Happens once a tab at most, and only at the first visit; a browser that isolates nothing goes on as it is.
 * @returns whether the page is about to be loaded again, and so need not open
 */
export async function isolate(): Promise<boolean> {
  if (crossOriginIsolated || obstacle() || navigator.serviceWorker.controller || !begins()) return false;
  const controlled = new Promise<true>((resolve) =>
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true }),
  );
  const done = await Promise.race([
    register().then(
      () => controlled,
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), patience)),
  ]);
  if (done) location.reload();
  return done;
}

/** Whether this is the first try in this tab; false where that cannot be remembered. */
function begins(): boolean {
  try {
    const first = sessionStorage.getItem(key) === null;
    sessionStorage.setItem(key, 'yes');
    return first;
  } catch {
    return false;
  }
}
