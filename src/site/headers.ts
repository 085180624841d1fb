/** WebAssembly has threads only on a page that is isolated from other origins; documents and workers have to say so both. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The same answer, with the headers that isolate a page; what is no plain answer of this origin stays as it is. */
export function isolated(response: Response): Response {
  if (response.type !== 'basic' || response.status === 0) return response;
  const { body, status, statusText } = response;
  const headers = new Headers([...response.headers, ...Object.entries(isolation)]);
  return new Response([101, 204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
}

/** An answer from kept bytes. */
export function answerWith(body: BodyInit | null, type: string): Response {
  return new Response(body, { headers: { 'Content-Type': type, ...isolation } });
}
