import type { Shelf } from '../../src/runtime/cache';

/** The Cache API's part that the runtime uses, in memory: Node has none. */
export function memoryShelf(): Shelf & { entries: Map<string, Response> } {
  const entries = new Map<string, Response>();
  const key = (request: RequestInfo | URL) => (request instanceof Request ? request.url : String(request));
  return {
    entries,
    match: (request) => Promise.resolve(entries.get(key(request))?.clone()),
    put: (request, response) => Promise.resolve(void entries.set(key(request), response)),
    delete: (request) => Promise.resolve(entries.delete(key(request))),
  };
}
