import type { Lens } from '../../state/lens/lens.svelte';
import type { Contact } from '../../state/contact.svelte';
import type { Workspace } from '../../state/input/workspace.svelte';
import { readsTwo } from '../../state/panel/ground';
import type { Panel } from '../../state/panel/panel.svelte';
import type { Trace } from '../../trace/trace';
import { sayFaults } from '../head/faults';
import { sayImported, truncations } from '../parts/sentences';
import { count, megabytes } from '../parts/words';

const steps = {
  manifest: 'reading its manifest',
  download: 'downloading',
  verify: 'checking the download',
  session: 'preparing the model',
  reference: 'comparing with PyTorch',
  probe: 'a first run, on a grey picture',
  read: 'reading its files',
  inspect: 'looking for its attention',
  interview: 'asking it about itself',
  store: 'keeping it on this device',
};

/** What a panel is doing, in a word. */
export function stateOf(panel: Panel): string {
  const { activity, trace, recorded, outdated } = panel;
  if (panel.imported) return 'imported';
  if (activity === 'failed') return 'failed';
  if (outdated ? activity !== 'running' : activity === 'loading' && !trace) return 'loading';
  if (recorded && !outdated) return 'recorded';
  return activity === 'running' ? 'running' : trace ? 'live' : 'idle';
}

function progressOf({ activity, progress, outdated, recorded }: Panel): string | null {
  if (activity !== 'loading' || !progress) return null;
  const bytes = progress.step === 'download' && progress.total;
  const done = `${steps[progress.step]}${bytes ? ` ${megabytes(progress.loaded)} of ${megabytes(bytes)}` : ''}`;
  if (outdated) return `Loading: ${done}; the stage before shows meanwhile.`;
  return `Loading: ${done}${recorded ? '; a recorded run shows meanwhile' : ''}.`;
}

/** One sentence that a visitor should read before anything else of a panel; null when there is none. */
export function noteOf(lens: Lens, caption: string): { says: string; alarm: boolean } | null {
  const { panel } = lens;
  const faults = sayFaults(lens);
  if (faults) return { says: faults, alarm: true };
  if (panel.imported)
    return {
      says: `${sayImported(panel.imported)}. Picture and caption are the file's own; nothing is run here.`,
      alarm: false,
    };
  const progress = progressOf(panel);
  if (progress) return { says: progress, alarm: false };
  if (panel.opened?.warning) return { says: panel.opened.warning, alarm: true };
  if (panel.foilSentence) return { says: `The foil could not be run: ${panel.foilSentence}`, alarm: true };
  const [cut] = truncations([panel], caption);
  if (cut) return { says: `Reads only up to “… ${cut.end}”; the rest does not fit.`, alarm: true };
  return null;
}

/** That a model which reads two pictures was given one. */
export function sayAlone(panel: Panel, second: Workspace['second']): { says: string; alarm: boolean } | null {
  if (!readsTwo(panel) || second.picture || second.decoding) return null;
  return {
    says: 'Takes two pictures; it was given this one twice.',
    alarm: false,
  };
}

/** What to mind of a picture that lies outside of a model's world. */
export function sayOutside(world: ReturnType<Contact['outside']>): { says: string; alarm: boolean } | null {
  return world && { says: `Trained on ${world} alone.`, alarm: true };
}

/** That a long sequence is shown in places of several tokens, in short and in full; null for one that is shown token by token. */
export function sayLong({ trace }: Panel): { brief: string; full: string } | null {
  const held = trace?.tokens.map(({ holds = 1 }) => holds) ?? [];
  const most = Math.max(1, ...held);
  if (most === 1) return null;
  const total = held.reduce((sum, holds) => sum + holds, 0);
  const brief = `${count(total, 'token', 'tokens')} in ${count(held.length, 'place', 'places')}`;
  const full = `${brief} of up to ${most}, because every head’s map of all would not fit: a place’s row is the mean of its tokens’, what it gives a place the sum over the tokens there, and figures are of places.`;
  return { brief, full };
}

/** How fast the last run was, where and on how many tokens; empty before it. */
export function factsOf({ trace, manifest }: Panel): string {
  if (!trace?.backend) return manifest?.summary ?? '';
  const held = (tokens: Trace['tokens']) => tokens.reduce((sum, { holds = 1 }) => sum + holds, 0);
  const words = held(trace.tokens.filter(({ stream }) => stream === 'text'));
  const patches = held(trace.tokens) - words;
  const regions = trace.tokens.some(({ role }) => role === 'region');
  const seen = regions ? count(patches, 'region', 'regions') : count(patches, 'patch', 'patches');
  const place = trace.backend.kind === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  return ` · ${place}, ${trace.backend.device} · ${count(words, 'text token', 'text tokens')} + ${seen}`;
}
