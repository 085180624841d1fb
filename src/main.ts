import { mount } from 'svelte';
import App from './views/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app" in index.html, found none');
mount(App, { target });
