import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium: `CHROMIUM_PATH`, then the usual places, then Playwright's own; undefined where there is none. */
export function browserPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...known, chromium.executablePath()].find(
    (path) => path && existsSync(path),
  );
}

/**
 * What Chromium does beside its pages: a process in reserve, and for each window pages of its own for the address bar, which is a fifth of the work of
 * opening ours. The rest is what Playwright turns off, since a later list takes an earlier one's place.
 */
const besides = [
  ...['SpareRendererForSitePerProcess', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
  ...['AimEnabled', 'AvoidCorsURLLoaderRestartOnRedirect', 'AvoidUnnecessaryBeforeUnloadCheckSync'],
  ...['DestroyProfileOnBrowserClose', 'HttpsFirstBalancedModeAutoEnable', 'HttpsUpgrades', 'LensOverlay'],
  ...['MediaRouter', 'NetworkTimeServiceQuerying', 'OptimizationHints', 'PaintHolding', 'PreconnectToSearch'],
  ...['ThirdPartyStoragePartitioning'],
];

/**
 * Command line of Chromium without background traffic; with `gpu`, WebGPU on its software adapter.
 * @param tiers compile WebAssembly a second time, for speed, as browsers do: of the time that a test needs to open the page and run a model once it
 * takes a third, and the answers are the same. Benchmarks and the engines' checks have it.
 */
export function browserArguments(gpu: boolean, tiers = false): string[] {
  const quiet = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-sync',
    '--disable-component-update',
    '--no-first-run',
    `--disable-features=${besides.join(',')}`,
    ...(tiers ? [] : ['--js-flags=--liftoff-only']),
  ];
  return gpu ? [...quiet, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : quiet;
}
