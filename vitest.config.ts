import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import vite from './vite.config.ts';
import { browserArguments, browserPath } from './tests/support/browser.ts';
import { frugal } from './tests/support/frugal.ts';

/** Chromium through Playwright; the GPU project runs WebGPU on SwiftShader, Chromium's software adapter. */
const chromium = (gpu: boolean) => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: { executablePath: browserPath(), args: browserArguments(gpu) },
  }),
  instances: [{ browser: 'chromium' as const }],
});

/** What takes the GPU away from its page comes last. */
class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const takes = ({ moduleId }: TestSpecification) => moduleId.endsWith('/serve.gpu.test.ts');
    return (await super.sort(files)).toSorted((a, b) => Number(takes(a)) - Number(takes(b)));
  }
}

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      sequence: { sequencer: Order },
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            environment: 'node',
            execArgv: frugal,
            include: ['tests/**/*.test.ts'],
            exclude: ['tests/**/*.{browser,gpu}.test.ts'],
            // A third of the time: what tests import is read once.
            isolate: false,
            testTimeout: 20_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['tests/**/*.browser.test.ts'],
            isolate: false,
            browser: chromium(false),
            testTimeout: 30_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'gpu',
            include: ['tests/**/*.gpu.test.ts'],
            setupFiles: ['tests/runtime/shaders.ts'],
            // One page for all: the shaders that the adapter has compiled for one file serve the next.
            isolate: false,
            browser: chromium(true),
            testTimeout: 180_000,
            hookTimeout: 180_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'engines',
            environment: 'node',
            execArgv: frugal,
            include: ['tests/engines/*.engine.ts'],
            // A browser driven from outside now and then drops a command of its driver's.
            retry: 2,
            globalSetup: ['tests/support/site.ts'],
            fileParallelism: false,
            expect: { poll: { timeout: 30_000 } },
            testTimeout: 180_000,
            hookTimeout: 120_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'e2e',
            environment: 'node',
            execArgv: frugal,
            include: ['tests/e2e/**/*.e2e.ts'],
            // On two cores beside another lane; what needed its second try is named at the end of `npm test`.
            retry: 1,
            globalSetup: ['tests/support/site.ts'],
            fileParallelism: false,
            // One process and one Chromium for all files: visitors keep what they store to themselves.
            isolate: false,
            expect: { poll: { timeout: 30_000 } },
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
      ],
    },
  }),
);
