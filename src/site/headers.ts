/** WebAssembly has threads only on a page that is isolated from other origins; documents and workers have to say so both. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Put here by the build: the page's own policy, but for what concerns documents alone. */
declare const POLICY: string;

/**
 * The policy that a page carries in itself binds none of its workers: each has that of the answer it came with (Content Security Policy
 * Level 3, section 4.1), which a plain host leaves without one. So scripts get it here.
 */
const binding = (type: string | null): Record<string, string> =>
  type?.includes('javascript') ? { 'Content-Security-Policy': POLICY } : {};

/** The same answer, with the headers that isolate a page and bind a worker; what is no plain answer of this origin stays as it is. */
export function isolated(response: Response): Response {
  if (response.type !== 'basic' || response.status === 0) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  const added = { ...isolation, ...binding(headers.get('Content-Type')) };
  for (const [name, value] of Object.entries(added)) if (!headers.has(name)) headers.set(name, value);
  return new Response([101, 204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}

/** An answer from kept bytes. */
export function answerWith(body: BodyInit | null, type: string): Response {
  return new Response(body, { headers: { 'Content-Type': type, ...isolation, ...binding(type) } });
}
