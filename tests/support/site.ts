import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview, type Plugin, type Rolldown } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the built site, with a closing slash. */
    site: string;
    /** Folder of the built site on the disk. */
    built: string;
  }
}

/** The built site, served until `close`. */
export interface Site {
  address: string;
  folder: string;
  /** The JavaScript of the build, workers excepted. */
  chunks: Rolldown.OutputChunk[];
  close: () => Promise<void>;
}

/** Serves files as they lie: `npm start` compresses them anew for every visit, which is a tenth of the work of opening the page. */
const plain: Plugin = {
  name: 'plain',
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use(({ headers }, _, next) => {
      delete headers['accept-encoding'];
      next();
    });
  },
};

/**
 * Builds the site into a folder of its own and serves it with the headers of `npm start`.
 * @param pages HTML files to build in place of `index.html`, as paths from the root
 * @param plugins for the server
 */
export async function serveSite(pages?: string[], plugins: Plugin[] = []): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-site-'));
  const output = { outDir: folder, emptyOutDir: true };
  // Vitest's own value would build the page as for development.
  process.env.NODE_ENV = 'production';
  const built = await build({
    build: { ...output, rolldownOptions: pages && { input: pages } },
    logLevel: 'warn',
  });
  if (!('output' in built)) throw new Error('expected one build, got several or a watcher');
  const server = await preview({
    plugins,
    build: output,
    preview: { port: 0, strictPort: false },
    logLevel: 'warn',
  });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('expected the preview server to have an address, it has none');
  return {
    address,
    folder,
    chunks: built.output.filter((file) => file.type === 'chunk'),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gives the end-to-end tests one built site, or one that is served already: `VLPM_SITE` is its address, with a closing slash. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.VLPM_SITE) {
    project.provide('site', process.env.VLPM_SITE);
    return () => Promise.resolve();
  }
  const site = await serveSite(undefined, [plain]);
  project.provide('site', site.address);
  project.provide('built', site.folder);
  return site.close;
}
