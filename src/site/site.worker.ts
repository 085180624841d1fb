import { Keeper } from './keeper';
import type { Listing } from './listing';
import type { SiteAnswer, SiteCall } from './protocol';
import type { ServiceScope } from './scope';
import { SiteShelf } from './shelf';

declare const self: ServiceScope;
/** Put here by the build. */
declare const LISTING: Listing;

const { scope } = self.registration;
const keeper = new Keeper(
  LISTING,
  scope,
  new SiteShelf(scope),
  () => void self.registration.update().catch(() => {}),
);
const windows = async () =>
  (await self.clients.matchAll({ includeUncontrolled: true, type: 'window' })).map(({ id }) => id);

/**
 * Whether a page or worker is still there. One that does not answer is: a thread of WebAssembly waits and answers nothing, so that Firefox
 * never gives a list with workers in it.
 */
const lives = (id: string): Promise<boolean> =>
  Promise.race([
    self.clients.get(id).then((client) => client !== undefined),
    new Promise<true>((done) => setTimeout(() => done(true), 1000)),
  ]);

// The first one has nothing to replace: it serves at once, and fetches when the page rests.
self.addEventListener('install', (event) => {
  if (self.registration.active) event.waitUntil(keeper.stock());
});

// What pages are told of it is not waited for: Firefox tells them after their threads, which never listen, and till then opens no page here.
self.addEventListener('activate', (event) => {
  const begun = windows().then((clients) => keeper.begin(clients));
  event.waitUntil(begun.then(() => void self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request, clientId: client, resultingClientId: resulting } = event;
  if (request.method !== 'GET' || request.headers.has('range') || !request.url.startsWith(scope)) return;
  // Models that a host adds may be of any size and are no part of the version.
  if (request.url.startsWith(new URL('hub/', scope).href)) return;
  event.respondWith(keeper.answer(request, { client, resulting }));
});

self.addEventListener('message', (event) => {
  const answer = (said: SiteAnswer) => event.ports[0]?.postMessage(said);
  const work = serve(event.data as SiteCall, event.source?.id ?? '').then(answer, (error: unknown) =>
    answer({ problem: error instanceof Error ? error.message : String(error) }),
  );
  event.waitUntil(work);
});

async function serve(call: SiteCall, client: string): Promise<SiteAnswer> {
  if (call.kind === 'fill') return { kept: await keeper.fill(lives) };
  if (call.kind === 'hello') await keeper.greet(client, call.script);
  if (call.kind === 'replace') await self.skipWaiting();
  return { kept: null };
}
