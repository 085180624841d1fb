import { createContext } from 'svelte';
import { startEngine } from '../runtime/client';
import type { Box } from '../trace/trace';
import { Ablations } from './cause/ablations.svelte';
import { addressOf, restore } from './address';
import { bringInput, lostModels, sayMissing } from './opening';
import { Contact } from './contact.svelte';
import { Catalogue, originOf } from './set/catalogue.svelte';
import { HeldOut } from './set/heldout.svelte';
import { hideWord } from './hiding';
import { Imports } from './own/imports.svelte';
import { Keeping } from './keep/keeping.svelte';
import { Notices } from './keep/notices.svelte';
import { Lens } from './lens/lens.svelte';
import { Library } from './own/library.svelte';
import { readLink } from './share/link';
import { Machine } from './set/machine.svelte';
import { Offline } from './set/offline.svelte';
import { Beside } from './panel/beside.svelte';
import { Panel } from './panel/panel.svelte';
import { deviceStorage, Preferences } from './set/preferences.svelte';
import { Question } from './panel/question.svelte';
import { receiveFiles } from './own/receive';
import { adoptRecording, fetchRecording } from './panel/recordings';
import { Rest } from './input/rest.svelte';
import { editedWord } from './input/samples';
import type { Sample } from './input/samples';
import { Placing } from './placing';
import { Display } from './lens/display.svelte';
import type { Way } from './lens/gathered.svelte';
import { Numbers } from './lens/numbers.svelte';
import { forgetHeads, lostWord } from './lens/reselect';
import { Selection } from './lens/selection.svelte';
import type { HeadChoice } from './lens/selection.svelte';
import { Workspace } from './input/workspace.svelte';

