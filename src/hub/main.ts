import { mount } from 'svelte';
import { declareTrust } from '../site/trust';
import HubPage from './page/HubPage.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app" in hub.html, found none');
declareTrust();
target.replaceChildren();
mount(HubPage, { target });
