import { cpSync, createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { hubLibrary, hubPage } from './vite/hub.ts';
import { offline } from './vite/offline.ts';

/** WASM threads need a cross-origin isolated page. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Origins that a page built with VLPM_CONNECT="https://models.example https://…" may fetch models from; none unless asked for. */
const origins = (process.env.VLPM_CONNECT ?? '')
  .split(/\s+/)
  .filter((origin) => /^https?:\/\/[^\s;]+$/.test(origin));

/** No foreign origin: neither the picture nor the caption can leave the machine. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  ["connect-src 'self' blob: data:", ...origins].join(' '),
  "img-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types default svelte-trusted-html',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const served = ['zoo', 'hub', 'recipes'];
const kinds: Record<string, string> = { '.json': 'application/json', '.md': 'text/markdown' };

/** Serves the folders `zoo`, `hub` and `recipes` of `models` at `/zoo` and so on in development and copies them into the built site. */
function models(): Plugin {
  const root = resolve(import.meta.dirname, 'models');
  return {
    name: 'vlpm-models',
    configureServer(server) {
      for (const folder of served)
        server.middlewares.use(`/${folder}`, (request, response, next) => {
          const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0]));
          const file = join(root, folder, path);
          if (!file.startsWith(join(root, folder)) || !existsSync(file) || !statSync(file).isFile()) {
            response.statusCode = 404;
            response.end();
            return;
          }
          response.setHeader('Content-Type', kinds[extname(file)] ?? 'application/octet-stream');
          response.setHeader('Content-Length', statSync(file).size);
          for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
          createReadStream(file).on('error', next).pipe(response);
        });
    },
    writeBundle(options) {
      for (const folder of served)
        if (options.dir && existsSync(join(root, folder)))
          cpSync(join(root, folder), join(options.dir, folder), { recursive: true });
    },
  };
}

/** Writes the content security policy into the built page (development needs inline scripts for hot reload). */
function security(): Plugin {
  return {
    name: 'vlpm-security',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/**
 * All that a worker's entry imports at once, as a file of its own. Parts that are loaded later import from it, and must not import from the
 * entry: WebKit runs a worker's entry a second time when a module of the worker imports it, and then two engines answer every call.
 */
const engine = {
  name: 'engine',
  tags: ['$initial' as const],
  test: (id: string) => !/\.worker\.ts/.test(id),
};

/** All that the page imports at once, as one file: parts that are loaded later share modules with it, and would cut it into dozens of small ones. */
const page = { name: 'page', tags: ['$initial' as const] };

export default defineConfig({
  base: './',
  publicDir: 'static',
  plugins: [svelte(), models(), security(), hubPage(policy), offline()],
  resolve: { alias: [hubLibrary] },
  build: {
    target: 'es2024',
    chunkSizeWarningLimit: 1500,
    // One look for all parts, 6 kB more at first: the build's loader takes a style sheet that did not come for one that is there, and fetches it no more.
    cssCodeSplit: false,
    rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [page] } } },
  },
  worker: {
    format: 'es',
    rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [engine] } } },
  },
  optimizeDeps: {
    include: ['onnxruntime-web/webgpu', 'onnxruntime-web/wasm', '@xenova/transformers', 'hash-wasm'],
  },
  server: { host: '127.0.0.1', headers: isolation },
  preview: { host: '127.0.0.1', headers: isolation },
});
