import { mount, unmount } from 'svelte';
import { expect, it, vi } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import Announcer from '../../src/views/parts/Announcer.svelte';
import { makeEngine, makeTrace } from '../state/engine';
import Within from './Within.svelte';

it('tells a screen reader when a sweep starts, at each quarter and at its end, and not of every head, whatever tab is open', async () => {
  const engine = makeEngine();
  const playground = new Playground(() => engine);
  const answer = () => {
    for (const { folder, input, resolve } of engine.pending.splice(0))
      resolve(makeTrace(folder, input.caption, 1));
  };
  let opened = false;
  void playground.open('#sample=composed-1&model=zoo/vilt-mini').finally(() => (opened = true));
  await vi.waitUntil(() => (answer(), opened), { timeout: 20_000 });

  const [ablation] = playground.ablations.each;
  const view = mount(Within, {
    target: document.body,
    props: { playground, view: Announcer },
  });
  const heard: string[] = [];
  const note = () => {
    const said = [...document.querySelectorAll('[role="status"]')].map(({ textContent }) => textContent);
    const text = said.find((one) => /switching every head|measured/.test(one));
    if (text && heard.at(-1) !== text) heard.push(text);
  };
  const observer = new MutationObserver(note);
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });

  void ablation.sweep.start();
  const total = playground.panels[0].attentions.reduce((sum, { heads }) => sum + heads, 0);
  await vi.waitUntil(
    async () => {
      answer();
      await new Promise(requestAnimationFrame);
      return ablation.sweep.stage === 'done';
    },
    { timeout: 20_000, interval: 1 },
  );
  await vi.waitUntil(() => heard.at(-1)?.includes('measured'));
  observer.disconnect();
  await unmount(view);
  const turn = 'ViLT-mini: switching every head off in turn';
  expect(heard).toEqual([
    ...[0, 25, 50, 75].map((done) => `${turn}, ${done} % of ${total} heads.`),
    `ViLT-mini: all ${total} heads measured.`,
  ]);
});
