import { createSubscriber } from 'svelte/reactivity';
import type { Scheme } from './ramp';

let current: Scheme | null = null;

function measure(): Scheme {
  const declared = getComputedStyle(document.documentElement).colorScheme;
  if (declared === 'dark' || declared === 'light') return declared;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const subscribe = createSubscriber((update) => {
  const refresh = (): void => {
    const before = current;
    current = measure();
    if (current !== before) update();
  };
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(refresh);
  observer.observe(document.documentElement, { attributes: true });
  media.addEventListener('change', refresh);
  current = measure();
  return () => {
    observer.disconnect();
    media.removeEventListener('change', refresh);
    current = null;
  };
});

/** The page's colour scheme, for what CSS `light-dark()` cannot reach: canvases. Reactive inside effects and templates. */
export function scheme(): Scheme {
  subscribe();
  return current ?? measure();
}
