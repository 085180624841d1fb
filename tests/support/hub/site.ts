import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeServiceWorker } from '../../../vite/offline';
import { startHost, type Host } from '../host';
import type { LocalHub } from './server';

/** The built site, with the local Hub in place of the real one and recipes of tiny models in place of those of published size. */
export async function startHubSite(
  built: string,
  { hub, store }: LocalHub,
): Promise<Host & { close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-hub-'));
  await cp(built, folder, { recursive: true });
  await cp(join(import.meta.dirname, '../../oracle/published/recipes'), join(folder, 'recipes'), {
    recursive: true,
  });
  const page = join(folder, 'hub.html');
  const html = await readFile(page, 'utf8');
  const policy = ' https://huggingface.co https://*.hf.co;';
  if (!html.includes(policy)) throw new Error(`expected hub.html with ${policy}, got ${html.slice(0, 600)}`);
  const local = html
    .replace(policy, ` ${hub} ${store};`)
    .replace('content="https://huggingface.co"', `content="${hub}"`);
  await writeFile(page, local);
  await writeServiceWorker(folder);
  const host = await startHost(folder, {
    inflates: true,
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  });
  const close = async () => {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...host, close };
}
