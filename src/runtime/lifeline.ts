/** The browser's locks; undefined at insecure addresses, whatever the types say. */
export type Locks = Pick<LockManager, 'request'> | undefined;

/**
 * Takes a lock that a worker holds as long as it lives: the browser gives it to the page when the worker is gone, however it went. A worker
 * that is ended from outside, by the browser or by a debugger, tells nobody.
 */
export function holdLifeline(name: string | null | undefined, locks: Locks): Promise<void> {
  return new Promise((resolve) => {
    if (!name || !locks) return resolve();
    const hold = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    locks.request(name, hold).catch(() => resolve());
  });
}

/** Calls `gone` once the holder of a lock has ended; the lock must be held already. */
export function watchLifeline(
  name: string | null,
  locks: Locks,
  signal: AbortSignal,
  gone: () => void,
): void {
  if (name !== null) locks?.request(name, { signal }, gone).catch(() => {});
}
