const reloads = ({ key, ctrlKey, metaKey }: KeyboardEvent) =>
  key === 'F5' || ((ctrlKey || metaKey) && key.toLowerCase() === 'r');

/**
 * Does something `delay` ms from now, or at once when the page may be left or hidden before that: when the visitor reloads it by a key or goes up to the
 * browser's own buttons, since a reload takes the address as it is before the page is told.
 * @returns what calls it off
 */
export function soon(work: () => void, delay: number): () => void {
  const ways = new AbortController();
  const timer = setTimeout(now, delay);
  function callOff(): void {
    clearTimeout(timer);
    ways.abort();
  }
  function now(): void {
    callOff();
    work();
  }
  const { signal } = ways;
  // Browsers keep no page for the back button that always listens to this: it does so only while something waits.
  addEventListener('beforeunload', now, { signal });
  addEventListener('keydown', (event) => reloads(event) && now(), { signal, capture: true });
  document.addEventListener('visibilitychange', now, { signal });
  document.documentElement.addEventListener('pointerleave', now, { signal });
  return callOff;
}
