import type { Ablations } from './cause/ablations.svelte';
import { carryFoil } from './input/foil';
import type { Workspace } from './input/workspace.svelte';
import type { Display } from './lens/display.svelte';
import type { Lens } from './lens/lens.svelte';
import type { Selection, Target, Word } from './lens/selection.svelte';
import type { Panel } from './panel/panel.svelte';
import type { Question } from './panel/question.svelte';
import { settingsOf, showAs } from './settings';
import type { Showing } from './settings';
import { writeLink } from './share/link';
import type { Link } from './share/link';

/** What of a session its address speaks of. */
interface Session extends Showing {
  workspace: Workspace;
  /** By slot. */
  lenses: readonly Lens[];
  ablations: Ablations;
  question: Question;
  contact: { readonly meeting: boolean };
}

/** Everything that a link can hold of what is on the page now. */
export function addressOf(session: Session): string {
  const { workspace, selection, panels, lenses, ablations, question, display } = session;
  const { sample, own, awaited, caption, foil, crop, picture, cropped, regions } = workspace;
  const { word, together, role } = selection;
  const words = together.flatMap((one) => one.word ?? []);
  return writeLink({
    sample: sample?.id ?? null,
    picture: (own ?? awaited)?.identity ?? null,
    caption: caption === sample?.caption ? null : caption,
    foil: sample && foil === carryFoil(sample, caption) ? null : foil,
    question: question.text.trim() || null,
    crop: awaited ? awaited.crop : picture && cropped ? crop : null,
    boxes: (awaited?.boxes ?? regions.boxes)?.slice() ?? null,
    second: workspace.second.named,
    features: regions.held?.identity ?? null,
    unmet: session.contact.meeting,
    rows: regions.rows?.slice() ?? null,
    hidden: [...(panels.find((panel) => panel.hidden.length)?.hidden ?? [])],
    models: panels.map((panel) => panel.folder),
    words: (words.length || word === null ? words : [word]).map(String),
    places: together.flatMap((one) => (one.point ? [one.point] : [])),
    on: together[0]?.picture ?? 0,
    around: together.flatMap((one) => (one.point ? [one.box ?? null] : [])),
    spelt: panels.some(({ imported }) => imported) ? speltOf(together) : [],
    role,
    heads: panels.map((panel) => chosenHead(panel, selection, lenses[panel.slot])),
    gathered: panels.flatMap(({ slot, attentions }, place) =>
      lenses[slot].gathered.heads.flatMap(({ attention, head }) => {
        const { name } = attentions[attention] ?? {};
        return name === undefined ? [] : [{ slot: place, attention: name, head }];
      }),
    ),
    ways: panels.map(({ slot }) => lenses[slot].gathered.way),
    ...placed(panels, ablations),
    ...arranged(panels, display),
    search: session.numbers.search.trim() || null,
    show: settingsOf(session),
  });
}

function chosenHead(panel: Panel, selection: Selection, { gathered }: Lens): Link['heads'][number] {
  const choice = selection.head(panel.slot);
  if (choice?.attention === panel.attentions.length && gathered.heads.length) return 'gathered';
  const attention = choice && panel.attentions[choice.attention];
  return attention ? { attention: attention.name, head: choice.head } : null;
}

/** Words with the text that spells them. */
const speltOf = (together: readonly Target[]): Link['spelt'] =>
  together.flatMap(({ word, of }) => (typeof word === 'number' && of ? [{ word, ...of }] : []));

