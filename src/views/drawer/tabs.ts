import type { Component } from 'svelte';

/** One view of the drawer. Its component takes no properties: it asks the playground what it is about. */
export interface DrawerTab {
  /** As links and session files name it. */
  id: string;
  title: string;
  /** What it shows, in one line. */
  help: string;
  /** It has little to show before anyone asks: the layers stand under it where the drawer leaves them room. */
  brief?: boolean;
  /** Fetched when the tab is first shown. */
  load: () => Promise<{ default: Component }>;
}

/** In the order in which they stand. */
export const tabs: readonly DrawerTab[] = [
  {
    id: 'numbers',
    title: 'Numbers',
    help: 'every head with every number, sorted, filtered and set against each other',
    load: () => import('../numbers/NumbersTab.svelte'),
  },
  {
    id: 'matrix',
    title: 'Matrix',
    help: 'the chosen head complete: every query with every key',
    load: () => import('../matrix/MatrixTab.svelte'),
  },
  {
    id: 'off',
    title: 'Switch off',
    help: 'run the model without this head, a block of it, or each head in turn',
    brief: true,
    load: () => import('../cause/OffTab.svelte'),
  },
  {
    id: 'guess',
    title: 'Guess',
    help: 'what the models put in place of a hidden word, answer, and write',
    brief: true,
    load: () => import('../answer/GuessTab.svelte'),
  },
  {
    id: 'layers',
    title: 'Layers',
    help: 'one figure of every head over depth',
    load: () => import('../numbers/LayersTab.svelte'),
  },
  {
    id: 'save',
    title: 'Save',
    help: 'figures, numbers, the session, and a paragraph for a paper',
    load: () => import('../share/SaveTab.svelte'),
  },
];
