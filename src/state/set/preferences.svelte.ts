export type Theme = 'auto' | 'light' | 'dark';
/** How attention lies on a picture: the picture shows through, or it is dyed with the attention ramp. */
export type Overlay = 'veil' | 'tint';

const keys = { theme: 'vlpm-theme', overlay: 'vlpm-overlay' };
const themes: readonly Theme[] = ['auto', 'light', 'dark'];
const overlays: readonly Overlay[] = ['veil', 'tint'];

/** What the visitor prefers whatever is looked at; kept on this device where the browser allows it. */
export class Preferences {
  #theme = $state<Theme>('auto');
  #overlay = $state<Overlay>('veil');
  readonly #root: HTMLElement;
  readonly #storage: Storage | null;

  constructor(root: HTMLElement, storage: Storage | null) {
    this.#root = root;
    this.#storage = storage;
    const [theme, overlay] = [storage?.getItem(keys.theme), storage?.getItem(keys.overlay)];
    this.#take(themes.find((known) => known === theme) ?? 'auto');
    this.#overlay = overlays.find((known) => known === overlay) ?? 'veil';
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** `auto` follows the device: the attribute is taken off and the style sheet asks the browser. */
  set theme(theme: Theme) {
    this.#take(theme);
    this.#store(keys.theme, theme);
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  set overlay(overlay: Overlay) {
    this.#overlay = overlay;
    this.#store(keys.overlay, overlay);
  }

  /** As an address asks for it: what is kept on this device stays. */
  show(overlay: Overlay): void {
    this.#overlay = overlay;
  }

  /** The next of auto, light, dark. */
  turn(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length];
  }

  #take(theme: Theme): void {
    this.#theme = theme;
    if (theme === 'auto') delete this.#root.dataset.theme;
    else this.#root.dataset.theme = theme;
  }

  /** A full disk costs the next visit a choice, and this one nothing. */
  #store(key: string, value: string): void {
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // Full, or forbidden since the page was opened.
    }
  }
}

export const isOverlay = (text: string | undefined): text is Overlay => overlays.some((one) => one === text);

/** `localStorage`, or null where the visitor forbids it: then reading the property itself throws. */
export function deviceStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
