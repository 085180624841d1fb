import { mount } from 'svelte';
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

export interface AtlasBench {
  /** Milliseconds from a run's arrival until its atlas is painted. */
  paint: (shape: Shape) => Promise<number>;
  /** Milliseconds of each change of what the cells show, over all statistics and back to maps. */
  switches: () => Promise<number[]>;
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
};

Object.assign(window, { bench });
