import { expect, it } from 'vitest';
import { percent } from '../../src/charts/ink/format';
import { Playground } from '../../src/state/playground.svelte';
import { heldOut, statistics } from '../../src/views/numbers/figures';
import HeadCard from '../../src/views/numbers/HeadCard.svelte';
import { explained } from '../../src/views/parts/explain.svelte';
import { settle, show } from '../charts/page';
import { makeEngine } from '../state/engine';
import { reference } from './reference';
import Within from './Within.svelte';

it('under an atlas stand the numbers of the head that is chosen, and none that its design fixes', async () => {
  const playground = new Playground(() => makeEngine());
  const [panel] = playground.panels;
  await panel.choose('zoo/meter-mini');
  panel.adopt(await reference(panel), null);
  const best = panel.manifest!.heads!.pointing;
  const attention = panel.attentions.findIndex(({ name }) => name === best.attention);
  playground.chooseHead(0, { attention, head: best.head });
  const [lens] = playground.lenses;
  const root = show(Within, { playground, view: HeadCard, props: { lens, height: 200 } }, 340);
  const figures = (): Record<string, string> =>
    Object.fromEntries(
      [...root.querySelectorAll('dl div')].map((one) => [
        one.querySelector('dt')?.textContent ?? '',
        one.querySelector('dd')?.textContent ?? '',
      ]),
    );
  await expect.poll(figures).toMatchObject({ pointing: percent(best.value) });
  await settle();
  expect(Object.keys(figures())).toEqual(['pointing', 'specificity', 'spread', 'keys', 'sink']);
  const told = new Set(['pointing', 'specificity', 'entropy', 'effective', 'sink']);
  for (const [at, { id, help }] of [...heldOut, ...statistics].filter(({ id }) => told.has(id)).entries()) {
    root.querySelectorAll<HTMLElement>('dt .term')[at].focus();
    await settle();
    expect([id, explained.asked?.term]).toMatchObject([id, { says: help }]);
  }
  playground.chooseHead(0, { attention, head: 'mean' });
  await settle();
  const heads = playground.heldOut.of(panel.manifest)!.pointing.modules[best.attention].value;
  expect(figures().pointing).toBe(percent(heads.reduce((a, b) => a + b) / heads.length));
  expect(root.querySelector('p')?.textContent).toContain(`${best.attention}, mean over 4 heads`);
});