/** Restarts after which the page stops running things by itself. */
const patience = 3;

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
    (folder, slot) => void this.chooseModel(this.#beside.placeFor(folder, slot), folder),
    this.keeping,
  );
  readonly machine: Machine;
  readonly offline = new Offline();
  /** Which models can read the picture. */
  readonly contact = new Contact(() => this.machine.ready(), this);
  /** Models of the visitor's own. */
  readonly library = new Library(
    () => this.machine.ready(),
    (folder, slot) => void this.chooseModel(this.#beside.all[slot], folder),
  );

  readonly #beside: Beside;
  #opened = $state(false);
  readonly #rest = new Rest();
  /** What the visitor does with the picture's regions. */
  readonly placing = new Placing(this.workspace, this.keeping, (soon) =>
    soon ? this.#rest.put(() => this.run()) : this.run(),
  );
  #restarts = 0;

  /** @param panels how many models can stand beside each other */
  constructor(start = () => startEngine({ locks: navigator.locks }), panels = 2) {
    this.machine = new Machine(start, () => this.#restarted());
    const engine = () => this.machine.ready();
    const all = Array.from({ length: panels }, (_, slot) => new Panel(slot, engine));
    this.#beside = new Beside(all);
    this.lenses = all.map((panel) => new Lens(panel, this.selection));
    const { workspace } = this;
    this.ablations = new Ablations(all, engine, workspace, (panel) => this.question.reply(panel));
    const resume = ({ slot }: Panel) => void this.ablations.each[slot].resume();
    this.question = new Question(all, engine, () => workspace.input, resume);
  }

  /** The models that stand beside each other, in their order. */
  get panels(): readonly Panel[] {
    return this.#beside.open;
  }
  /** Whether one more model can stand beside them. */
  get hasRoom(): boolean {
    return this.#beside.hasRoom;
  }
  /** True while what is on the page has not been handed to the models yet: a picture is decoded, a caption rests. */
  get pending(): boolean {
    return this.#rest.waiting || this.workspace.decoding;
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
    const busy = this.panels.some(({ activity }) => activity === 'running' || activity === 'loading');
    return busy || this.ablations.busy || this.question.busy ? this.machine.stalled : null;
  }

  /** Opens with what the address holds: recorded runs first, then the engine. Settles when all models have run. */
  async open(hash: string): Promise<void> {
    const link = readLink(hash);
    this.#opened = false;
    void this.library.load();
    const { folders } = this.catalogue;
    if (link.models.some((folder) => folder.startsWith('trace/'))) await this.imports.recall(link.models);
    this.#beside.reset(link.models.length);
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
  async chooseSample(
    sample: Sample,
    words?: { caption?: string | null; foil?: string | null },
  ): Promise<void> {
    this.#rest.drop();
    const recordings = this.panels.map((panel) => fetchRecording(sample, panel.folder));
    if (!(await this.workspace.chooseSample(sample, words))) return;
    this.#outdate();
    this.selection.selectWord(editedWord(this.workspace.caption, this.workspace.foil));
    const asWritten = this.workspace.caption === sample.caption && this.workspace.foil === sample.foil;
    const live = this.machine.started ? this.run() : null;
    if (asWritten)
      await Promise.all(
        this.panels.map((panel, place) => adoptRecording(panel, sample, recordings[place], this.workspace)),
      );
    await Promise.all([live, (this.#opened ? live : !words) && this.contact.meet()]);
  }

  /** Takes files that were dropped, pasted or chosen, whatever they are. */
  receive(files: readonly File[], slot: number | null = null): Promise<void> {
    return receiveFiles(files, this, slot);
  }

  async usePicture(file: Blob): Promise<void> {
    if (await this.takePicture(file)) await Promise.all([this.run(), this.contact.meet()]);
  }

  /** As `usePicture`, but runs nothing yet. @returns false when it was refused or a later choice overtook it */
  async takePicture(file: Blob): Promise<boolean> {
    this.#rest.drop();
    if (!(await this.workspace.usePicture(file))) return false;
    this.#outdate();
    const { own } = this.workspace;
    if (own) void this.keeping.keep('picture', own.identity, own.file);
    return true;
  }

  /** Opens a session that was saved as a file; one that cannot be opened leaves a sentence, and what is on the page. */
  async openSession(file: File): Promise<void> {
    await (await import('./saved')).openSession(file, this);
  }

  #outdate(): void {
    this.selection.forgetPoint();
    for (const panel of this.panels) panel.outdate();
  }

  cropTo(box: Box): void {
    this.workspace.cropTo(box);
    for (const panel of this.panels) panel.outdate();
    this.#rest.put(() => this.run());
  }

  typeCaption(caption: string): void {
    this.workspace.typeCaption(caption);
    this.#rest.put(() => this.run());
  }

  typeFoil(foil: string): void {
    this.workspace.typeFoil(foil);
    if (this.#rest.whole) return this.#rest.put(() => this.run());
    this.#rest.put(async () => {
      const { input } = this.workspace;
      if (input) await Promise.all(this.panels.map((panel) => panel.weigh(input, foil)));
      this.ablations.refresh();
    }, false);
  }

  /** Runs every panel on what there is. */
  async run(): Promise<void> {
    await Promise.all(this.panels.map((panel) => this.runPanel(panel)));
    this.#keepWord();
  }

  #keepWord(): void {
    const word = lostWord(this.lenses, this.workspace.caption);
    if (word !== null) this.selection.selectWord(word);
  }

  /** Runs one panel, also after a failure. */
  async runPanel(panel: Panel): Promise<void> {
    const { input, foil } = this.workspace;
    if (input) await panel.run(input, foil);
    else await panel.open();
    void this.ablations.each[panel.slot].refresh();
    await this.question.put(panel);
  }

  /** Puts another model into a panel; another stage of the same model's training keeps the head that is shown and what is off. */
  async chooseModel(panel: Panel, folder: string): Promise<void> {
    const before = panel.manifest && originOf(panel.manifest);
    const stage = this.catalogue.stagesOf(panel.manifest).includes(folder);
    const known = this.library.get(folder) ?? this.catalogue.manifest(folder);
    this.ablations.each[panel.slot][stage ? 'carry' : 'restart']();
    await panel.choose(folder, this.imports.get(folder), known, stage);
    if (!panel.manifest || originOf(panel.manifest) !== before) forgetHeads(this.lenses[panel.slot]);
    const { sample } = this.workspace;
    if (sample) await adoptRecording(panel, sample, fetchRecording(sample, folder), this.workspace);
    await this.runPanel(panel);
    this.#keepWord();
  }

  /** Puts one more model beside the others: the first that ships and is not there yet. */
  async addPanel(): Promise<void> {
    const { folders } = this.catalogue;
    const shown = this.panels.map(({ folder }) => folder);
    const panel = this.#beside.add();
    if (panel) await this.chooseModel(panel, folders.find((folder) => !shown.includes(folder)) ?? folders[0]);
  }

  /** Takes a model away; the last one stays. */
  removePanel(panel: Panel): void {
    if (!this.#beside.remove(panel)) return;
    this.ablations.each[panel.slot].restart();
    forgetHeads(this.lenses[panel.slot]);
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
  async cancel(): Promise<void> {
    await this.machine.cancel();
    for (const panel of this.panels) if (panel.activity !== 'idle') panel.stop();
  }

  #restarted(): void {
    const restarts = ++this.#restarts;
    for (const panel of this.panels) panel.reopen();
    if (restarts > patience) for (const panel of this.panels) panel.stop();
    else {
      void this.machine.look();
      void this.run().then(() => {
        if (restarts === this.#restarts && this.panels.every(({ activity }) => activity === 'idle'))
          this.#restarts = 0;
      });
    }
  }
}

const [getPlayground, setPlayground] = createContext<Playground>();
export { getPlayground, setPlayground };
