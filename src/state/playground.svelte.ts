import { createContext } from 'svelte';
import { startEngine } from '../runtime/client';
import type { Box } from '../trace/trace';
import { Ablations } from './cause/ablations.svelte';
import { addressOf, restore } from './address';
import { bringInput, lostModels, sayMissing } from './opening';
import { Comparison } from './comparison.svelte';
import { Contact } from './contact.svelte';
import { Catalogue } from './set/catalogue.svelte';
import { HeldOut } from './set/heldout.svelte';
import { Giving } from './giving';
import { hideWord } from './hiding';
import { Inference } from './inference.svelte';
import { Imports } from './own/imports.svelte';
import { Keeping } from './keep/keeping.svelte';
import { Notices } from './keep/notices.svelte';
import { Lens } from './lens/lens.svelte';
import { Library } from './own/library.svelte';
import { readLink } from './share/link';
import { Machine } from './set/machine.svelte';
import { Offline } from './set/offline.svelte';
import { Panel } from './panel/panel.svelte';
import { deviceStorage, Preferences } from './set/preferences.svelte';
import { Question } from './panel/question.svelte';
import { receiveFiles } from './own/receive';
import type { Sample } from './input/samples';
import { Pairing } from './pairing';
import { Placing } from './placing';
import { Display } from './lens/display.svelte';
import type { Way } from './lens/gathered.svelte';
import { Numbers } from './lens/numbers.svelte';
import { Selection } from './lens/selection.svelte';
import type { HeadChoice } from './lens/selection.svelte';
import { Workspace } from './input/workspace.svelte';

