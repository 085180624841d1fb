import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin } from 'vite';

/** The Hub, and where it leads to: its first address is the one that is asked, all of them are in the policy. */
const hub = process.env.VLPM_HUB?.split(/\s+/).filter((origin) => /^https?:\/\/[^\s;]+$/.test(origin)) ?? [];
const [base, ...stores] = hub.length > 0 ? hub : ['https://huggingface.co', 'https://*.hf.co'];

/**
 * The library names no build for browsers in a way that bundlers still heed: left alone, they take the one for Node.
 */
export const hubLibrary = {
  find: '@huggingface/hub',
  replacement: resolve(import.meta.dirname, '../node_modules/@huggingface/hub/dist/browser/index.mjs'),
};

/** The document that reads the Hub may ask it and its own origin, and nothing else; all other rules are those of the page. */
const withHub = (policy: string) =>
  policy.replace(/connect-src [^;]*/, `connect-src 'self' ${[base, ...stores].join(' ')}`);

/**
 * Builds the second document, `hub.html`, into the site when the page is there: by itself, so that the page's own scripts are cut as if it
 * were not there.
 * @param policy of the page
 */
export function hubPage(policy: string): Plugin {
  let [root, folder] = ['', ''];
  return {
    name: 'vlpm-hub',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: async () => {
        await build({
          configFile: false,
          root,
          base: './',
          publicDir: 'static',
          logLevel: 'warn',
          plugins: [svelte(), document(policy)],
          resolve: { alias: [hubLibrary] },
          build: {
            outDir: folder,
            emptyOutDir: false,
            copyPublicDir: false,
            target: 'es2024',
            rolldownOptions: { input: 'hub.html', checks: { pluginTimings: false } },
          },
          worker: { format: 'es' },
        });
      },
    },
  };
}

/** Writes policy and address of the Hub into the document. */
function document(policy: string): Plugin {
  return {
    name: 'vlpm-hub-document',
    transformIndexHtml: (html) => ({
      html: html.replace(/(<meta name="hub" content=")[^"]*/, `$1${base}`),
      tags: [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: withHub(policy) },
          injectTo: 'head-prepend',
        },
      ],
    }),
  };
}
