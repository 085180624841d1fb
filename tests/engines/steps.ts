import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inPage, until, type Driver } from './driver';
import { look, type Part } from './parts';

/** A file as a visitor has it. */
export interface GivenFile {
  name: string;
  bytes: Uint8Array;
}

/** What a visitor does. */
export type Step =
  | { open: string }
  | { click: Part; at?: readonly [x: number, y: number] }
  /** Clicked where it is there: a layout may have it or not. */
  | { clickIfThere: Part }
  | { fill: Part; with: string }
  | { type: string }
  | { press: 'Escape' | 'Enter' }
  | { choose: string; file: string }
  | { drop: GivenFile[]; onto: string }
  | { resize: readonly [width: number, height: number] }
  | { crash: true }
  /** Waits until all panels show what is on the page now. */
  | { settle: number };

export const fileAt = (path: string, name = basename(path)): GivenFile => ({
  name,
  bytes: readFileSync(path),
});

/** Does a step. @throws Error with what was not there */
export async function perform(driver: Driver, step: Step): Promise<void> {
  if ('open' in step) {
    await driver.open('about:blank');
    await driver.open(step.open);
  } else if ('click' in step) await press(driver, step.click, step.at);
  else if ('clickIfThere' in step) {
    if (await inPage(driver, isThere, step.clickIfThere)) await press(driver, step.clickIfThere);
  } else if ('fill' in step) {
    await press(driver, step.fill);
    await inPage(driver, () => (document.activeElement as HTMLTextAreaElement).select());
    await driver.type(step.with);
  } else if ('type' in step) await driver.type(step.type);
  else if ('press' in step) await driver.press(step.press);
  else if ('choose' in step) {
    await until(`${step.choose} to be there`, () => inPage(driver, isThere, { css: step.choose }));
    await driver.choose(step.choose, step.file);
  } else if ('drop' in step)
    await inPage(
      driver,
      drop,
      step.drop.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString('base64') })),
      step.onto,
    );
  else if ('resize' in step) await driver.resize(...step.resize);
  else if ('crash' in step) await inPage(driver, crashWorker);
  else await settle(driver, step.settle);
}

async function settle(driver: Driver, count: number): Promise<void> {
  let last = '';
  await until('every panel to be live', async () => {
    const { panels } = await inPage(driver, look);
    last = panels.map(({ state, alert }) => [state, alert].filter(Boolean).join(': ')).join(', ');
    return panels.length === count && panels.every(({ settled }) => settled);
  }).catch((error: Error) => {
    throw new Error(`${error.message}, they are ${last}`);
  });
}

async function press(driver: Driver, part: Part, at: readonly [number, number] = [0.5, 0.5]): Promise<void> {
  const [x, y] = await until(`${part.name ?? ''} ${part.css} to be in reach`, () =>
    inPage(driver, locate, part, [...at]),
  );
  await driver.click(x, y);
}

function isThere({ css, name }: Part): boolean {
  return [...document.querySelectorAll(css)].some(
    (element) =>
      element.getClientRects().length > 0 && (!name || new RegExp(name).test(element.textContent.trim())),
  );
}

/**
 * Scrolls a part into view and finds where to press it, in px of the viewport; null while it is hidden, covered or moving. Runs in the page, so
 * it stands alone.
 */
async function locate(
  { css, name, place = 0 }: Part,
  [across, down]: number[],
): Promise<[number, number] | null> {
  const labelOf = (element: Element) =>
    element.getAttribute('aria-label') ??
    (element as HTMLInputElement).labels?.[0]?.textContent ??
    element.textContent ??
    '';
  const isNamed = (element: Element) => !name || new RegExp(name).test(labelOf(element).trim());
  const element = [...document.querySelectorAll(css)]
    .filter((element) => element.getClientRects().length > 0 && isNamed(element))
    .at(place);
  if (!element || (element as HTMLButtonElement).disabled) return null;
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const boxOf = () => element.getBoundingClientRect();
  const before = boxOf();
  await new Promise((done) => setTimeout(done, 60));
  const { left, top, width, height } = boxOf();
  if (before.left !== left || before.top !== top) return null;
  const [x, y] = [left + across * width, top + down * height];
  const hit = document.elementFromPoint(x, y);
  return hit && (element.contains(hit) || hit.contains(element)) ? [x, y] : null;
}

function drop(files: { name: string; text: string }[], onto: string): void {
  const dataTransfer = new DataTransfer();
  for (const { name, text } of files)
    dataTransfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
  const target = document.querySelector('dialog[open]') ?? document.querySelector(onto);
  target?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

/** What browsers report of it. */
export const crash = /\bkind\b.*\bnull\b|\bnull\b.*\bkind\b|The worker stopped/;

/** Lets the engine's worker fall over at the next message to it: one that is no request. */
function crashWorker(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this`
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker) {
    Worker.prototype.postMessage = postMessage;
    postMessage.call(this, null);
  } as typeof postMessage;
}

/** Presses a button that saves, and catches the file. */
export async function saved(driver: Driver, ...way: Step[]): Promise<Uint8Array<ArrayBuffer>> {
  await inPage(driver, () => {
    const caught = window as Window & { saved?: Blob };
    delete caught.saved;
    // Pictures that the page draws meanwhile get addresses, too: the file is what the clicked link leads to.
    const blobs = new Map<string, Blob>();
    const createObjectURL = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      const address = createObjectURL(blob);
      blobs.set(address, blob);
      return address;
    };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
    const { click } = HTMLAnchorElement.prototype;
    HTMLAnchorElement.prototype.click = function () {
      HTMLAnchorElement.prototype.click = click;
      URL.createObjectURL = createObjectURL;
      const blob = blobs.get(this.href);
      if (blob) caught.saved = blob;
    };
  });
  for (const step of way) await perform(driver, step);
  const text = await until('a file to be saved', () =>
    inPage(driver, async () => {
      const { saved } = window as Window & { saved?: Blob };
      if (!saved) return null;
      const bytes = new Uint8Array(await saved.arrayBuffer());
      let letters = '';
      for (let at = 0; at < bytes.length; at += 8192)
        letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return btoa(letters);
    }),
  );
  return new Uint8Array(Buffer.from(text, 'base64'));
}
