import type { Answers } from '../architectures/found/proposal';
import type { Life } from './life';
import type { Examined, Progress } from './protocol';

/** What a visitor brought, and where it lies if it was fetched from the Hub. */
interface Files {
  files: readonly File[];
  folder: string | null;
}

/** Models that a visitor brought and that are not on the disk yet: a worker that follows another is given them again. */
export class Brought {
  /** Files that were examined, by id. */
  readonly #examined = new Map<string, Files>();
  /** Those of models that were kept, by folder. */
  readonly #kept = new Map<string, Files & { answers: Answers; life: Life }>();

  /** @param signal gives the examination up, as the end of the worker does */
  async examine(
    { connection, end }: Life,
    { files, folder }: Files,
    progress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Examined> {
    const either = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
    const found = await connection.call('examine', [files, folder], { signal: either, progress });
    this.#examined.set(found.id, { files, folder });
    return found;
  }

  /** Its files are remembered from here on, until they are stored. */
  kept(id: string, answers: Answers, life: Life): void {
    const files = this.#examined.get(id);
    this.#examined.delete(id);
    if (files) this.#kept.set(`own/${id}`, { ...files, answers, life });
  }

  /** It is on the disk: any worker finds it there. */
  stored(id: string): void {
    this.#kept.delete(`own/${id}`);
  }

  /** Gives a new worker the files of a model that only the one before it had. */
  async again(folder: string, now: Life, progress: (progress: Progress) => void): Promise<void> {
    const lost = this.#kept.get(folder);
    if (!lost || lost.life === now) return;
    const { connection, end } = now;
    const { id } = await connection.call('examine', [lost.files, lost.folder], {
      signal: end.signal,
      progress,
    });
    await connection.call('keep', [id, lost.answers], { signal: end.signal });
    this.#kept.set(folder, { ...lost, life: now });
  }
}
