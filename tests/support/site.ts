import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the built site, with a closing slash. */
    site: string;
  }
}

/** The built site, served until `close`. */
export interface Site {
  address: string;
  /** Where the build lies. */
  folder: string;
  close: () => Promise<void>;
}

/** Builds the site into a folder of its own and serves it with the headers of `npm start`. */
export async function serveSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'vlpm-site-'));
  const output = { outDir: folder, emptyOutDir: true };
  await build({ build: output, logLevel: 'warn' });
  const server = await preview({ build: output, preview: { port: 0, strictPort: false }, logLevel: 'warn' });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('expected the preview server to have an address, it has none');
  return {
    address,
    folder,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gives the end-to-end tests one built site. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const site = await serveSite();
  project.provide('site', site.address);
  return site.close;
}
