import type { Playground } from '../../state/playground.svelte';

/** What a link to the page as it is now does not hold, as one sentence; empty when it holds everything. */
export function sayLeft({ workspace, panels }: Pick<Playground, 'workspace' | 'panels'>): string {
  const left: string[] = [];
  if (workspace.own) left.push('your picture');
  const { held } = workspace.regions;
  if (held) left.push(`the regions of ${held.features.origin}`);
  for (const { imported, folder, name } of panels) {
    if (imported) left.push(`the run of ${imported.origin}`);
    else if (folder.startsWith('own/')) left.push(`the files of ${name}`);
  }
  if (!left.length) return '';
  const listed = [...new Set(left)];
  const last = listed.pop();
  const all = listed.length ? `${listed.join(', ')} and ${last}` : last;
  return `A link holds no files: it opens ${all} in this browser alone. A session file takes pictures and runs along.`;
}
