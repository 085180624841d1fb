import { flushSync, mount } from 'svelte';
import { modulesWithin } from '../../src/state/own/contents';
import { Playground } from '../../src/state/playground.svelte';
import App from '../../src/views/App.svelte';
import { statisticsShown } from '../../src/views/head/profile';
import { madeRun } from '../support/traces';
import type { Shape } from '../support/traces';

/** The whole page with a run that arrives when it is asked to; no model runs. */
const playground = new Playground(() => {
  throw new Error('No model runs here.');
}, 2);
const target = document.getElementById('app');
if (!target) throw new Error('expected an element with id "app", found none');
mount(App, { target, props: { playground } });

/** Until the frame in which what was changed is painted is over. */
function painted(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => done();
    requestAnimationFrame(() => port2.postMessage(null));
  });
}

/** Milliseconds of work for a change: its handlers, and its frame from the first callback to the end, not the wait for that frame. */
async function worked(change: () => void): Promise<number> {
  const start = performance.now();
  change();
  await Promise.resolve();
  flushSync();
  const handled = performance.now() - start;
  let frame = 0;
  requestAnimationFrame(() => (frame = performance.now()));
  await painted();
  return handled + performance.now() - frame;
}

async function timed(change: () => void): Promise<number> {
  const start = performance.now();
  change();
  await painted();
  return performance.now() - start;
}

/** A run of a shape with a plain picture, as a panel takes it. */
async function arrived(shape: Shape) {
  const run = madeRun(shape);
  const image = await createImageBitmap(new ImageData(384, 384));
  const name = run.trace.model;
  return {
    folder: 'trace/0',
    name,
    origin: 'bench',
    run,
    modules: modulesWithin(run.trace),
    image,
    file: new File([], name),
  };
}

/** Waits until something is there. */
async function until<T>(find: () => T | null | undefined | false, what: string): Promise<T> {
  const end = performance.now() + 20_000;
  while (performance.now() < end) {
    await painted();
    const found = find();
    if (found) return found;
  }
  throw new Error(`expected ${what} within 20 s, found none`);
}

const matrix = () =>
  document.querySelector<HTMLElement>('[data-matrix="drawn"]')?.closest<HTMLElement>('[role="grid"]');

function isMatrixPainted(): boolean {
  const canvas = matrix()?.querySelector('canvas');
  const middle = (canvas?.height ?? 0) / 2;
  return Boolean(canvas?.getContext('2d')?.getImageData(middle, middle, 1, 1).data[3]);
}

export interface AtlasBench {
  /** Milliseconds from a run's arrival until its atlas is painted. */
  paint: (shape: Shape) => Promise<number>;
  /** Milliseconds of each change of what the cells show, over all statistics and back to maps. */
  switches: () => Promise<number[]>;
  /** Milliseconds of sorting the table of all heads by each column, and the other way round. */
  sorts: () => Promise<number[]>;
  /** Milliseconds from the choice of its tab until a head's matrix is painted; the tab's code is there. */
  matrix: (shape: Shape) => Promise<number>;
  /** Milliseconds of work in each frame in which the matrix that is shown is moved by the wheel, zoomed in. */
  pans: (count: number) => Promise<number[]>;
  /** Bytes of the attention weights of a run that is put on the page, and looked at in every tab. */
  hold: (shape: Shape) => Promise<number>;
}

const bench: AtlasBench = {
  async paint(shape) {
    const [panel] = playground.panels;
    const run = await arrived(shape);
    await panel.choose('', null, null);
    await painted();
    playground.selection.selectWord(2);
    const time = await timed(() => void panel.choose(run.folder, run));
    const canvas = document.querySelector<HTMLCanvasElement>('[data-maps="drawn"]');
    if (!canvas || !canvas.getContext('2d')?.getImageData(8, 8, 1, 1).data[3])
      throw new Error('expected a painted atlas, found none');
    return time;
  },
  async switches() {
    const { display, selection } = playground;
    const times = [await timed(() => (display.cells = 'statistic'))];
    for (const { id } of statisticsShown) times.push(await timed(() => (selection.statistic = id)));
    times.push(await timed(() => (display.cells = 'maps')));
    return times;
  },
  async sorts() {
    const { display, numbers } = playground;
    display.tab = 'numbers';
    await until(() => document.querySelector('.drawer [data-row]'), 'a table');
    const columns = [...document.querySelectorAll<HTMLElement>('.drawer [role="columnheader"] button')];
    const times: number[] = [];
    for (const button of [...columns, ...columns.slice(-1)]) times.push(await timed(() => button.click()));
    if (columns.at(-1)?.closest('[aria-sort]')?.ariaSort !== 'descending')
      throw new Error(`expected a table sorted by its last column, got ${numbers.column}`);
    return times;
  },
  async matrix(shape) {
    const { display, panels } = playground;
    const run = await arrived(shape);
    display.tab = 'matrix';
    await until(() => document.querySelector('.drawer [aria-busy="false"]'), 'the tab of the matrix');
    display.tab = 'off';
    await panels[0].choose(run.folder, run);
    playground.chooseHead(panels[0].slot, { attention: 3, head: 2 });
    await painted();
    const start = performance.now();
    display.tab = 'matrix';
    await until(isMatrixPainted, 'a painted matrix');
    return performance.now() - start;
  },
  async pans(count) {
    const plate = await until(matrix, 'a matrix');
    const { x, y, width, height } = plate.getBoundingClientRect();
    const wheel = (deltaX: number, deltaY: number, ctrlKey = false) =>
      plate.dispatchEvent(
        new WheelEvent('wheel', {
          ...{ deltaX, deltaY, ctrlKey, bubbles: true, cancelable: true },
          ...{ clientX: x + width / 2, clientY: y + height / 2 },
        }),
      );
    wheel(0, -240, true);
    await painted();
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const turn = (2 * Math.PI * i) / 40;
      times.push(await worked(() => wheel(12 * Math.cos(turn), 12 * Math.sin(turn))));
    }
    return times;
  },
  async hold(shape) {
    const run = await arrived(shape);
    await playground.panels[0].choose(run.folder, run);
    for (const tab of ['numbers', 'matrix', 'layers', 'off']) {
      playground.display.tab = tab;
      await painted();
      await until(() => document.querySelector('.drawer [aria-busy="false"]'), `the tab ${tab}`);
      if (tab === 'numbers') await until(() => document.querySelector('.drawer [data-row]'), 'a table');
    }
    await bench.switches();
    return run.run.trace.attentions.reduce((sum, { weights }) => sum + (weights?.data.byteLength ?? 0), 0);
  },
};

Object.assign(window, { bench });
