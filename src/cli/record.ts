import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { photographic, shipped } from '../architectures/manifest';

/** Records every sample on every shipped model of its world into `static/runs`: what the page shows before a model is there. */
async function record(): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const runs = join(root, 'static/runs');
  const samples = JSON.parse(readFileSync(join(root, 'static/samples/index.json'), 'utf8')) as {
    id: string;
    kind: string;
  }[];
  rmSync(runs, { recursive: true, force: true });
  mkdirSync(runs, { recursive: true });

  const server = await createServer({
    root,
    cacheDir: 'node_modules/.vite-record',
    optimizeDeps: { entries: ['src/cli/recorder.ts', 'src/runtime/engine.worker.ts'] },
    server: { port: 0 },
    logLevel: 'error',
  });
  await server.listen();
  const executablePath = [env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path && existsSync(path));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0]}samples/index.json`);
    for (const sample of samples)
      for (const id of sample.kind === 'photo' ? photographic : shipped) {
        const call = `recordSample(${JSON.stringify(sample)}, 'zoo/${id}')`;
        const text = await page.evaluate<string>(
          `import('/src/cli/recorder.ts').then(({ recordSample }) => ${call})`,
        );
        const bytes = Buffer.from(text, 'base64');
        writeFileSync(join(runs, `${sample.id}-${id}.bin`), bytes);
        console.log(`${sample.id}-${id}.bin  ${Math.round(bytes.length / 1000)} kB`);
      }
  } finally {
    await browser.close();
    await server.close();
  }
}

await record();
