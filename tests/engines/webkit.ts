import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { WebKitPaths } from '../support/engines';
import { until, type Driver } from './driver';
import { WebDriver } from './webdriver';

/** Code points that WebDriver has for keys (W3C WebDriver, section "Keyboard actions"). */
const keyCodes = { Escape: '\uE00C', Enter: '\uE007' };

/** WebKitGTK's MiniBrowser on a screen of its own, by WebKitWebDriver. */
export async function driveWebKit({ driver, browser, screen }: WebKitPaths): Promise<Driver> {
  const children: ChildProcess[] = [];
  const end = () => children.forEach((child) => child.kill());
  process.once('exit', end);
  try {
    const display = await startScreen(screen, children);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const env = {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      // Compositing, on a software GL here, costs a third of the time, and ends the web process now and then:
      // textures are let go of on another thread than Skia's (https://bugs.webkit.org/show_bug.cgi?id=304134).
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      // Its sandbox refuses to start as root.
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    };
    children.push(spawn(driver, ['-p', `${port}`], { env, stdio: 'ignore' }));
    await until('WebKitWebDriver to answer', () => fetch(`${address}/status`).catch(() => null), 20_000);
    const session = await WebDriver.open(address, {
      'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
    });
    await session.post('timeouts', { script: 120_000 });
    return pageOf(session, end);
  } catch (error) {
    end();
    throw error;
  }
}

function pageOf(session: WebDriver, end: () => void): Driver {
  const moved = (x: number, y: number) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) });
  const struck = (value: string) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ];
  let isFramed = false;

  async function leaveFrame(): Promise<void> {
    if (isFramed) await session.post('frame', { id: null });
    isFramed = false;
  }

  /** Shows the page once more, in a frame of so many px at the window's corner. */
  async function enterFrame(width: number, height: number): Promise<void> {
    const style = `position: fixed; z-index: 99; inset: 0; border: 0; width: ${width}px; height: ${height}px`;
    await session.evaluate(`new Promise((done) => {
      const frame = Object.assign(document.createElement('iframe'), { src: location.href, onload: done });
      frame.style = '${style}';
      document.body.replaceChildren(frame);
    }).then(() => null)`);
    const id = await session.post('element', { using: 'css selector', value: 'iframe' });
    await session.post('frame', { id });
    isFramed = true;
  }

  async function fit(width: number, height: number): Promise<void> {
    const inner = (await session.evaluate('[innerWidth, innerHeight]')) as number[];
    const outer = (await session.get('window/rect')) as { width: number; height: number };
    await session.post('window/rect', {
      width: outer.width + width - inner[0],
      height: outer.height + height - inner[1],
    });
    await until(`a window of ${width} × ${height} px`, () =>
      session.evaluate(`innerWidth === ${width} && innerHeight === ${height}`),
    );
  }

  return {
    name: `WebKitGTK ${session.version}`,
    open: async (url) => {
      await leaveFrame();
      await session.post('url', { url });
      await session.evaluate(`void (globalThis.complaints = [],
        addEventListener('error', (event) => complaints.push(event.message)),
        addEventListener('unhandledrejection', (event) => complaints.push(String(event.reason))))`);
    },
    back: async () => void (await session.post('back')),
    evaluate: (expression) => session.evaluate(expression),
    click: (x, y) =>
      session.act([moved(x, y), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }], []),
    move: (x, y) => session.act([moved(x, y)], []),
    type: (text) => session.act([], [...text].flatMap(struck)),
    press: (key) => session.act([], struck(keyCodes[key])),
    choose: async (selector, path) => {
      const found = await session.post('element', { using: 'css selector', value: selector });
      await session.post(`element/${Object.values(found as object).join('')}/value`, { text: path });
    },
    resize: async (width, height) => {
      await leaveFrame();
      // The window cannot be narrower than its own buttons: a phone's page is one in a frame.
      const isNarrow = width < 500;
      await fit(isNarrow ? 500 : width, height);
      if (isNarrow) await enterFrame(width, height);
    },
    screenshot: async () => Buffer.from(String(await session.get('screenshot')), 'base64'),
    errors: async () => (await session.evaluate('globalThis.complaints ?? []')) as string[],
    close: async () => {
      await session.close().finally(end);
    },
  };
}

/** Starts a virtual screen. @returns its name, once it is there */
async function startScreen(program: string, children: ChildProcess[]): Promise<string> {
  const size = ['-screen', '0', '2000x1400x24'];
  const child = spawn(program, ['-displayfd', '3', ...size, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const number = await new Promise<string>((done, fail) => {
    child.once('exit', () => fail(new Error('expected Xvfb to start, it ended')));
    (child.stdio[3] as Readable).once('data', (told: Buffer) => done(told.toString().trim()));
  });
  return `:${number}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
