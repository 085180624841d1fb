import { createContext } from 'svelte';
import { startEngine } from '../runtime/client';
import type { Engine } from '../runtime/client';
import type { Box } from '../trace/trace';
import { Ablations } from './cause/ablations.svelte';
import { addressOf, restore } from './address';
import { Catalogue, originOf } from './set/catalogue.svelte';
import { Imports } from './own/imports.svelte';
import { Lens } from './lens/lens.svelte';
import { Library } from './own/library.svelte';
import { readLink } from './share/link';
import { Machine } from './set/machine.svelte';
import { Offline } from './set/offline.svelte';
import { Panel } from './panel/panel.svelte';
import { deviceStorage, Preferences } from './set/preferences.svelte';
import { Question } from './panel/question.svelte';
import { receiveFiles } from './own/receive';
import { fetchRecording } from './panel/recordings';
import type { Recording } from './panel/recordings';
import { editedWord, fetchSamples } from './input/samples';
import type { Sample } from './input/samples';
import { Display } from './lens/display.svelte';
import { Selection } from './lens/selection.svelte';
import type { HeadChoice } from './lens/selection.svelte';
import { Workspace } from './input/workspace.svelte';

/** Milliseconds that a caption rests before it is run; the engine keeps only the newest anyway. */
const rest = 90;
/** Restarts after which the page stops running things by itself. */
const patience = 3;

/** The visitor's whole session: one input, several models, one selection. Every verb of the page is a method of it. */
export class Playground {
  readonly workspace = new Workspace();
  readonly selection = new Selection();
  readonly display = new Display();
  readonly preferences = new Preferences(document.documentElement, deviceStorage());
  readonly catalogue = new Catalogue();
  readonly panels: readonly Panel[];
  readonly lenses: readonly Lens[];
  readonly ablations: Ablations;
  readonly question: Question;
  readonly imports = new Imports((folder) => {
    const place = this.panels.findLastIndex(({ imported }) => !imported);
    void this.chooseModel(this.panels.at(place)!, folder);
  });
  readonly machine: Machine;
  readonly offline = new Offline();
  /** Models of the visitor's own. */
  readonly library = new Library(
    () => this.machine.ready(),
    (folder, slot) => void this.chooseModel(this.panels[slot], folder),
  );

  #opened = $state(false);
  #typing = $state(false);

  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether what rests is more than a foil. */
  #due = false;
  #restarts = 0;

