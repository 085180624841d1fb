/** Parts of the time between two calls that are counted apart: what is much longer was slept through. */
const parts = 20;

/**
 * Calls `tell` each time that so many milliseconds have passed while the machine was awake, with the seconds so far. An hour of sleep is
 * no hour of waiting.
 * @returns what ends it
 */
export function tellAwake(limit: number, tell: (seconds: number) => void): () => void {
  const tick = limit / parts;
  let last = performance.now();
  let [awake, told] = [0, 0];
  const timer = setInterval(() => {
    const now = performance.now();
    awake += Math.min(now - last, 2 * tick + 100);
    last = now;
    if (awake < told + limit) return;
    told = awake;
    tell(Math.round(awake / 1000));
  }, tick);
  return () => clearInterval(timer);
}
