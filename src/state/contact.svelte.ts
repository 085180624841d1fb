import { photographic } from '../architectures/manifest';
import type { Manifest } from '../architectures/manifest';
import type { Engine } from '../runtime/client';
import type { Picture } from '../trace/trace';
import type { Workspace } from './input/workspace.svelte';
import type { Notices } from './keep/notices.svelte';
import type { Panel } from './panel/panel.svelte';
import { originOf, type Catalogue } from './set/catalogue.svelte';

/** Pictures of one kind, as models were trained on them. */
export type World = 'photographs' | 'composed scenes';

/** What of a session meets a picture. */
interface Session {
  workspace: Workspace;
  notices: Notices;
  catalogue: Catalogue;
  panels: readonly Panel[];
  chooseModel(panel: Panel, folder: string): Promise<void>;
}

/** The world of a model that ships; null for all others. */
function worldOf(manifest: Manifest | null, folders: readonly string[]): World | null {
  if (!manifest || !folders.includes(`zoo/${originOf(manifest)}`)) return null;
  return manifest.features ? 'photographs' : 'composed scenes';
}

/**
 * The first contact of models with a picture: a model whose world the picture is outside of steps back for one that was trained on the like. Of
 * samples it is known what they are; a visitor's picture is judged by the backbone of the models of photographs. Models that the visitor brings
 * back stay as long as the pictures are of the same world.
 */
export class Contact {
  #met = $state.raw<{ picture: Picture; world: World | null } | null>(null);
  #meeting = $state(0);
  readonly #engine: () => Promise<Engine>;
  readonly #session: Session;
  /** Folders that stepped back once, for pictures of `#world`. */
  #back: readonly string[] = [];
  #world: World | null = null;
  /** The picture that models may step back for, also where it came before they did. */
  #given: Picture | null = null;

  constructor(engine: () => Promise<Engine>, session: Session) {
    this.#engine = engine;
    this.#session = session;
  }

  /** True while it is not known yet which models stay with a picture that was given. */
  get meeting(): boolean {
    return this.#meeting > 0;
  }

  /** The world of a panel's model, where the picture lies outside of it; null where it lies inside, or that is not known. */
  outside({ manifest, imported }: Panel): World | null {
    const { workspace, catalogue } = this.#session;
    if (imported || !this.#met || this.#met.picture !== workspace.picture) return null;
    const own = worldOf(manifest, catalogue.folders);
    // A picture that is no photograph need not be a composed scene.
    const inside = own === this.#met.world || (own === 'composed scenes' && !this.#met.world);
    return inside ? null : own;
  }

  /**
   * Looks at the picture that is on the page, and lets models step back. Where it cannot be judged nothing happens.
   * @param moves false: models stay, as when they come from an address, and say what to mind
   */
  async meet(moves = true): Promise<void> {
    const { workspace, notices, panels, catalogue } = this.#session;
    const { input } = workspace;
    if (!moves && this.meeting && input?.picture === this.#given) return;
    notices.say('contact', null);
    if (input && moves) this.#given = input.picture;
    if (!input || panels.every(({ manifest }) => !worldOf(manifest, catalogue.folders))) return;
    const meets = input.picture === this.#given ? 1 : 0;
    this.#meeting += meets;
    let moving: readonly Promise<void>[] = [];
    try {
      const world = await this.#worldOf(input);
      if (workspace.picture !== input.picture) return;
      this.#met = { picture: input.picture, world };
      if (world && world !== this.#world) this.#back = [];
      this.#world = world ?? this.#world;
      if (world && input.picture === this.#given) moving = await this.#stepBack(world);
    } catch {
      // Without the backbone's eyes the models on the page stay as they are.
    } finally {
      this.#meeting -= meets;
    }
    await Promise.allSettled(moving);
  }

  async #worldOf(input: NonNullable<Workspace['input']>): Promise<World | null> {
    const { sample } = this.#session.workspace;
    if (sample) return sample.kind === 'photo' ? 'photographs' : 'composed scenes';
    await this.#session.catalogue.load();
    const [backbone] = photographic.flatMap(
      (id) => this.#session.catalogue.manifest(`zoo/${id}`)?.features?.backbone ?? [],
    );
    return backbone && (await (await this.#engine()).judge(backbone, input)) ? 'photographs' : null;
  }

  async #stepBack(world: World): Promise<readonly Promise<void>[]> {
    const { panels, catalogue, notices } = this.#session;
    const leaving = panels.filter((panel) => this.outside(panel) && !this.#back.includes(panel.folder));
    if (!leaving.length) return [];
    await catalogue.load();
    const free = catalogue.folders.filter(
      (folder) =>
        worldOf(catalogue.manifest(folder), catalogue.folders) === world &&
        panels.every((panel) => panel.folder !== folder),
    );
    const moves = leaving.flatMap((panel) => {
      const alike = free.find(
        (folder) => catalogue.manifest(folder)?.interaction === panel.manifest?.interaction,
      );
      const folder = alike ?? free[0];
      if (!folder) return [];
      free.splice(free.indexOf(folder), 1);
      return { panel, folder, from: panel.name, to: catalogue.manifest(folder)?.name ?? folder };
    });
    this.#back = [...this.#back, ...moves.map(({ panel }) => panel.folder)];
    const from = moves.map((move) => move.from);
    const to = moves.map((move) => move.to);
    if (moves.length) notices.say('contact', sayMoved(from, to, world, !this.#session.workspace.sample));
    return moves.map(({ panel, folder }) => this.#session.chooseModel(panel, folder));
  }
}

function sayMoved(from: readonly string[], to: readonly string[], world: World, judged: boolean): string {
  const [kind, other] =
    world === 'photographs' ? ['A photograph', 'composed scenes'] : ['A composed scene', 'photographs'];
  const many = from.length > 1;
  return `${kind}${judged ? ', by its features' : ''}: ${to.join(' and ')} ${many ? 'take' : 'takes'} over from ${from.join(' and ')}, which ${many ? 'know' : 'knows'} ${other} alone. Chosen again, ${many ? 'they stay' : 'it stays'}.`;
}
