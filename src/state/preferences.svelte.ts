export type Theme = 'auto' | 'light' | 'dark';

const key = 'vlpm-theme';
const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** What the visitor prefers whatever is looked at; kept on this device where the browser allows it. */
export class Preferences {
  #theme = $state<Theme>('auto');
  readonly #root: HTMLElement;
  readonly #storage: Storage | null;

  constructor(root: HTMLElement, storage: Storage | null) {
    this.#root = root;
    this.#storage = storage;
    const stored = storage?.getItem(key);
    this.theme = themes.find((theme) => theme === stored) ?? 'auto';
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** `auto` follows the device: the attribute is taken off and the style sheet asks the browser. */
  set theme(theme: Theme) {
    this.#theme = theme;
    if (theme === 'auto') delete this.#root.dataset.theme;
    else this.#root.dataset.theme = theme;
    this.#storage?.setItem(key, theme);
  }

  /** The next of auto, light, dark. */
  turn(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length];
  }
}

/** `localStorage`, or null where the visitor forbids it: then reading the property itself throws. */
export function deviceStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
