import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { createGzip } from 'node:zlib';

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A host of static files as people use them. */
export interface Manners {
  /** Folder of the address where the site lies, with slashes around it. */
  path?: string;
  /** Whether the host declares the encoding of files that lie there as gzip, so that browsers inflate them. */
  inflates?: boolean;
  /** Whether the host compresses what can be compressed, as it sends it. */
  compresses?: boolean;
  /** Headers on every answer. */
  headers?: Record<string, string>;
}

/** A running host; what it serves can be exchanged, and it can go away and come back at the same port. */
export interface Host {
  address: string;
  /** Paths that were asked for since the start, the site's folder left out. */
  asked: string[];
  deploy: (folder: string) => void;
  stop: () => Promise<void>;
  start: () => Promise<void>;
}

/** Serves a folder on a free port of this machine. */
export async function startHost(
  folder: string,
  { path = '/', inflates = false, compresses = false, headers = {} }: Manners = {},
): Promise<Host> {
  let served = folder;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const name = normalize(decodeURIComponent(pathname.slice(path.length - 1))).replace(/\/$/, '/index.html');
    const file = join(served, name);
    const found = pathname.startsWith(path) && statSync(file, { throwIfNoEntry: false });
    asked.push(name.slice(1));
    if (!found || !found.isFile() || !file.startsWith(served)) {
      response.writeHead(404, headers).end('not here');
      return;
    }
    const tag = `"${found.size}-${found.mtimeMs}-${served.length}"`;
    const all = { ...headers, 'Content-Type': types[extname(file)] ?? 'application/octet-stream', ETag: tag };
    if (inflates && file.endsWith('.gz')) Object.assign(all, { 'Content-Encoding': 'gzip' });
    if (request.headers['if-none-match'] === tag) response.writeHead(304, all).end();
    else if (compresses && extname(file) in types) {
      const zipped = response.writeHead(200, { ...all, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
      createReadStream(file)
        .pipe(createGzip({ level: 1 }))
        .pipe(zipped);
    } else createReadStream(file).pipe(response.writeHead(200, all));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve()),
    );
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${path}`,
    asked,
    deploy: (next) => void (served = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
}
