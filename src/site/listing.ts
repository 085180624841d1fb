/** A file of the built site. */
export interface Listed {
  /** From the site's folder, without a slash before it. */
  path: string;
  /** Of the content; of what it inflates to for files that lie there as gzip. */
  sha256: string;
  bytes: number;
  /** True for what the page needs to open; the rest (weights, the runtime) comes when it is used or when the page rests. */
  first: boolean;
}

/** All that one build of the site consists of. It is what a version is: two builds with the same files are the same version. */
export interface Listing {
  version: string;
  files: readonly Listed[];
}

const types: Record<string, string> = {
  css: 'text/css',
  html: 'text/html; charset=utf-8',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  mjs: 'text/javascript',
  png: 'image/png',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

/** The media type of a file by its ending. */
export const typeOf = (path: string): string =>
  types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** The file that an address means; undefined for addresses outside the site's folder and for files that do not ship. */
export function listedAt(listing: Listing, scope: string, address: string): Listed | undefined {
  const { origin, pathname } = new URL(address);
  const base = new URL(scope);
  if (origin !== base.origin || !pathname.startsWith(base.pathname)) return undefined;
  const path = decodeURIComponent(pathname.slice(base.pathname.length)) || 'index.html';
  return listing.files.find((file) => file.path === path);
}
