import type { Ablations } from './cause/ablations.svelte';
import { allCells } from './lens/display.svelte';
import type { Display } from './lens/display.svelte';
import type { Preferences } from './set/preferences.svelte';
import { isOverlay } from './set/preferences.svelte';
import { writeLink } from './share/link';
import type { Link, Shown } from './share/link';
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
  display: Display;
  preferences: Preferences;
}

/** How things are shown, by the name that a link has for it: what it is, what it is at first, and how it is taken from a link. */
const views: Record<
  Shown,
  { first: string; get: (session: Session) => string; set: (session: Session, value: string) => void }
> = {
  tab: {
    first: 'off',
    get: ({ display }) => display.tab,
    set: ({ display }, value) => (display.tab = value),
  },
  overlay: {
    first: 'veil',
    get: ({ preferences }) => preferences.overlay,
    set: ({ preferences }, value) => isOverlay(value) && preferences.show(value),
  },
  statistic: {
    first: 'entropy',
    get: ({ selection }) => selection.statistic,
    set: ({ selection }, value) => (selection.statistic = value),
  },
  scale: {
    first: 'own',
    get: ({ display }) => display.scale,
    set: ({ display }, value) => (display.scale = value === 'common' ? value : 'own'),
  },
  cells: {
    first: 'maps',
    get: ({ display }) => display.cells,
    set: ({ display }, value) => (display.cells = allCells.find((one) => one === value) ?? 'maps'),
  },
  effect: {
    first: 'score',
    get: ({ display }) => display.effect,
    set: ({ display }, value) => (display.effect = value === 'preference' ? value : 'score'),
  },
  focus: {
    first: '1',
    get: ({ panels, selection }) => String(panels.findIndex(({ slot }) => slot === selection.focus) + 1 || 1),
    set: ({ panels, selection }, value) => (selection.focus = panels.at(Number(value) - 1)?.slot ?? 0),
  },
};
const names = Object.keys(views) as Shown[];

function showOf(session: Session): Link['show'] {
  const said = names.map((name) => [name, views[name].get(session)] as const);
  return Object.fromEntries(said.filter(([name, value]) => value !== views[name].first));
}

/** Everything that a link can hold of what is on the page now. */
export function addressOf(session: Session): string {
  const { workspace, selection, panels, ablations, question } = session;
  const { sample, own, awaited, caption, foil, crop, picture, cropped } = workspace;
  const { word, point, role } = selection;
  return writeLink({
    sample: sample?.id ?? null,
    picture: (own ?? awaited)?.identity ?? null,
    caption: caption === sample?.caption ? null : caption,
    foil: sample && foil === carryFoil(sample, caption) ? null : foil,
    question: question.text.trim() || null,
    crop: awaited ? awaited.crop : picture && cropped ? crop : null,
    hidden: [...(panels.find((panel) => panel.hidden.length)?.hidden ?? [])],
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
    show: showOf(session),
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

/**
 * Brings back what a link holds beside picture, caption, foil and models: crop, question, selection, heads, hidden words, what is switched
 * off and how things are shown.
 * @returns what it could not bring, in words
 */
export function restore(link: Link, session: Session): string[] {
  const { workspace, selection, panels, ablations, question } = session;
  const missing: string[] = [];
  if (link.crop && workspace.picture) workspace.cropTo(link.crop);
  question.restore(link.question ?? '');
  if (link.word)
    selection.selectWord(link.word === 'cls' || link.word === 'sep' ? link.word : Number(link.word));
  if (link.patch) selection.selectPoint(link.patch);
  selection.role = link.role;
  for (const [place, panel] of panels.entries()) {
    const head = link.heads[place];
    if (!head || !panel.attentions.length) continue;
    const attention = panel.attentions.findIndex(({ name }) => name === head.attention);
    if (attention >= 0 && (head.head === 'mean' || head.head < panel.attentions[attention].heads))
      selection.chooseHead(panel.slot, { attention, head: head.head });
    else missing.push(`the head “${head.attention}, ${sayHead(head.head)}”, which ${panel.name} has not`);
  }
  for (const panel of panels) panel.hide(workspace.caption, link.hidden);
  ablations.restore(link);
  const kept = ablations.link.off.length;
  if (kept < link.off.length)
    missing.push(`${link.off.length - kept} of ${link.off.length} things switched off`);
  for (const name of names) views[name].set(session, link.show[name] ?? views[name].first);
  return missing;
}

const sayHead = (head: number | 'mean') => (head === 'mean' ? 'mean of heads' : `head ${head + 1}`);
