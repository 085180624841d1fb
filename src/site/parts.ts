import { isPartMissing, partMissing } from '../rpc/errors';

/**
 * Parts of the page are fetched when they are first wanted. Where one does not come, whoever asked for it gets an error that says so in a sentence,
 * and `tell` what nobody answers for.
 */
export function watchParts(tell: (sentence: string) => void): void {
  addEventListener('vite:preloadError', ({ payload }) => {
    if (isPartMissing(payload)) payload.message = partMissing;
  });
  addEventListener('unhandledrejection', (event) => {
    if (!(event.reason instanceof Error) || event.reason.message !== partMissing) return;
    event.preventDefault();
    tell(partMissing);
  });
}
