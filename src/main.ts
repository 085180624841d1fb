import { mount } from 'svelte';
import { isolate } from './site/isolate';
import { declareTrust } from './site/trust';
import App from './views/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app" in index.html, found none');
declareTrust();
if (import.meta.env.DEV || !(await isolate())) {
  target.replaceChildren();
  mount(App, { target });
}