/** The visitor's whole session: one input, several models, one selection. Every verb of the page is a method of it. */
export class Playground {
  readonly workspace = new Workspace();
  readonly selection = new Selection();
  readonly display = new Display();
  readonly numbers = new Numbers();
  readonly preferences = new Preferences(document.documentElement, deviceStorage());
  readonly catalogue = new Catalogue();
  readonly heldOut = new HeldOut();
  /** By slot, also of panels that are closed. */
  readonly lenses: readonly Lens[];
  readonly ablations: Ablations;
  readonly question: Question;
  /** What the page could not bring or keep, in sentences. */
  readonly notices = new Notices();
  readonly keeping = new Keeping(this.notices);
  readonly imports = new Imports(
    (folder, slot) => void this.chooseModel(this.#comparison.placeFor(folder, slot), folder),
    this.keeping,
  );
  readonly machine: Machine;
  readonly offline = new Offline();
  /** Which models can read the picture. */
  readonly contact = new Contact(() => this.machine.ready(), this);
  /** Models of the visitor's own. */
  readonly library = new Library(
    () => this.machine.ready(),
    (folder, slot) => void this.chooseModel(this.#comparison.all[slot], folder),
  );

  /** When the models run. */
  readonly inference = new Inference(this);
  readonly #comparison: Comparison;
  readonly #giving = new Giving(this);
  #opened = $state(false);
  /** What the visitor does with the picture's regions. */
  readonly placing = new Placing(this.workspace, this.keeping, (soon) =>
    soon ? this.inference.soon() : this.inference.run(),
  );

  /** What the visitor does with a second picture. */
  readonly pairing = new Pairing(this);

  /** @param panels how many models can stand beside each other */
  constructor(start = () => startEngine({ locks: navigator.locks }), panels = 2) {
    this.machine = new Machine(start, () => this.inference.restarted());
    const engine = () => this.machine.ready();
    const all = Array.from({ length: panels }, (_, slot) => new Panel(slot, engine));
    this.#comparison = new Comparison(all, this);
    this.lenses = all.map((panel) => new Lens(panel, this.selection));
    const { workspace } = this;
    this.ablations = new Ablations(all, engine, workspace, (panel) => this.question.reply(panel));
    const resume = ({ slot }: Panel) => void this.ablations.each[slot].resume();
    this.question = new Question(all, engine, () => workspace.input, resume);
  }

  /** The models that stand beside each other, in their order. */
  get panels(): readonly Panel[] {
    return this.#comparison.open;
  }
  /** Whether one more model can stand beside them. */
  get hasRoom(): boolean {
    return this.#comparison.hasRoom;
  }
  /** True while what is on the page has not been handed to the models yet: a picture is decoded, a caption rests. */
  get pending(): boolean {
    return this.inference.waiting || this.workspace.decoding;
  }
  /** The panel that the drawer speaks of. */
  get focused(): Panel {
    return this.panels.find(({ slot }) => slot === this.selection.focus) ?? this.panels[0];
  }
  /** True once everything that the address holds is on the page. */
  get opened(): boolean {
    return this.#opened;
  }
  /** Seconds that a run has been taking when the visitor should be asked whether to go on; else null. */
  get stalled(): number | null {
    return this.inference.stalled;
  }

  /** Opens with what the address holds: recorded runs first, then the engine. Settles when all models have run. */
  async open(hash: string): Promise<void> {
    const link = readLink(hash);
    this.#opened = false;
    void this.library.load();
    const { folders } = this.catalogue;
    if (link.models.some((folder) => folder.startsWith('trace/'))) await this.imports.recall(link.models);
    this.#comparison.reset(link.models.length);
    const models = this.panels.map((panel, place) =>
      panel.choose(link.models[place] || folders[place] || folders[0], this.imports.get(link.models[place])),
    );
    const missing = await bringInput(link, this);
    await Promise.all(models);
    missing.push(...lostModels(this.panels), ...restore(link, this));
    this.notices.say('link', sayMissing(missing));
    this.#opened = true;
    await Promise.all([this.run(), this.contact.meet(link.unmet)]);
  }

  /** Everything that a link can hold of what is on the page now. */
  get link(): string {
    return addressOf(this);
  }

  /** Shows a sample, with its recorded runs at once, and runs it. */
  chooseSample(sample: Sample, words?: { caption?: string | null; foil?: string | null }): Promise<void> {
    return this.#giving.sample(sample, words);
  }

  /** Takes files that were dropped, pasted or chosen, whatever they are. */
  receive(files: readonly File[], slot: number | null = null): Promise<void> {
    return receiveFiles(files, this, slot);
  }

  usePicture(file: Blob): Promise<void> {
    return this.#giving.picture(file);
  }

  /** As `usePicture`, but runs nothing yet. @returns false when it was refused or a later choice overtook it */
  takePicture(file: Blob): Promise<boolean> {
    return this.#giving.take(file);
  }

  /** Opens a session that was saved as a file; one that cannot be opened leaves a sentence, and what is on the page. */
  async openSession(file: File): Promise<void> {
    await (await import('./saved')).openSession(file, this);
  }

  cropTo(box: Box): void {
    this.#giving.crop(box);
  }

  typeCaption(caption: string): void {
    this.#giving.caption(caption);
  }

  typeFoil(foil: string): void {
    this.#giving.foil(foil);
  }

  /** Runs every panel on what there is. */
  run(): Promise<void> {
    return this.inference.run();
  }

  /** Runs one panel, also after a failure. */
  runPanel(panel: Panel): Promise<void> {
    return this.inference.runPanel(panel);
  }

  /** Puts another model into a panel; another stage of the same model's training keeps the head that is shown and what is off. */
  chooseModel(panel: Panel, folder: string): Promise<void> {
    return this.#comparison.choose(panel, folder);
  }

  /** Puts one more model beside the others: the first that ships and is not there yet. */
  addPanel(): Promise<void> {
    return this.#comparison.bring();
  }

  /** Takes a model away; the last one stays. */
  removePanel(panel: Panel): void {
    this.#comparison.remove(panel);
  }

  /** Shows a head of one panel, null for its best one; the drawer speaks of it from now on. */
  chooseHead(slot: number, choice: HeadChoice | null): void {
    this.selection.chooseHead(slot, choice);
    this.selection.focus = slot;
  }

  /** Shows the gathered heads of a panel as one. */
  showGathered(slot: number, way: Way): void {
    const lens = this.lenses[slot];
    lens.gathered.way = way;
    this.selection.chooseHead(slot, lens.aggregate);
  }

  /** Hides the selected word in every panel, or shows it again when it is hidden already. */
  mask(): Promise<void> {
    return hideWord(this);
  }

  /** Ends what runs; the visitor was told that it takes long, or asked for it. */
  cancel(): Promise<void> {
    return this.inference.cancel();
  }
}

const [getPlayground, setPlayground] = createContext<Playground>();
export { getPlayground, setPlayground };