/** How panels and the matrix are arranged, by the places of the panels. */
function arranged(
  panels: readonly Panel[],
  { folds, lists, matrix }: Display,
): Pick<Link, 'folds' | 'lists' | 'beside' | 'sights'> {
  const placeOf = (slot: number) => panels.findIndex((panel) => panel.slot === slot);
  const { second, sight, secondSight } = matrix;
  const at = typeof second === 'string' ? 0 : placeOf(second.slot);
  return {
    folds: folds.map((fold) => ({ ...fold, slot: placeOf(fold.slot) })).filter(({ slot }) => slot >= 0),
    lists: lists.map(placeOf).filter((place) => place >= 0),
    beside: typeof second === 'string' ? second : at < 0 ? 'next' : { ...second, slot: at },
    sights: [sight, secondSight],
  };
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
 * Brings back what a link holds beside picture, features, caption, foil and models: crop, boxes, question, selection, heads, hidden words, what is switched
 * off and how things are shown.
 * @returns what it could not bring, in words
 */
export function restore(link: Link, session: Session): string[] {
  const { workspace, panels, ablations, question } = session;
  const missing: string[] = [];
  const same = workspace.picture && (workspace.own?.identity ?? null) === link.picture;
  if (link.crop && same) workspace.cropTo(link.crop);
  if (link.boxes?.length && same) workspace.regions.draw(link.boxes);
  if (link.rows?.length) workspace.regions.place(link.rows);
  if (link.boxes?.length === 0 || link.rows?.length === 0)
    missing.push('its boxes, which were damaged on the way');
  question.restore(link.question ?? '');
  select(link, session.selection);
  for (const [place, panel] of panels.entries())
    missing.push(
      ...gather(link, place, panel, session.lenses[panel.slot]),
      ...choose(link, place, panel, session.selection),
    );
  missing.push(...arrange(link, session));
  for (const panel of panels) panel.hide(workspace.caption, link.hidden);
  ablations.restore(link);
  const kept = ablations.link.off.length;
  if (kept < link.off.length)
    missing.push(`${link.off.length - kept} of ${link.off.length} things switched off`);
  session.numbers.search = link.search ?? '';
  showAs(link.show, session);
  return missing;
}

function select({ words, places, on, around, spelt, role }: Link, selection: Selection): void {
  const named = words.map((word): Word => (/^\d+$/.test(word) ? Number(word) : (word as Word)));
  for (const [at, word] of named.entries()) {
    const own = spelt.find((one) => one.word === word);
    const of = own && { run: own.run, text: own.text };
    if (at) selection.extend({ word, of });
    else selection.selectWord(word, of);
  }
  for (const [at, point] of places.entries()) {
    const box = around[at] ?? undefined;
    if (at) selection.extend({ point, box, picture: on || undefined });
    else selection.selectPoint(point, box, on);
  }
  selection.role = role;
}

/** Folds, lists and the matrix as they were. @returns what of them the models have not, in words */
function arrange({ folds, lists, beside, sights }: Link, { panels, lenses, display }: Session): string[] {
  const slotOf = (place: number) => panels.at(place)?.slot ?? place;
  display.folds = folds.map((fold) => ({ ...fold, slot: slotOf(fold.slot) }));
  display.lists = lists.map(slotOf);
  const { matrix } = display;
  matrix.second = typeof beside === 'string' ? beside : { ...beside, slot: slotOf(beside.slot) };
  [matrix.sight, matrix.secondSight] = [sights[0] ?? null, sights[1] ?? null];
  const panel = typeof beside === 'string' ? null : panels.at(beside.slot);
  if (typeof beside === 'string' || !panel?.attentions.length || has(panel, beside)) return [];
  if (beside.head === 0 && lenses[panel.slot].gathered.heads.length) return [];
  return [
    `the head “${beside.attention}, ${sayHead(beside.head)}” beside the matrix, which ${panel.name} has not`,
  ];
}

const has = ({ attentions }: Panel, { attention, head }: { attention: string; head: number | 'mean' }) =>
  attentions.some(({ name, heads }) => name === attention && (head === 'mean' || head < heads));

/** Gathers the heads of a panel again. @returns what it has not, in words */
function gather({ gathered, ways }: Link, place: number, panel: Panel, lens: Lens): string[] {
  const asked = gathered.filter(({ slot }) => slot === place);
  const found = asked.flatMap(({ attention, head }) => {
    const at = panel.attentions.findIndex(({ name }) => name === attention);
    return at >= 0 && head < panel.attentions[at].heads ? [{ attention: at, head }] : [];
  });
  lens.gathered.set(found);
  lens.gathered.way = ways[place] ?? 'mean';
  const lost = asked.length - found.length;
  return lost && panel.attentions.length
    ? [`${lost} of ${asked.length} gathered heads, which ${panel.name} has not`]
    : [];
}

/** Chooses the head of a panel again. @returns what it has not, in words */
function choose({ heads }: Link, place: number, panel: Panel, selection: Selection): string[] {
  const { attentions, slot, name } = panel;
  const wanted = heads[place];
  if (!wanted || !attentions.length) return [];
  if (wanted === 'gathered') {
    selection.chooseHead(slot, { attention: attentions.length, head: 0 });
    return [];
  }
  const { head } = wanted;
  const attention = attentions.findIndex((one) => one.name === wanted.attention);
  if (attention < 0 || (head !== 'mean' && head >= attentions[attention].heads))
    return [`the head “${wanted.attention}, ${sayHead(head)}”, which ${name} has not`];
  selection.chooseHead(slot, { attention, head });
  return [];
}

const sayHead = (head: number | 'mean') => (head === 'mean' ? 'mean of heads' : `head ${head + 1}`);
