import type { Sweep } from '../../state/cause/sweep.svelte';
import { gridOf } from '../../state/panel/ground';
import type { Imported } from '../../state/own/imports.svelte';
import type { Offline } from '../../state/set/offline.svelte';
import type { Lens } from '../../state/lens/lens.svelte';
import type { HeadChoice } from '../../state/lens/selection.svelte';
import type { Panel } from '../../state/panel/panel.svelte';
import { megabytes } from './words';

/** The head that is shown: "joint 5, head 2", counted from one as people do. */
export function sayHead(lens: Lens): string {
  return sayChoice(lens, lens.choice);
}

/** A head of a model, as `sayHead`. */
export function sayChoice({ attentions, aggregate }: Lens, choice: HeadChoice | null): string {
  const attention = choice && attentions[choice.attention];
  if (!attention) return 'No head yet';
  if (choice.attention === aggregate?.attention) return attention.name;
  return `${attention.name}, ${choice.head === 'mean' ? 'mean of heads' : `head ${choice.head + 1}`}`;
}

/** The selected token and its part: "“dog” as query", "patch in row 3, column 5 as key". */
export function sayTarget(lens: Lens): string {
  const name = sayToken(lens);
  return name ? `${name} as ${lens.selection.role}` : 'nothing selected';
}

/** "“dog”", "patch in row 3, column 5" or "region 3"; empty when nothing is selected that this model has. */
export function sayToken(lens: Lens): string {
  const names = lens.targets.map((positions) => sayOne(lens, positions));
  if (names.length < 4) return names.join(' + ');
  return `${names.length} ${lens.targetStream === 'text' ? 'words' : 'patches'}`;
}

function sayOne(lens: Lens, positions: readonly number[]): string {
  const [position] = positions;
  if (lens.targetStream === 'text') return `“${sayWord(lens, positions)}”`;
  const patch = lens.places.image.indexOf(position);
  const [columns] = gridOf(lens.panel, lens.picture) ?? [];
  const { name, holds } = lens.tokens[position];
  if (!columns) return `region ${patch + 1}${name ? ` “${name}”` : ''}`;
  if (positions.length > 1) return `${positions.length} patches`;
  return `${sayPlace(holds)} in row ${Math.floor(patch / columns) + 1}, column ${(patch % columns) + 1}`;
}

/** "patch", or what stands for several: "place of 4 patches". */
export const sayPlace = (holds: number | undefined) => (holds ? `place of ${holds} patches` : 'patch');

/** The pieces at some positions as one word. */
export function sayWord(lens: Lens, positions: readonly number[]): string {
  return positions.map((position) => (lens.tokens[position].text ?? '').replace(/^##/, '')).join('');
}

/** Which models do not read a caption to its end, grouped by the last words that they read. */
export function truncations(panels: readonly Panel[], caption: string): { end: string; names: string }[] {
  const ends = new Map<string, Set<string>>();
  for (const { name, reading } of panels) {
    const at = reading?.caption === caption ? reading.reading.truncatedAt : null;
    if (at === null) continue;
    const end = caption.slice(0, at).trim().split(/\s+/u).slice(-2).join(' ');
    ends.set(end, (ends.get(end) ?? new Set()).add(name));
  }
  return [...ends].map(([end, names]) => ({ end, names: [...names].join(' and ') }));
}

/** Where a run came from and of what kind of model: "From run.npz: co-attention, double stream · 12 text + 36 image tokens". */
export function sayImported({ origin, run: { trace, interaction, streams } }: Imported): string {
  const kind = [interaction, streams && `${streams} stream`].filter(Boolean).join(', ');
  const words = trace.tokens.filter(({ stream }) => stream === 'text').length;
  const tokens = `${words} text + ${trace.tokens.length - words} image tokens`;
  return `From ${origin}: ${kind ? `${kind} · ` : ''}${tokens}`;
}

/** Whether the page can be opened without a network: "works offline now (49 MB kept here)". */
export function sayOffline({ complete, kept, problem }: Offline): string {
  if (complete && kept) return `works offline now (${megabytes(kept.total)} kept here)`;
  const so = kept ? `${megabytes(kept.kept)} of ${megabytes(kept.total)} kept here` : '';
  if (problem) return `not all of it${so && `, ${so}`}: ${problem}`;
  return so
    ? `${so}, the rest comes while the page is at rest`
    : 'not yet: the page is kept once it has opened';
}

/** What a screen reader hears of a sweep: its start, each quarter and its end, and not every head; empty before the first. */
export function saySweep(model: string, { stage, effects, total, sentence }: Sweep): string {
  if (stage === 'empty') return '';
  if (stage === 'done') return `${model}: all ${total} heads measured.`;
  if (stage !== 'running') return `${model}: ${sentence ?? ''}`;
  const quarter = total ? Math.floor((4 * effects.length) / total) : 0;
  return `${model}: switching every head off in turn, ${25 * quarter} % of ${total} heads.`;
}
