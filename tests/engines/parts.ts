/**
 * Where things are on the page. All that the engines' checks know of its layout stands in this file: roles, labels and data attributes, which a new
 * layout keeps or changes here.
 */

/** An element that can be seen: by selector, and by a pattern of its label or text where the selector finds several. */
export interface Part {
  css: string;
  name?: string;
  /** Which of several. */
  place?: number;
}

const panel = 'article[data-slot]';
const button = (name: string, inside = ''): Part => ({ css: `${inside} button`, name });

export const parts = {
  caption: { css: 'textarea', name: '^Caption' },
  pictureFile: 'input[type=file][aria-label="Picture file"]',
  drop: 'main',
  badge: button('WebAssembly|WebGPU', 'header'),
  theme: button('^Theme'),
  escape: { css: 'main' },
  word: (text: string, place = 0): Part => ({ css: `${panel} [data-token]`, name: `^${text}\\b`, place }),
  map: (place = 0): Part => ({ css: `${panel} [aria-label="Attention on the picture"] [role=grid]`, place }),
  head: (name: string): Part => ({ css: `${panel} button[role=gridcell]`, name: `^${name}` }),
  bestHead: button('^Best head', panel),
  switchAllOn: button('^(Switch all|All) on'),
  retry: button('^Retry', panel),
  model: (place: number) => button(`^Model of panel ${place + 1}`),
  modelChoice: (name: string) => button(name, '[role=dialog][aria-label^="Choose the model"]'),
  openLeft: button('^Open left', 'dialog'),
  dismiss: button('^Dismiss'),
  again: button('^Try again'),
  reload: button('^Reload the page'),
  /** The drawer about the chosen head: its tabs, and which model it is about. */
  tab: (name: string): Part => ({ css: '[role=tab]', name: `^${name}` }),
  about: (model: string): Part => ({
    css: '[aria-label="Model that the drawer is about"] button',
    name: `^${model}`,
  }),
  save: (kind: string): Part => ({ css: '[aria-label="Save run"] button', name: `^${kind}` }),
  /** On a phone: the parts of the page, one at a time. */
  phone: (place: number): Part => ({ css: 'main nav button, #app > nav button', place }),
} as const;

/** A panel as a visitor reads it. */
export interface PanelSight {
  name: string;
  /** Its badge: recorded, running, live, imported, failed. */
  state: string;
  /** Shows what is on the page now. */
  settled: boolean;
  alert: string | null;
  head: string;
  /** What is asked of the head: word, part and direction. */
  direction: string;
  pieces: string[];
  chosen: string[];
  scores: string[];
  /** Its heading and all that is said of the score. */
  verdict: string;
  heads: number;
  drawn: boolean;
}

/** The page as a visitor reads it. */
export interface Sight {
  title: string;
  theme: string | null;
  caption: string;
  input: string;
  dialog: string | null;
  popover: string | null;
  alerts: string[];
  /** What is told without being an alarm: the engine was started again. */
  notices: string[];
  /** Words that are guessed for a hidden one, of all models. */
  guesses: number;
  panels: PanelSight[];
  /** Nothing sticks out sideways. */
  fits: boolean;
}

/** Reads the page. Runs in it, so it stands alone. */
export function look(): Sight {
  const text = (element: Element | null | undefined) =>
    (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const texts = (inside: ParentNode, css: string) => [...inside.querySelectorAll(css)].map(text);
  const region = (inside: ParentNode, label: string) => inside.querySelector(`[aria-label="${label}"]`);
  const panels = [...document.querySelectorAll('article[data-slot]')].map((panel) => {
    const state = text(panel.querySelector('header [role=status]'));
    const map = region(panel, 'Attention on the picture');
    const score = region(panel, 'Score');
    return {
      name: panel.getAttribute('aria-label') ?? '',
      state,
      settled:
        panel.getAttribute('aria-busy') === 'false' &&
        !panel.classList.contains('stale') &&
        (state === 'live' || state === 'imported'),
      alert: text(panel.querySelector('[role=alert]')) || null,
      head: text(map?.querySelector('h3')),
      direction: map ? text(map).replace(text(map.querySelector('[role=rowgroup]')), '') : '',
      pieces: texts(panel, '[data-token] bdi'),
      chosen: texts(panel, '[data-token][aria-pressed=true] bdi'),
      scores: texts(score ?? panel, 'dd'),
      verdict: [text(panel.querySelector('header')), text(score)].join(' '),
      heads: panel.querySelectorAll('button[role=gridcell]').length,
      drawn: panel.querySelector('[data-picture=drawn]') !== null,
    };
  });
  const input = region(document, 'Input');
  // None in the moment between two pages.
  const root = document.documentElement as HTMLElement | null;
  return {
    title: document.title,
    theme: root?.dataset.theme ?? null,
    caption: document.querySelector('textarea')?.value ?? '',
    input: [text(input), input?.querySelector('[aria-label^=Picture]')?.getAttribute('aria-label')].join(' '),
    dialog: text(document.querySelector('dialog[open]')) || null,
    popover: text(document.querySelector('[popover]:popover-open')) || null,
    alerts: texts(document, '[role=alert]'),
    notices: texts(document, '[role=status] p'),
    guesses: document.querySelectorAll('[aria-label^="Guesses of"] li').length,
    panels,
    fits: (root?.scrollWidth ?? 0) <= innerWidth,
  };
}
