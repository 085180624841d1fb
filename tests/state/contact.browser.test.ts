import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Playground } from '../../src/state/playground.svelte';
import type { HeldEngine } from './engine';
import { makeEngine } from './engine';

let engine: HeldEngine;
let playground: Playground;
/** What the backbone says of the visitor's picture; undefined: it cannot be asked. */
let photograph: boolean | null | undefined;

async function settle(work: Promise<unknown>): Promise<void> {
  let done = false;
  void work.finally(() => (done = true));
  await vi.waitUntil(
    () => {
      for (const run of engine.pending.splice(0)) run.resolve();
      return done;
    },
    { timeout: 20_000 },
  );
  await work;
}

async function picture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(40, 20);
  canvas.getContext('2d')!.fillRect(0, 0, 40, 20);
  return canvas.convertToBlob();
}

const sample = (id: string) => playground.workspace.samples.find((one) => one.id === id)!;
const folders = () => playground.panels.map((panel) => panel.folder);
const said = () => playground.notices.said.find(({ subject }) => subject === 'contact')?.sentence;
const own = async () => settle(playground.usePicture(await picture()));

beforeEach(async () => {
  engine = makeEngine();
  engine.judge = (backbone) => {
    expect(backbone).toBe('backbone');
    return photograph === undefined ? Promise.reject(new Error('no backbone')) : Promise.resolve(photograph);
  };
  photograph = true;
  playground = new Playground(() => engine);
  await settle(playground.open(''));
  await settle(playground.catalogue.load());
});

describe('a photograph', () => {
  it('is met by models of photographs that work alike, and a sentence says why', async () => {
    await own();
    expect(folders()).toEqual(['zoo/uniter-mini', 'zoo/lxmert-mini']);
    expect(said()).toMatch(
      /^A photograph, by its features: UNITER-mini and LXMERT-mini take over from ViLT-mini and METER-mini/,
    );
    expect(playground.panels.map((panel) => playground.contact.outside(panel))).toEqual([null, null]);
  });

  it('among the samples is known as one, whatever the backbone says', async () => {
    photograph = undefined;
    await settle(playground.chooseSample(sample('photo-cow')));
    expect(folders()).toEqual(['zoo/uniter-mini', 'zoo/lxmert-mini']);
    await settle(playground.chooseSample(sample('composed-2')));
    expect(folders()).toEqual(['zoo/vilt-mini', 'zoo/meter-mini']);
    expect(said()).toMatch(
      /^A composed scene: ViLT-mini and METER-mini take over from .+, which know photographs alone/,
    );
  });

  it('is left to a model that the visitor brings back, which says what to mind', async () => {
    await own();
    await settle(playground.chooseModel(playground.panels[0], 'zoo/vilt-mini'));
    await own();
    expect(folders()).toEqual(['zoo/vilt-mini', 'zoo/lxmert-mini']);
    expect(playground.contact.outside(playground.panels[0])).toBe('composed scenes');
    expect(said()).toBeUndefined();
  });
});

describe('a photograph that is given while the page opens', () => {
  it.each([
    ['before anything is there', () => Promise.resolve()],
    ['once the picture of the address is there', () => vi.waitUntil(() => playground.workspace.picture)],
  ])('stays, %s, and is met as any other', async (_, when) => {
    playground = new Playground(() => engine);
    const opening = playground.open('#sample=composed-2&crop=0.2,0.2,0.5,0.5');
    await when();
    const given = playground.usePicture(await picture());
    await settle(Promise.all([opening, given]));
    expect(playground.workspace.own).not.toBeNull();
    expect(playground.workspace.cropped).toBe(false);
    expect(folders()).toEqual(['zoo/uniter-mini', 'zoo/lxmert-mini']);
    expect(said()).toMatch(/^A photograph, by its features: /);
  });

  it('is the very one of the address: its words come with it', async () => {
    await own();
    const { identity } = playground.workspace.own!;
    playground = new Playground(() => engine);
    const opening = playground.open(
      `#picture=${identity}&caption=a+dog&model=zoo%2Fvilt-mini&model=zoo%2Fmeter-mini`,
    );
    const given = playground.usePicture(await picture());
    await settle(Promise.all([opening, given]));
    expect(playground.workspace.caption).toBe('a dog');
    expect(folders()).toEqual(['zoo/uniter-mini', 'zoo/lxmert-mini']);
  });
});

it('an address of before it is known which models meet the picture says so, and whoever opens it meets it', async () => {
  let judged: (photograph: boolean) => void = () => undefined;
  engine.judge = () => new Promise((resolve) => (judged = resolve));
  const given = playground.usePicture(await picture());
  await vi.waitUntil(() => playground.contact.meeting);
  const { link } = playground;
  expect(link).toContain('unmet=');
  judged(true);
  await settle(given);
  expect(playground.contact.meeting).toBe(false);
  expect(playground.link).toContain('model=zoo%2Funiter-mini');
  expect(playground.link).not.toContain('unmet');
  engine.judge = () => Promise.resolve(true);
  playground = new Playground(() => engine);
  await settle(playground.open(`#${link}`));
  expect(folders()).toEqual(['zoo/uniter-mini', 'zoo/lxmert-mini']);
});

it('a picture that is none leaves the models, and those of photographs say what to mind', async () => {
  photograph = false;
  await own();
  expect(folders()).toEqual(['zoo/vilt-mini', 'zoo/meter-mini']);
  expect(playground.contact.outside(playground.panels[0])).toBeNull();
  await settle(playground.chooseModel(playground.panels[1], 'zoo/uniter-mini'));
  expect(playground.contact.outside(playground.panels[1])).toBe('photographs');
});

it('models that come from an address stay, and say what to mind', async () => {
  await settle(playground.open('#sample=photo-cow&model=zoo%2Fvilt-mini&model=zoo%2Funiter-mini'));
  expect(folders()).toEqual(['zoo/vilt-mini', 'zoo/uniter-mini']);
  expect(playground.panels.map((panel) => playground.contact.outside(panel))).toEqual([
    'composed scenes',
    null,
  ]);
  expect(said()).toBeUndefined();
});

it('without the backbone, the models stay and nothing is said', async () => {
  photograph = undefined;
  await own();
  expect(folders()).toEqual(['zoo/vilt-mini', 'zoo/meter-mini']);
  expect(said()).toBeUndefined();
});
