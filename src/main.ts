import { mount } from 'svelte';
import { watchParts } from './site/parts';
import { declareTrust } from './site/trust';
import { Playground } from './state/playground.svelte';
import App from './views/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app" in index.html, found none');
declareTrust();
// Some browsers do open modules from files when they are told to; the engine's workers they still refuse.
const isFile = location.protocol === 'file:';
const stays =
  isFile ||
  (import.meta.env.PROD && !crossOriginIsolated && (await (await import('./site/isolate')).isolate()));
// What index.html says to those who open it as a file is hidden by the style sheet.
if (isFile) target.querySelector('.unopened')?.removeAttribute('class');
if (!stays) {
  const playground = new Playground();
  watchParts((sentence) => playground.notices.say('part', sentence));
  const opening = playground.open(location.hash);
  // What the page shows first is asked for before it is built; a server that takes its time for the list of samples is not waited for.
  await Promise.race([playground.workspace.listed, new Promise((late) => setTimeout(late, 50))]);
  target.replaceChildren();
  mount(App, { target, props: { playground, opening } });
}
