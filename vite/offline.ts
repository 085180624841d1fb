import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import type { Listed, Listing } from '../src/site/listing.ts';

/** Weights, stored references and the runtime: megabytes that the page does not need to open. */
const large = /\.(?:onnx|onnx\.gz|safetensors|wasm)$/;

/** Every file of a built site that is part of its version, in the order of their paths. */
function listSite(folder: string): Listing {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => path !== 'sw.js' && !path.startsWith('hub/'))
    .toSorted()
    .map((path): Listed => {
      const file = readFileSync(join(folder, path));
      const content = path.endsWith('.gz') ? gunzipSync(file) : file;
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path, sha256, bytes: content.length, first: !large.test(path) };
    });
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}

/** The policy of a built site's page, without what concerns documents alone. @throws Error where the page has none */
function policyOf(folder: string): string {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
  if (!policy) throw new Error(`expected a content security policy in ${folder}/index.html, found none`);
  return policy
    .replaceAll('&#39;', "'")
    .split(/; */)
    .filter((directive) => !/^(require-)?trusted-types|^(img|style|font)-src|^form-action/.test(directive))
    .join('; ');
}

/** Writes the service worker into a built site, with the list of all that lies there and the policy that its workers get. */
export async function writeServiceWorker(folder: string): Promise<void> {
  writeFileSync(join(folder, 'sw.js'), await bundle(listSite(folder), policyOf(folder)));
}

/** Gives the built site its service worker once everything else is there; a build of other pages alone, as the bench makes, gets none. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'vlpm-offline',
    apply: 'build',
    configResolved: (config) => void (folder = resolve(config.root, config.build.outDir)),
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: async () => {
        if (existsSync(join(folder, 'index.html'))) await writeServiceWorker(folder);
      },
    },
  };
}

/** The service worker as one script without imports, as every browser takes it. */
async function bundle(listing: Listing, policy: string): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { LISTING: JSON.stringify(listing), POLICY: JSON.stringify(policy) },
    build: {
      write: false,
      target: 'es2024',
      lib: {
        entry: resolve(import.meta.dirname, '../src/site/site.worker.ts'),
        formats: ['iife'],
        name: 'site',
      },
    },
  });
  const [output] = [built].flat();
  if (!output || !('output' in output)) throw new Error('expected one service worker, got a watcher');
  return output.output[0].code;
}
