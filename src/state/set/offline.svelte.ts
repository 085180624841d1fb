import type { Kept } from '../../site/visitor';

/** Not needed before the page has opened. */
const visitor = () => import('../../site/visitor');

/** Milliseconds after which the page asks again whether the host has another version. */
const hour = 3_600_000;
/** Milliseconds that the page may take to open before it is kept all the same. */
const patience = 20_000;

/** What is kept of the page for visits without a network, and a newer version of it when there is one. */
export class Offline {
  #kept = $state.raw<Kept | null>(null);
  #problem = $state<string | null>(null);
  #waiting = $state.raw<ServiceWorker | null>(null);
  #later = $state(false);
  #started = false;

  /** Bytes that are kept; null as long as nothing is known. */
  get kept(): Kept | null {
    return this.#kept;
  }
  /** Why the page is not kept, as the end of a sentence; else null. */
  get problem(): string | null {
    return this.#problem;
  }
  get complete(): boolean {
    return this.#kept !== null && this.#kept.kept === this.#kept.total;
  }
  /** True when a newer version is here and the visitor has not said "later". */
  get newer(): boolean {
    return this.#waiting !== null && !this.#later;
  }

  /** Begins to keep the page once it has opened, file by file while it rests. Does nothing in development and when called before. */
  async start(opened: Promise<unknown>): Promise<void> {
    if (!import.meta.env.PROD || this.#started) return;
    this.#started = true;
    await Promise.race([opened, new Promise((done) => setTimeout(done, patience))]);
    const parts = await visitor().catch(() => null);
    if (!parts) {
      this.#problem = 'a part of it could not be fetched';
      return;
    }
    const { ask, obstacle, onWaiting, register } = parts;
    this.#problem = obstacle();
    if (this.#problem) return;
    try {
      const registration = await register();
      const { active } = await navigator.serviceWorker.ready;
      onWaiting(registration, (worker) => void this.#offer(worker));
      setInterval(() => void registration.update().catch(() => {}), hour);
      if (!active) return;
      await ask(active, { kind: 'hello', script: import.meta.url });
      await this.#fill(active);
    } catch (error) {
      this.#problem = brief(error);
    }
  }

  /** Has the newer version take over, and loads this page anew with it; other tabs keep theirs until they are reloaded. */
  async replace(): Promise<void> {
    const worker = this.#waiting;
    if (!worker) return;
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    await (await visitor()).ask(worker, { kind: 'replace' });
  }

  /** Stays with this version for now. */
  dismiss(): void {
    this.#later = true;
  }

  /** A newer version is offered when it would work offline as well, or when it never will. */
  async #offer(worker: ServiceWorker): Promise<void> {
    await this.#fill(worker).catch(() => {});
    this.#later = false;
    this.#waiting = worker;
  }

  async #fill(worker: ServiceWorker): Promise<void> {
    const { ask, Rest } = await visitor();
    const rest = new Rest();
    try {
      for (let last = -1; ;) {
        await rest.wait();
        if (worker.state === 'redundant') return;
        const kept = await ask(worker, { kind: 'fill' });
        if (worker.state === 'activated') this.#kept = kept;
        if (!kept || kept.kept >= kept.total) return;
        if (kept.kept <= last) throw new Error('the browser gives the page too little room');
        last = kept.kept;
      }
    } finally {
      rest.end();
    }
  }
}

function brief(error: unknown): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError')
    return 'the browser gives the page too little room';
  const text = error instanceof Error ? error.message : String(error);
  return /quota/i.test(text) ? 'the browser gives the page too little room' : text.replace(/\.$/, '');
}
