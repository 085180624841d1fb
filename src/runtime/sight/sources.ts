import type { Call } from '../../architectures/adapter';
import type { Backbone, Detector } from '../../architectures/sight';
import type { Files } from '../cache';
import { downloadJson, type Fetch } from '../download';
import { loadWeights, type Tell, type Weights } from '../model';
import { openSubject, type Place, type Ready } from '../opening';
import { remember } from '../remember';

/** Where sources are found and opened. */
export interface Around extends Place {
  /** Address that the zoo is relative to. */
  base: string;
  files: Files;
  fetcher: Fetch;
}

/** Something that makes features, with its files. */
export interface Source<M> {
  manifest: M;
  weights: Weights;
}

/** A source that is open. */
export interface Open<M> extends Source<M> {
  call: Call;
  /** What came of comparing it with PyTorch. */
  opened: Ready['opened'];
}

/** Sources of one kind by their folders of the zoo: each is fetched once and opened once, and compared with PyTorch then, as a model is. */
export class Sources<M extends Backbone | Detector> {
  readonly #around: Around;
  readonly #read: (json: unknown) => M;
  readonly #rehearse: (source: Source<M>) => Promise<(call: Call) => Promise<number>>;
  readonly #loads = new Map<string, Promise<Source<M>>>();
  readonly #opens = new Map<string, Promise<Open<M>>>();

  /** @param rehearse makes a stored run that returns how far it is from PyTorch's */
  constructor(
    around: Around,
    read: (json: unknown) => M,
    rehearse: (source: Source<M>) => Promise<(call: Call) => Promise<number>>,
  ) {
    this.#around = around;
    this.#read = read;
    this.#rehearse = rehearse;
  }

  load(folder: string, tell: Tell = () => {}): Promise<Source<M>> {
    const { base, files, fetcher } = this.#around;
    return remember(this.#loads, folder, async () => {
      const address = new URL(`zoo/${folder}/`, base).href;
      const json = await downloadJson('manifest.json', new URL('manifest.json', address).href, fetcher);
      const manifest = this.#read(json);
      return { manifest, weights: await loadWeights({ address, manifest }, files, tell) };
    });
  }

  open(folder: string): Promise<Open<M>> {
    return remember(this.#opens, folder, async () => {
      const source = await this.load(folder);
      const { manifest, weights } = source;
      const rehearse = await this.#rehearse(source);
      const { call, opened } = await openSubject(
        { manifest, step: 'reference', rehearse },
        weights,
        this.#around,
        () => {},
      );
      return { ...source, call, opened };
    });
  }
}
