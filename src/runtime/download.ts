import { receive, type Patience } from './receive';

/** What a manifest says of a file, and where it lies. */
export interface Stored {
  name: string;
  url: string;
  sha256: string;
  bytes: number;
}

export type Fetch = (
  url: string,
  how?: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

/**
 * Fetches a file and checks it against its manifest. A connection that ends or stalls is taken up again where it was left.
 * @param progress told the bytes received so far
 * @throws Error of one sentence: the file's name, what was expected and what came
 */
export async function download(
  file: Stored,
  fetcher: Fetch,
  progress: (loaded: number) => void = () => {},
  patience?: Patience,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await receive(file, (how) => answer(file.name, file.url, fetcher, how), progress, patience);
  const found = await sha256(bytes);
  if (found !== file.sha256)
    throw new Error(
      `${file.name}: expected the sha256 ${brief(file.sha256)}, got ${brief(found)}: the file was changed.`,
    );
  return bytes;
}

/**
 * Fetches a JSON document that no hash describes.
 * @throws Error of one sentence
 */
export async function downloadJson(name: string, url: string, fetcher: Fetch): Promise<unknown> {
  const text = await (await answer(name, url, fetcher)).text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`${name}: expected JSON from ${url}, got ${text.length} characters of something else.`);
  }
}

/** The hash of some bytes in lower-case hexadecimal. @throws Error where the browser offers no hashing: at insecure addresses */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new Error(
      'Model files can be checked at a secure address only: expected https or localhost, got plain http.',
    );
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A model that a visitor brought and that this browser does not hold, or not any more. */
export class NotHeld extends Error {
  constructor() {
    super(
      'This browser does not hold the model of this link: drop its files on the page, or choose another.',
    );
  }
}

async function answer(
  name: string,
  url: string,
  fetcher: Fetch,
  how?: Parameters<Fetch>[1],
): Promise<Response> {
  const response = await fetcher(url, how).catch((error: unknown) => {
    if (error instanceof NotHeld) throw error;
    throw new Error(`${name}: expected a file at ${url}, got no answer (${String(error)}).`);
  });
  if (!response.ok)
    throw new Error(`${name}: expected a file at ${url}, got "${response.status} ${response.statusText}".`);
  // Many hosts answer a missing path with their front page and status 200.
  if (response.headers.get('content-type')?.startsWith('text/html'))
    throw new Error(`${name}: expected a file at ${url}, got a web page: the file is missing there.`);
  return response;
}

const brief = (hash: string) => `${hash.slice(0, 12)}…`;
