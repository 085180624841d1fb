import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLink, writeLink } from '../../../src/state/share/link';
import { Playground } from '../../../src/state/playground.svelte';
import views from '../../../docs/views.md?raw';
import { makeEngine } from '../engine';
import type { HeldEngine } from '../engine';

const links = [...new Set([...views.matchAll(/`#([^`]+)`/g)].map(([, link]) => link))];
let engine: HeldEngine;
let answering: ReturnType<typeof setInterval>;

beforeEach(() => {
  engine = makeEngine();
  answering = setInterval(() => engine.pending.splice(0).forEach(({ resolve }) => resolve()), 5);
});
afterEach(() => clearInterval(answering));

it('there is a link for every view', () => expect(links.length).toBeGreaterThan(15));

it.each(links)('what views.md says of a view is brought by its link: %s', async (link) => {
  const asked = new URLSearchParams(link);
  const read = new URLSearchParams(writeLink(readLink(`#${link}`)));
  for (const [name, value] of asked) expect(read.getAll(name)).toContain(value);
  const page = new Playground(() => engine);
  await page.open(`#${link}`);
  expect(page.notices.said).toEqual([]);
  const shown = new URLSearchParams(page.link);
  for (const [name, value] of asked)
    if (name !== 'word' && name !== 'patch') expect(shown.getAll(name), name).toContain(value);
});
