import type { Ablations } from './cause/ablations.svelte';
import { writeLink } from './share/link';
import type { Link } from './share/link';
import type { Panel } from './panel/panel.svelte';
import { carryFoil } from './input/foil';
import type { Question } from './panel/question.svelte';
import type { Selection } from './lens/selection.svelte';
import type { Workspace } from './input/workspace.svelte';

/** What of a session its address speaks of. */
interface Session {
  workspace: Workspace;
  selection: Selection;
  panels: readonly Panel[];
  ablations: Ablations;
  question: Question;
}

/** Everything that a link can hold of what is on the page now. */
export function addressOf({ workspace, selection, panels, ablations, question }: Session): string {
  const { sample, caption, foil, crop, picture, cropped } = workspace;
  const { word, point, role } = selection;
  return writeLink({
    sample: sample?.id ?? null,
    caption: caption === sample?.caption ? null : caption,
    foil: sample && foil === carryFoil(sample, caption) ? null : foil,
    question: question.text.trim() || null,
    crop: sample && picture && cropped ? crop : null,
    models: panels.map((panel) => panel.folder),
    word: word === null ? null : String(word),
    patch: selection.selected?.point ? point : null,
    role,
    heads: panels.map((panel) => {
      const choice = selection.head(panel.slot);
      const attention = choice && panel.attentions[choice.attention];
      return attention ? { attention: attention.name, head: choice.head } : null;
    }),
    ...placed(panels, ablations),
  });
}

/** What is switched off, by the place of its panel: slots of closed panels are no places. */
function placed(panels: readonly Panel[], { link }: Ablations): Pick<Link, 'off' | 'renormalised'> {
  const placeOf = (slot: number) => panels.findIndex((panel) => panel.slot === slot);
  return {
    off: link.off.map((part) => ({ ...part, slot: placeOf(part.slot) })).filter(({ slot }) => slot >= 0),
    renormalised: link.renormalised.map(placeOf).filter((place) => place >= 0),
  };
}

/** Brings back what a link holds beside sample, caption, foil and models: crop, question, selection, heads and what is switched off. */
export function restore(link: Link, { workspace, selection, panels, ablations, question }: Session): void {
  if (link.crop && workspace.picture) workspace.cropTo(link.crop);
  question.restore(link.question ?? '');
  if (link.word)
    selection.selectWord(link.word === 'cls' || link.word === 'sep' ? link.word : Number(link.word));
  if (link.patch) selection.selectPoint(link.patch);
  selection.role = link.role;
  for (const [place, panel] of panels.entries()) {
    const head = link.heads[place];
    const attention = panel.attentions.findIndex(({ name }) => name === head?.attention);
    if (head && attention >= 0) selection.chooseHead(panel.slot, { attention, head: head.head });
  }
  ablations.restore(link);
}
