/** The part of Trusted Types that is used here. */
interface Factory {
  createPolicy(name: 'default', rules: { createScriptURL: (address: string) => string | null }): unknown;
}

/** Scripts that the site's pages may start: their workers and the service worker, all of the site's own folder. */
const startable = /^(?:sw\.js|assets\/(?:engine|writer)\.worker-[\w-]+\.js)$/;

/** The address if it is one of the site's scripts to start, else null, which the browser takes as a refusal. */
export function startableAt(address: string, folder: string): string | null {
  const { href } = new URL(address, folder);
  return href.startsWith(folder) && startable.test(href.slice(folder.length)) ? href : null;
}

/**
 * Tells the browser which script addresses it may take from the page. The built page's policy has it refuse all other strings where they
 * could become code. It is the policy by default, since Vite recognises a worker only by its bare address where the worker is made.
 */
export function declareTrust(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  // Built scripts lie in a folder of the site's.
  const folder = import.meta.url.replace(/[^/]+\/[^/]+$/, '');
  if (import.meta.env.PROD)
    trustedTypes?.createPolicy('default', { createScriptURL: (address) => startableAt(address, folder) });
}
