import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import { startEngine } from '../../src/runtime/client';
import type { Engine } from '../../src/runtime/client';
import { Playground } from '../../src/state/playground.svelte';
import ModelPanel from '../../src/views/panel/ModelPanel.svelte';
import '../../src/views/page.css';
import { find, settle, show, violations } from '../charts/page';
import Within from './Within.svelte';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let engine: Engine;
let playground: Playground;
/** Opens the next stage once it is called. */
let release: () => void;

beforeAll(async () => {
  engine = startEngine({ base: `${location.origin}/`, backend: 'wasm' });
  let gate = Promise.resolve();
  const held: Engine = { ...engine, open: (...asked) => gate.then(() => engine.open(...asked)) };
  playground = new Playground(() => held, 1);
  const [panel] = playground.panels;
  await panel.choose('zoo/vilt-mini');
  playground.workspace.caption = 'a red circle above a dog';
  playground.workspace.foil = 'a blue circle above a dog';
  playground.question.restore('what is above the dog?');
  const canvas = new OffscreenCanvas(64, 64);
  canvas.getContext('2d')!.fillRect(10, 10, 20, 20);
  await playground.usePicture(await canvas.convertToBlob());
  playground.selection.selectWord(1);
  gate = new Promise((resolve) => (release = resolve));
});

afterAll(() => engine.cancel());

it('while a stage is fetched, all that the one before gave stays in its place, marked as outdated', async () => {
  const [panel] = playground.panels;
  const [lens] = playground.lenses;
  const root = show(Within, { playground, view: ModelPanel, props: { panel, lens, away: false } }, 560);
  await settle();
  const article = find(root, 'article');
  const places = () => [...article.querySelectorAll('section, table, canvas')].map((one) => box(one));
  const told = () => [...article.querySelectorAll('section')].map((one) => one.textContent);
  const status = () => find(root, 'header [role="status"]').textContent;
  for (let last = ''; last !== JSON.stringify(places()); await settle()) last = JSON.stringify(places());
  const before = { trace: panel.trace, places: places(), told: told() };
  expect([panel.sentence, status(), article.ariaBusy]).toEqual([null, 'live', 'false']);

  const moved = playground.chooseModel(panel, 'zoo/vilt-mini-10');
  await vi.waitUntil(() => panel.activity === 'loading', { timeout: 60_000 });
  await settle();
  expect([panel.folder, status(), article.ariaBusy]).toEqual(['zoo/vilt-mini-10', 'loading', 'true']);
  expect(article.classList.contains('stale')).toBe(true);
  expect(told()).toEqual(before.told);
  expect(places()).toEqual(before.places);

  release();
  await moved;
  await settle();
  expect([panel.sentence, status(), article.ariaBusy]).toEqual([null, 'live', 'false']);
  expect(article.classList.contains('stale')).toBe(false);
  expect([panel.trace?.model, panel.foil?.model]).toEqual(['vilt-mini-10', 'vilt-mini-10']);
  expect(playground.question.reply(panel)?.folder).toBe('zoo/vilt-mini-10');
  expect(told()).not.toEqual(before.told);
  expect(places()).toEqual(before.places);
  flushSync();
  expect(await violations(root)).toEqual([]);
});

/** Where an element lies, in pixels of the page. */
function box(element: Element): number[] {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height].map(Math.round);
}
