import Words from '../../src/charts/words/Words.svelte';
import { beforeEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Playground } from '../../src/state/playground.svelte';
import MatrixTab from '../../src/views/matrix/MatrixTab.svelte';
import ModelPanel from '../../src/views/panel/ModelPanel.svelte';
import { find, settle, show } from '../charts/page';
import { makeEngine } from '../state/engine';
import { reference } from './reference';
import Within from './Within.svelte';

let playground: Playground;

beforeEach(async () => {
  playground = new Playground(() => makeEngine());
  const [panel] = playground.panels;
  await panel.choose('zoo/meter-mini');
  panel.adopt(await reference(panel), null);
  const best = panel.manifest!.heads!.pointing;
  const attention = panel.attentions.findIndex(({ name }) => name === best.attention);
  playground.chooseHead(0, { attention, head: best.head });
});

/** A picture four times as wide as high. */
async function low(): Promise<File> {
  const canvas = new OffscreenCanvas(480, 120);
  canvas.getContext('2d')!.fillRect(0, 0, 100, 100);
  return new File([await canvas.convertToBlob()], 'low.png', { type: 'image/png' });
}

it.each([360, 560])(
  'two matrices in a drawer %i px wide lie under each other, and neither over the other',
  async (width) => {
    const { matrix } = playground.display;
    matrix.second = { slot: 0, attention: 'text 1', head: 0 };
    const root = show(Within, { playground, view: MatrixTab }, width);
    root.style.cssText += ';height:420px;overflow:auto';
    await settle();
    const plates = [...root.querySelectorAll<HTMLElement>('.plates > div')];
    expect(plates).toHaveLength(2);
    const bottoms = [...plates[0].querySelectorAll('*')].map((one) => one.getBoundingClientRect().bottom);
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(find(plates[1], 'h3').getBoundingClientRect().top);
    const [first, second] = plates.map((plate) => find(plate, 'canvas').getBoundingClientRect());
    expect(second.top).toBeGreaterThan(first.bottom);
    expect(Math.min(first.height, second.height)).toBeGreaterThan(150);
    expect(find(root, '.tab > .quiet-text').getBoundingClientRect().top).toBeGreaterThan(second.bottom);
  },
);

it('on a phone words follow a low picture at once, and tell their shares in full', async () => {
  await page.viewport(390, 844);
  await playground.takePicture(await low());
  const [panel] = playground.panels;
  const [lens] = playground.lenses;
  const attention = panel.attentions.findIndex(({ name }) => name === 'text 1');
  panel.adopt(await reference(panel), null);
  playground.chooseHead(0, { attention, head: 0 });
  playground.selection.selectWord(1);
  const root = show(Within, { playground, view: ModelPanel, props: { panel, lens, away: false } }, 358);
  await settle();
  const picture = find(root, '[data-view="overlay"] canvas').getBoundingClientRect();
  expect(picture.width / picture.height).toBeCloseTo(4, 1);
  const words = find(root, '[data-view="words"]').getBoundingClientRect();
  expect(words.top - picture.bottom).toBeLessThan(48);
  const last = [...root.querySelectorAll<HTMLElement>('[data-view="words"] [data-token]')].at(-1)!;
  await userEvent.hover(last);
  await settle();
  const tip = find(last, '.share').getBoundingClientRect();
  const room = find(root, '[data-view="words"]').getBoundingClientRect();
  expect(tip.top).toBeGreaterThan(last.getBoundingClientRect().top);
  expect([tip.bottom <= room.bottom, tip.left >= room.left, tip.right <= room.right]).toEqual([
    true,
    true,
    true,
  ]);
});

it('rows of a long caption that are scrolled past do not stand below the words', async () => {
  const token = (at: number) => ({
    stream: 'text' as const,
    role: 'word' as const,
    text: `word${at}`,
    word: at,
  });
  const room = (count: number) => {
    const tokens = Array.from({ length: count }, (_, at) => token(at));
    return find(show(Words, { tokens, label: 'Words', maxHeight: 62 }, 300), '.words');
  };
  const [long, short] = [room(40), room(3)];
  await settle();
  expect(long.scrollHeight).toBeGreaterThan(long.clientHeight);
  expect([long, short].map((row) => getComputedStyle(row).paddingBottom)).toEqual(['3px', '18px']);
});
