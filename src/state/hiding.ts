import type { Ablations } from './cause/ablations.svelte';
import type { Workspace } from './input/workspace.svelte';
import type { Selection } from './lens/selection.svelte';
import type { Panel } from './panel/panel.svelte';

/** What of a session hides words. */
interface Session {
  selection: Selection;
  workspace: Workspace;
  panels: readonly Panel[];
  ablations: Ablations;
}

/** Hides the selected word in every panel, or shows it again when it is hidden already. */
export async function hideWord({ selection, workspace, panels, ablations }: Session): Promise<void> {
  const { word } = selection;
  const { input } = workspace;
  if (typeof word !== 'number' || !input) return;
  const hidden = panels.some((panel) => panel.masked?.words.includes(word));
  for (const panel of panels) panel.unmask();
  if (!hidden) await Promise.all(panels.map((panel) => panel.mask(input, [word])));
  ablations.refresh();
}