  constructor(start: () => Engine = startEngine, panels = 2) {
    this.machine = new Machine(start, () => this.#restarted());
    this.panels = Array.from({ length: panels }, (_, slot) => new Panel(slot, () => this.machine.ready()));
    this.lenses = this.panels.map((panel) => new Lens(panel, this.selection));
    const engine = () => this.machine.ready();
    const { panels: all, workspace } = this;
    this.ablations = new Ablations(all, engine, workspace, (panel) => this.question.reply(panel));
    const resume = ({ slot }: Panel) => void this.ablations.each[slot].resume();
    this.question = new Question(all, engine, () => workspace.input, resume);
  }

  /** True while what is on the page has not been handed to the models yet: a picture is decoded, a caption rests. */
  get pending(): boolean {
    return this.#typing || this.workspace.decoding;
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

  /** Opens with what the address holds: recorded runs first, then the engine. Settles when both models have run. */
  async open(hash: string): Promise<void> {
    const link = readLink(hash);
    void this.library.load();
    const { folders } = this.catalogue;
    const asked = this.imports.withoutLost(link.models);
    const models = this.panels.map(({ slot }) =>
      this.panels[slot].choose(asked[slot] || folders[slot] || folders[0], this.imports.get(asked[slot])),
    );
    try {
      this.workspace.offer(await fetchSamples());
    } catch (error) {
      this.workspace.refuse(error instanceof Error ? error.message : String(error));
    }
    const { samples } = this.workspace;
    const sample = samples.find(({ id }) => id === link.sample) ?? samples[0];
    if (sample) await this.chooseSample(sample, link);
    await Promise.all(models);
    restore(link, this);
    this.#opened = true;
    await this.run();
  }

  /** Everything that a link can hold of what is on the page now. */
  get link(): string {
    return addressOf(this);
  }

  /** Shows a sample, with its recorded runs at once, and runs it. */
  async chooseSample(
    sample: Sample,
    words: { caption?: string | null; foil?: string | null } = {},
  ): Promise<void> {
    this.#hush();
    const recordings = this.panels.map((panel) => fetchRecording(sample, panel.folder));
    if (!(await this.workspace.chooseSample(sample, words))) return;
    this.#outdate();
    this.selection.selectWord(editedWord(this.workspace.caption, this.workspace.foil));
    const asWritten = this.workspace.caption === sample.caption && this.workspace.foil === sample.foil;
    const live = this.machine.started ? this.run() : null;
    if (asWritten)
      await Promise.all(this.panels.map((panel, place) => this.#recall(panel, sample, recordings[place])));
    await live;
  }

  async #recall(panel: Panel, sample: Sample, fetched: Promise<Recording | null>): Promise<void> {
    const { folder } = panel;
    const recording = await fetched;
    const same =
      this.workspace.sample === sample &&
      this.workspace.caption === sample.caption &&
      panel.folder === folder;
    if (recording && same && !this.workspace.cropped) panel.adopt(recording.trace, recording.foil);
  }

  /** Takes files that were dropped, pasted or chosen, whatever they are. */
  receive(files: readonly File[]): Promise<void> {
    return receiveFiles(files, this);
  }

  async usePicture(file: Blob): Promise<void> {
    this.#hush();
    if (!(await this.workspace.usePicture(file))) return;
    this.#outdate();
    await this.run();
  }

  #outdate(): void {
    this.selection.forgetPoint();
    for (const panel of this.panels) panel.outdate();
  }

  cropTo(box: Box): void {
    this.workspace.cropTo(box);
    for (const panel of this.panels) panel.outdate();
    this.#soon(() => this.run());
  }

  typeCaption(caption: string): void {
    this.workspace.caption = caption;
    this.#soon(() => this.run());
  }

  typeFoil(foil: string): void {
    this.workspace.foil = foil;
    if (this.#due) return this.#soon(() => this.run());
    this.#soon(async () => {
      const { input } = this.workspace;
      if (input) await Promise.all(this.panels.map((panel) => panel.weigh(input, foil)));
      this.ablations.refresh();
    }, false);
  }

  /** Drops what was to run soon: something else runs everything. */
  #hush(): void {
    clearTimeout(this.#timer);
    this.#typing = this.#due = false;
  }

  #soon(work: () => Promise<void>, everything = true): void {
    this.#hush();
    this.#typing = true;
    this.#due = everything;
    this.#timer = setTimeout(() => {
      this.#typing = this.#due = false;
      void work();
    }, rest);
  }

  /** Runs every panel on what there is. */
  async run(): Promise<void> {
    await Promise.all(this.panels.map((panel) => this.runPanel(panel)));
    this.#reselect();
  }

  /** A caption without the word that was selected: its last word takes the place, so that there is a map to see. */
  #reselect(): void {
    const { selection, workspace } = this;
    const lenses = this.lenses.filter(({ trace }) => trace?.caption === workspace.caption);
    if (!lenses.length || lenses.some((lens) => lens.locate(selection.selected).length)) return;
    const last = lenses[0].tokens.findLast(
      ({ text = '', word }) => word !== undefined && /\p{L}/u.test(text),
    );
    if (last?.word !== undefined) selection.selectWord(last.word);
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
    const ablation = this.ablations.each[panel.slot];
    if (stage) ablation.carry();
    else ablation.restart();
    await panel.choose(folder, this.imports.get(folder), known, stage);
    if (!panel.manifest || originOf(panel.manifest) !== before) this.selection.chooseHead(panel.slot, null);
    const { sample } = this.workspace;
    if (sample) await this.#recall(panel, sample, fetchRecording(sample, folder));
    await this.runPanel(panel);
  }

  /** Shows a head of one panel, and turns the selection so that the head has something to show of it. */
  chooseHead(slot: number, choice: HeadChoice | null): void {
    const { selection } = this;
    const lens = this.lenses[slot];
    const over = lens.overImage?.weights ?? lens.settledParts?.overImage;
    const peak = over ? largestAt(over) : 0;
    selection.chooseHead(slot, choice);
    if (!choice || lens.relates(choice.attention)) return;
    const turned = selection.role === 'query' ? 'key' : 'query';
    selection.role = turned;
    if (lens.relates(choice.attention)) return;
    selection.role = 'query';
    const point = selection.point ?? lens.middle(peak);
    if (lens.targetStream === 'text' && point) selection.selectPoint(point);
    else selection.selectWord(selection.word ?? editedWord(this.workspace.caption, this.workspace.foil));
  }

  /** Hides the selected word in every panel, or shows it again when it is hidden already. */
  async mask(): Promise<void> {
    const { word } = this.selection;
    const { input } = this.workspace;
    if (typeof word !== 'number' || !input) return;
    const hidden = this.panels.some((panel) => panel.masked?.words.includes(word));
    for (const panel of this.panels) panel.unmask();
    if (!hidden) await Promise.all(this.panels.map((panel) => panel.mask(input, [word])));
    this.ablations.refresh();
  }

  /** Ends what runs; the visitor was told that it takes long, or asked for it. */
  async cancel(): Promise<void> {
    await this.machine.cancel();
    for (const panel of this.panels) if (panel.activity !== 'idle') panel.stop();
  }

  #restarted(): void {
    this.#restarts += 1;
    for (const panel of this.panels) panel.reopen();
    if (this.#restarts <= patience) void this.run();
  }
}

function largestAt(weights: Float32Array): number {
  let at = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i] > weights[at]) at = i;
  return at;
}

const [getPlayground, setPlayground] = createContext<Playground>();
export { getPlayground, setPlayground };
