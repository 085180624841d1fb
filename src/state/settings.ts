import { allCells } from './lens/display.svelte';
import type { Display } from './lens/display.svelte';
import type { Numbers } from './lens/numbers.svelte';
import type { Selection } from './lens/selection.svelte';
import type { Panel } from './panel/panel.svelte';
import { isOverlay } from './set/preferences.svelte';
import type { Preferences } from './set/preferences.svelte';
import type { Link, Shown } from './share/link';

/** What has a say in how things are shown. */
export interface Showing {
  selection: Selection;
  panels: readonly Panel[];
  display: Display;
  numbers: Numbers;
  preferences: Preferences;
}

/** One thing that a link says: what it is at first, what it is, and how it is taken from a link. */
interface Setting {
  first: string;
  get: (showing: Showing) => string;
  set: (showing: Showing, value: string) => void;
}

/** One of a few values; any other stands for the first. */
function oneOf<T extends string>(
  [first, ...others]: readonly [T, ...T[]],
  get: (showing: Showing) => T,
  set: (showing: Showing, value: T) => void,
): Setting {
  return { first, get, set: (showing, value) => set(showing, others.find((one) => one === value) ?? first) };
}

const settings: Record<Shown, Setting> = {
  tab: {
    first: '',
    get: ({ display }) => display.tab,
    set: ({ display }, value) => (display.tab = value),
  },
  overlay: {
    first: 'veil',
    get: ({ preferences }) => preferences.overlay,
    set: ({ preferences }, value) => isOverlay(value) && preferences.show(value),
  },
  lines: oneOf(
    ['none', 'all'],
    ({ display }) => (display.lines ? 'all' : 'none'),
    ({ display }, value) => (display.lines = value === 'all'),
  ),
  statistic: {
    first: 'entropy',
    get: ({ selection }) => selection.statistic,
    set: ({ selection }, value) => (selection.statistic = value),
  },
  scale: oneOf(
    ['own', 'common'],
    ({ display }) => display.scale,
    ({ display }, value) => (display.scale = value),
  ),
  cells: oneOf(
    allCells,
    ({ display }) => display.cells,
    ({ display }, value) => (display.cells = value),
  ),
  effect: oneOf(
    ['score', 'preference'],
    ({ display }) => display.effect,
    ({ display }, value) => (display.effect = value),
  ),
  focus: {
    first: '1',
    get: ({ panels, selection }) => String(panels.findIndex(({ slot }) => slot === selection.focus) + 1 || 1),
    set: ({ panels, selection }, value) => (selection.focus = panels.at(Number(value) - 1)?.slot ?? 0),
  },
  turned: oneOf(
    ['first', 'second'],
    ({ selection }) => (selection.turned ? 'second' : 'first'),
    ({ selection }, value) => (selection.turned = value === 'second' ? 1 : 0),
  ),
  matrix: oneOf(
    ['whole', 'row'],
    ({ display }) => display.matrix.scale,
    ({ display }, value) => (display.matrix.scale = value),
  ),
  figure: {
    first: '',
    get: ({ display }) => display.figure,
    set: ({ display }, value) => (display.figure = value),
  },
  ground: oneOf(
    ['light', 'dark', 'page'],
    ({ display }) => display.ground,
    ({ display }, value) => (display.ground = value),
  ),
  times: {
    first: '2',
    get: ({ display }) => String(display.times),
    set: ({ display }, value) => (display.times = /^[1-4]$/.test(value) ? Number(value) : 2),
  },
  sort: {
    first: 'pointing',
    get: ({ numbers }) => numbers.column,
    set: ({ numbers }, value) => (numbers.column = value),
  },
  order: oneOf(
    ['falling', 'rising'],
    ({ numbers }) => (numbers.descending ? 'falling' : 'rising'),
    ({ numbers }, value) => (numbers.descending = value === 'falling'),
  ),
  over: oneOf(
    ['text', 'image'],
    ({ numbers }) => numbers.stream,
    ({ numbers }, value) => (numbers.stream = value),
  ),
  table: oneOf(
    ['one', 'all'],
    ({ numbers }) => (numbers.all ? 'all' : 'one'),
    ({ numbers }, value) => (numbers.all = value === 'all'),
  ),
  aside: oneOf(
    ['scatter', 'likeness'],
    ({ numbers }) => numbers.aside,
    ({ numbers }, value) => (numbers.aside = value),
  ),
  kin: oneOf(
    ['run', 'samples'],
    ({ numbers }) => numbers.kin,
    ({ numbers }, value) => (numbers.kin = value),
  ),
  x: {
    first: 'sink',
    get: ({ numbers }) => numbers.x,
    set: ({ numbers }, value) => (numbers.x = value),
  },
  y: {
    first: 'entropy',
    get: ({ numbers }) => numbers.y,
    set: ({ numbers }, value) => (numbers.y = value),
  },
  block: oneOf(
    ['', 'tt', 'tv', 'vt', 'vv'],
    ({ numbers }) => numbers.block,
    ({ numbers }, value) => (numbers.block = value),
  ),
  stage: oneOf(
    ['', 'text', 'image', 'fusion'],
    ({ numbers }) => numbers.stage,
    ({ numbers }, value) => (numbers.stage = value),
  ),
  layer: {
    first: '',
    get: ({ numbers }) => (numbers.layer === null ? '' : String(numbers.layer + 1)),
    set: ({ numbers }, value) => (numbers.layer = /^[1-9]\d{0,3}$/.test(value) ? Number(value) - 1 : null),
  },
  bound: {
    first: '',
    get: ({ numbers: { bounded, way, bound } }) =>
      bounded && bound !== null ? `${bounded}.${way}.${bound}` : '',
    set: ({ numbers }, value) => {
      const [, column = '', way = 'least', bound] =
        /^([a-z]+)\.(least|most)\.(-?[\d.]+(?:e-?\d+)?)$/i.exec(value) ?? [];
      numbers.bounded = column;
      numbers.way = way === 'most' ? 'most' : 'least';
      numbers.bound = Number.isFinite(Number(bound)) ? Number(bound) : null;
    },
  },
  only: oneOf(
    ['', 'gathered'],
    ({ numbers }) => (numbers.gathered ? 'gathered' : ''),
    ({ numbers }, value) => (numbers.gathered = value === 'gathered'),
  ),
};

const names = Object.keys(settings) as Shown[];

/** What is not as it is at first, by the name that a link has for it. */
export function settingsOf(showing: Showing): Link['show'] {
  const said = names.map((name) => [name, settings[name].get(showing)] as const);
  return Object.fromEntries(said.filter(([name, value]) => value !== settings[name].first));
}

/** Shows things as a link says, and all else as it is at first. */
export function showAs(said: Link['show'], showing: Showing): void {
  for (const name of names) settings[name].set(showing, said[name] ?? settings[name].first);
}
