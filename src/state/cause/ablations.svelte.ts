import type { Engine } from '../../runtime/client';
import { Ablation } from './ablation.svelte';
import type { Link } from '../share/link';
import type { Panel } from '../panel/panel.svelte';
import type { Reply } from '../panel/question.svelte';
import type { Workspace } from '../input/workspace.svelte';

/** What is switched off in every panel. Each panel has its own, and its own history. */
export class Ablations {
  readonly each: readonly Ablation[];

  /** @param reply what the model in a panel said to the question */
  constructor(
    panels: readonly Panel[],
    engine: () => Promise<Engine>,
    workspace: Workspace,
    reply: (panel: Panel) => Reply | null,
  ) {
    this.each = panels.map(
      (panel) =>
        new Ablation(
          panel,
          engine,
          () => workspace.input,
          () => workspace.foil,
          () => reply(panel),
        ),
    );
  }

  /** True while anything runs with something switched off. */
  get busy(): boolean {
    return this.each.some(({ activity, sweep }) => activity === 'running' || sweep.stage === 'running');
  }

  /** The panel that was changed last; null before any change. */
  get latest(): Ablation | null {
    return this.each.reduce<Ablation | null>(
      (last, one) => (one.changedAt > (last?.changedAt ?? 0) ? one : last),
      null,
    );
  }

  /** Runs again, with what is switched off, whatever the panels have run since. */
  refresh(): void {
    for (const ablation of this.each) void ablation.refresh();
  }

  get link(): Pick<Link, 'off' | 'renormalised'> {
    const off = this.each.flatMap((ablation) => {
      const { panel, cuts } = ablation;
      const known = cuts.parts.filter((part) => ablation.has(part));
      return known.map(({ attention, off }) => ({
        slot: panel.slot,
        attention: panel.attentions[attention].name,
        part: off,
      }));
    });
    return {
      off,
      renormalised: this.each.filter(({ cuts }) => cuts.renormalise).map(({ panel }) => panel.slot),
    };
  }

  /** Switches off what a link names, as far as the models in the panels have it. */
  restore({ off, renormalised }: Pick<Link, 'off' | 'renormalised'>): void {
    for (const ablation of this.each) {
      const { slot, attentions } = ablation.panel;
      const parts = off
        .filter((entry) => entry.slot === slot)
        .map(({ attention, part }) => ({
          attention: attentions.findIndex(({ name }) => name === attention),
          off: part,
        }))
        .filter((part) => ablation.has(part));
      ablation.restart({ parts, renormalise: renormalised.includes(slot) });
    }
  }
}
