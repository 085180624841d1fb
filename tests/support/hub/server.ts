import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository: its files by path, and what its card says. */
export interface Repo {
  files: ReadonlyMap<string, Uint8Array>;
  licence?: string;
  gated?: boolean;
  config?: unknown;
  /** Sizes that are listed in place of the files' own. */
  claims?: Readonly<Record<string, number>>;
}

/** How the next answers for files go wrong, by path: what is taken from the front of a list counts once. */
export interface Trouble {
  /** The connection ends after so many bytes. */
  cut?: number;
  /** Nothing comes any more after so many bytes, and the connection stays. */
  stall?: number;
  /** A status in place of the file, and its headers. */
  status?: number;
  headers?: Record<string, string>;
  /** A web page in place of the file. */
  page?: boolean;
  /** Ranges are not honoured. */
  whole?: boolean;
  /** Bytes in place of the file's. */
  bytes?: Uint8Array;
}

/** What was asked, in order. */
export interface Question {
  port: 'hub' | 'store';
  method: string;
  path: string;
  range: string | null;
  headers: IncomingMessage['headers'];
  body: number;
}

/** The Hub as a page meets it: an API and small files at one origin, large files at another, to which signed addresses lead that expire. */
export interface LocalHub {
  hub: string;
  store: string;
  asked: Question[];
  /** By path of a file. */
  troubles: Map<string, Trouble[]>;
  /** Bytes a second of large files; Infinity unless set. */
  pace: number;
  close: () => Promise<void>;
}

export const commit = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00';
/** Files of more bytes lie at the store, as those that the Hub keeps outside of git. */
const large = 10_000;

const sha = (kind: 'sha256' | 'sha1', ...parts: (string | Uint8Array)[]) => {
  const hash = createHash(kind);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Plays the Hub with some repositories, on two ports of this machine. */
export async function startHub(repos: Readonly<Record<string, Repo>>): Promise<LocalHub> {
  const signed = new Map<string, string>();
  let count = 0;
  const asked: Question[] = [];
  const hub = { asked, troubles: new Map<string, Trouble[]>(), pace: Infinity } as unknown as LocalHub;
  const note = (port: Question['port'], request: IncomingMessage) => {
    const { method = '', url: path = '', headers } = request;
    const question: Question = { port, method, path, range: headers.range ?? null, headers, body: 0 };
    request.on('data', (part: Buffer) => (question.body += part.length));
    asked.push(question);
  };

  const api = createServer((request, response) => {
    note('hub', request);
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const exposed =
      'X-Repo-Commit, X-Error-Code, X-Error-Message, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag';
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Expose-Headers', exposed);
    response.setHeader('Vary', 'Origin');
    const [, id, what] = /^\/api\/models\/(.+?)\/(revision|tree)\//.exec(pathname) ?? [];
    if (id) return answerApi(response, repos[id], id, what, hub);
    const [, name, path] = /^\/(.+?)\/resolve\/[^/]+\/(.+)$/.exec(decodeURIComponent(pathname)) ?? [];
    const repo = repos[name];
    const file = repo?.files.get(path);
    if (!repo) return refuse(response, 401, 'RepoNotFound');
    if (repo.gated) return refuse(response, 403, 'GatedRepo');
    if (!file) return refuse(response, 404, 'EntryNotFound');
    if (file.length <= large) return send(request, response, path, file, hub, Infinity);
    const key = sha('sha256', `${count++} ${path}`).slice(0, 20);
    signed.set(key, `${name} ${path}`);
    response
      .writeHead(302, { Location: `${hub.store}/${key}?Expires=3600`, 'X-Linked-Size': file.length })
      .end();
  });

  const store = createServer((request, response) => {
    note('store', request);
    const key = (request.url ?? '').slice(1).split('?')[0];
    const [name, path] = signed.get(key)?.split(' ') ?? [];
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag');
    const file = repos[name]?.files.get(path);
    if (!file) {
      response.writeHead(403, { 'Content-Type': 'application/xml' }).end('<Error>AccessDenied</Error>');
      return;
    }
    // One use, as if it expired while the file came: whoever asks this address again is refused.
    signed.delete(key);
    send(request, response, path, file, hub, hub.pace);
  });

  const listen = (server: typeof api) =>
    new Promise<string>((resolve) =>
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      ),
    );
  const stop = (server: typeof api) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  hub.hub = await listen(api);
  hub.store = await listen(store);
  hub.close = async () => void (await Promise.all([stop(api), stop(store)]));
  return hub;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'X-Error-Code': code, 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ error: code }));
}

/** The two questions of the API. Lists of files come in pages of two. */
function answerApi(
  response: ServerResponse,
  repo: Repo | undefined,
  id: string,
  what: string,
  { hub }: LocalHub,
): void {
  if (!repo) return refuse(response, 401, 'RepoNotFound');
  const url = new URL(response.req.url ?? '', hub);
  if (!new RegExp(`/${what}/(HEAD|main|${commit})$`).test(url.pathname))
    return refuse(response, 404, 'RevisionNotFound');
  const json = (value: unknown) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(value));
  };
  if (what === 'revision')
    return json({
      _id: '1',
      id,
      sha: commit,
      private: false,
      gated: repo.gated ? 'manual' : false,
      downloads: 1,
      likes: 1,
      lastModified: '2024-01-01T00:00:00.000Z',
      tags: repo.licence ? [`license:${repo.licence}`] : [],
      cardData: repo.licence ? { license: repo.licence } : {},
      config: repo.config ?? {},
    });
  const all = [...repo.files].map(([path, bytes]) => {
    const size = repo.claims?.[path] ?? bytes.length;
    const entry = { type: 'file', path, size, oid: sha('sha1', `blob ${bytes.length}\0`, bytes) };
    return bytes.length > large
      ? { ...entry, lfs: { oid: sha('sha256', bytes), size, pointerSize: 134 } }
      : entry;
  });
  const from = Number(url.searchParams.get('cursor') ?? 0);
  if (from + 2 < all.length) {
    url.searchParams.set('cursor', String(from + 2));
    response.setHeader('Link', `<${url.href}>; rel="next"`);
  }
  json(all.slice(from, from + 2));
}

/** Sends a file or its range, or what trouble there is. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  file: Uint8Array,
  hub: LocalHub,
  pace: number,
): void {
  const trouble = hub.troubles.get(path)?.shift() ?? {};
  if (trouble.status) return void response.writeHead(trouble.status, trouble.headers).end();
  if (trouble.page)
    return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Sign in');
  const bytes = trouble.bytes ?? file;
  const [, begin] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const from = trouble.whole || begin === undefined ? 0 : Number(begin);
  if (from >= bytes.length && from > 0)
    return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
  const ranged = begin !== undefined && !trouble.whole;
  response.writeHead(ranged ? 206 : 200, {
    'Content-Type': 'binary/octet-stream',
    'Content-Length': bytes.length - from,
    ...(ranged && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  const end = Math.min(bytes.length, from + (trouble.cut ?? trouble.stall ?? bytes.length));
  void pour(response, bytes.subarray(from, end), pace).then(() => {
    if (trouble.cut !== undefined) response.destroy();
    else if (trouble.stall === undefined) response.end();
  });
}

/** Writes at a pace of so many bytes a second. */
async function pour(response: ServerResponse, bytes: Uint8Array, pace: number): Promise<void> {
  const step = Number.isFinite(pace) ? Math.max(1, Math.round(pace / 20)) : bytes.length || 1;
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    await new Promise<void>((resolve) => response.write(bytes.subarray(at, at + step), () => resolve()));
    if (Number.isFinite(pace)) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
