import type { Driver } from './driver';

/** How drivers say that the page went away under a command: the page itself loads anew where a host cannot send headers, and on going back. */
const gone =
  /context was destroyed|interrupted by another navigation|no such (frame|execution context)|frame (was|got) detached|Navigation .*abort|NS_BINDING_ABORTED/i;

/** A driver whose commands wait for the page that comes, where the one before goes away under them. */
export function acrossReloads(driver: Driver): Driver {
  async function again<T>(command: () => Promise<T>): Promise<T> {
    const end = performance.now() + 20_000;
    for (;;) {
      try {
        return await command();
      } catch (error) {
        if (!gone.test(String(error)) || performance.now() > end) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }
  return {
    ...driver,
    open: (address) => again(() => driver.open(address)),
    evaluate: (expression) => again(() => driver.evaluate(expression)),
  };
}
