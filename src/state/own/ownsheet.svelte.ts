import type { Manifest } from '../../architectures/manifest';
import type { Answers, Engine, Examined, Progress, Question } from '../../runtime/client';
import { fetchModel } from './modelfile';

/** What the sheet is busy with. */
export type SheetActivity = 'idle' | 'reading' | 'storing';

/** The sheet on which files that a visitor brings are read, questions on them asked, and a model opened. */
export class OwnSheet {
  #shown = $state(false);
  #activity = $state<SheetActivity>('idle');
  #files = $state.raw<readonly File[]>([]);
  /** Where the files lie, if they were fetched from the Hub. */
  #folder: string | null = null;
  #progress = $state.raw<{ doing: string; loaded: number; total: number | null } | null>(null);
  #examined = $state.raw<Examined | null>(null);
  #answers = $state.raw<Answers>({});
  #problem = $state<string | null>(null);
  #stop: AbortController | null = null;
  readonly #engine: () => Promise<Engine>;
  readonly #done: (manifest: Manifest, slot: number) => void;

  constructor(engine: () => Promise<Engine>, done: (manifest: Manifest, slot: number) => void) {
    this.#engine = engine;
    this.#done = done;
  }

  get shown(): boolean {
    return this.#shown;
  }
  get activity(): SheetActivity {
    return this.#activity;
  }
  /** What is being read or stored, in bytes. */
  get progress(): { doing: string; loaded: number; total: number | null } | null {
    return this.#progress;
  }
  /** Null until files were read. */
  get examined(): Examined | null {
    return this.#examined;
  }
  /** Why the last files were refused; what was found before stays. */
  get problem(): string | null {
    return this.#problem;
  }

  open(): void {
    this.#shown = true;
  }

  /** Puts the sheet away; what is being read is let go of. */
  close(): void {
    this.cancel();
    this.#shown = false;
    this.#files = [];
    this.#folder = null;
    this.#examined = null;
    this.#answers = {};
    this.#problem = null;
  }

  /** What is answered to a question: what was said before, or else what is proposed. */
  answer({ field, value }: Question): string {
    return this.#answers[field] ?? value;
  }

  say(field: string, value: string): void {
    this.#answers = { ...this.#answers, [field]: value };
  }

  /** Takes files beside those that are on the sheet already; one of the same name takes its place. A second model starts anew. */
  async take(files: readonly File[]): Promise<void> {
    this.#shown = true;
    const anew = files.some(({ name }) => /\.(onnx|safetensors)$|^pytorch_model.*\.bin$/i.test(name));
    const names = files.map(({ name }) => name);
    const former = anew && this.#examined ? [] : this.#files.filter(({ name }) => !names.includes(name));
    if (former.length === 0) this.#folder = null;
    await this.#attempt('reading', (signal) => this.#examine([...former, ...files], signal));
  }

  /** Takes a checkpoint that was fetched from the Hub, from the browser's file system. */
  async takeHeld(folder: string): Promise<void> {
    this.close();
    this.#shown = true;
    await this.#attempt('reading', async (signal) => {
      const { filesOf } = await import('../../runtime/own/disk');
      const files = await filesOf(folder);
      this.#folder = folder;
      await this.#examine(files, signal);
    });
  }

  async #examine(files: readonly File[], signal: AbortSignal): Promise<void> {
    this.#files = files;
    const engine = await this.#engine();
    const examined = await engine.examine(files, (progress) => this.#tell(progress), signal, this.#folder);
    signal.throwIfAborted();
    if (examined.id !== this.#examined?.id) this.#answers = examined.answers;
    this.#examined = examined;
    await this.#interview(engine, examined.id, files, signal);
  }

  /** Asks the model about itself; what the files say stays where that is stopped or fails. An engine that was lost over it reads them once more. */
  async #interview(engine: Engine, id: string, files: readonly File[], signal: AbortSignal): Promise<void> {
    const tell = (progress: Progress) => this.#tell(progress);
    try {
      const said = await engine.interview(id, tell, signal);
      signal.throwIfAborted();
      this.#examined = said;
    } catch (error) {
      if (signal.aborted) return;
      const interview = error instanceof Error ? error.message : String(error);
      this.#examined = { ...(await engine.examine(files, tell, signal, this.#folder)), interview };
    }
  }

  /** Fetches files from addresses, one a line, and takes them. */
  async fetch(addresses: string): Promise<void> {
    let files: File[] = [];
    await this.#attempt('reading', async (signal) => {
      for (const address of addresses.split(/\s+/).filter(Boolean))
        files.push(
          await fetchModel(
            address,
            (loaded, total) => (this.#progress = { doing: `Fetching ${address}`, loaded, total }),
            signal,
          ),
        );
    });
    if (this.#problem !== null || !this.#shown) files = [];
    if (files.length > 0) await this.take(files);
  }

  /** Puts the model into a panel, under its answers. */
  async confirm(slot: number): Promise<void> {
    const examined = this.#examined;
    if (!examined) return;
    const answers = Object.fromEntries(
      examined.proposal.questions.map((question) => [question.field, this.answer(question)]),
    );
    await this.#attempt('storing', async (signal) => {
      const engine = await this.#engine();
      const manifest = await engine.keep(examined.id, answers);
      signal.throwIfAborted();
      this.close();
      this.#done(manifest, slot);
    });
  }

  /** Lets go of what is being read. */
  cancel(): void {
    this.#stop?.abort(new DOMException('Stopped.', 'AbortError'));
    this.#stop = null;
    this.#activity = 'idle';
    this.#progress = null;
  }

  #tell({ step, loaded, total }: Progress): void {
    const doing = {
      read: 'Reading',
      inspect: 'Looking for attention',
      interview: 'Asking the model about itself',
      store: 'Storing',
    } as Record<string, string>;
    this.#progress = { doing: doing[step] ?? step, loaded, total };
  }

  async #attempt(activity: SheetActivity, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.cancel();
    const stop = (this.#stop = new AbortController());
    this.#activity = activity;
    this.#problem = null;
    try {
      await work(stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#stop === stop) this.cancel();
    }
  }
}
