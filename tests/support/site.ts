import type { TestProject } from 'vitest/node';
import { build, preview } from 'vite';

declare module 'vitest' {
  interface ProvidedContext {
    site: string;
  }
}

/** Builds the site once, serves it, and provides its address to the end-to-end tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build({ logLevel: 'warn' });
  const server = await preview({ preview: { port: 0, strictPort: false }, logLevel: 'warn' });
  project.provide('site', server.resolvedUrls?.local[0] ?? '');
  return () => server.close();
}
