import { connect, type Connection } from '../../rpc/connect';
import type { WriterCalls } from './protocol';

/** The worker that hashes and writes, started when it is first asked for something. */
export class Writer {
  #connection: Connection<WriterCalls, never> | null = null;

  get calls(): Connection<WriterCalls, never> {
    if (this.#connection) return this.#connection;
    const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), {
      type: 'module',
      name: 'writer',
    });
    const lost = () => {
      worker.terminate();
      this.#connection = null;
    };
    return (this.#connection = connect<WriterCalls>(worker, { onDeath: lost }));
  }
}
