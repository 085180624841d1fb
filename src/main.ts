import { mount } from 'svelte';
import { declareTrust } from './site/trust';
import App from './views/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app" in index.html, found none');
declareTrust();
const reopens =
  import.meta.env.PROD && !crossOriginIsolated && (await (await import('./site/isolate')).isolate());
if (!reopens) {
  target.replaceChildren();
  mount(App, { target });
}
