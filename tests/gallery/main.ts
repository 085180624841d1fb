import { mount } from 'svelte';
import '../../src/views/look.css';
import Gallery from './Gallery.svelte';

const target = document.getElementById('gallery');
if (!target) throw new Error('expected an element with id "gallery" in gallery.html, found none');
mount(Gallery, { target });
