/**
 * Does something `delay` ms from now, or at once when the page is left or hidden before that.
 * @returns what calls it off
 */
export function soon(work: () => void, delay: number): () => void {
  const now = () => {
    callOff();
    work();
  };
  const timer = setTimeout(now, delay);
  // Browsers keep no page for the back button that always listens to this: it does so only while something waits.
  addEventListener('beforeunload', now);
  document.addEventListener('visibilitychange', now);
  function callOff(): void {
    clearTimeout(timer);
    removeEventListener('beforeunload', now);
    document.removeEventListener('visibilitychange', now);
  }
  return callOff;
}
