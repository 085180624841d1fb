/**
 * Fetches a file of a model that the page's policy lets it fetch.
 * @param progress told the bytes so far, and of how many, where the server says that
 * @throws Error of one sentence: no address, another origin, no file there
 */
export async function fetchModel(
  address: string,
  progress: (loaded: number, total: number | null) => void,
  signal: AbortSignal,
): Promise<File> {
  const url = URL.parse(address, location.href);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(`Expected an address such as https://example.org/model.onnx, got “${address}”.`);
  if (!mayFetch(url))
    throw new Error(
      `This page was built to fetch from its own address only, not from ${url.origin}: download the file and drop it here, or build the page with VLPM_CONNECT=${url.origin}.`,
    );
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Error(
      `${url.href} could not be fetched: ${error instanceof Error ? error.message : 'no answer'}.`,
    );
  });
  const page = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || !response.body || page)
    throw new Error(
      `There is no file at ${url.href} (status ${response.status}${page ? ', a web page' : ''}).`,
    );
  const total = Number(response.headers.get('content-length')) || null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value } = await reader.read();
    if (!value) break;
    parts.push(value);
    progress((loaded += value.length), total);
  }
  return new File(parts, url.pathname.split('/').at(-1) ?? 'model.onnx');
}

/** Whether the page's content security policy allows an address; in development there is no policy. */
function mayFetch({ origin }: URL): boolean {
  if (origin === location.origin) return true;
  const policy = document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]');
  const connect = policy?.content.split(';').find((directive) => directive.trim().startsWith('connect-src'));
  return connect?.split(/\s+/).includes(origin) ?? policy === null;
}
