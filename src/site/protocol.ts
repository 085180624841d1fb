import type { Kept } from './shelf';

/** What the page asks of a service worker, each with a port for the answer. */
export type SiteCall =
  /** Notes who asks. `script`: address of the page's entry. Answered by null. */
  | { kind: 'hello'; script: string }
  /** Fetches a few more files. */
  | { kind: 'fill' }
  /** Takes over from the version before. Answered by null. */
  | { kind: 'replace' };

export type SiteAnswer = { kept: Kept | null } | { problem: string };
