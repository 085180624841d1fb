import { mount, unmount } from 'svelte';
import { expect, it, vi } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import SweepView from '../../src/views/cause/SweepView.svelte';
import { makeEngine, makeTrace } from '../state/engine';
import Within from './Within.svelte';

it('tells a screen reader when a sweep starts, at each quarter and at its end, and not of every head', async () => {
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
    props: { playground, view: SweepView, props: { ablation, lens: playground.lenses[0] } },
  });
  const status = document.querySelector<HTMLElement>(
    '[aria-label="Every head off in turn"] [role="status"]',
  )!;
  const heard: string[] = [];
  const note = () => {
    const text = status.textContent ?? '';
    if (text && heard.at(-1) !== text) heard.push(text);
  };
  const observer = new MutationObserver(note);
  observer.observe(status, { childList: true, characterData: true, subtree: true });

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
