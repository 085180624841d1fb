import { HubApiError } from '@huggingface/hub';

/** What an unsuccessful question to the Hub means, in one sentence. */
export function refusal(error: unknown, repo: string, revision: string): unknown {
  if (error instanceof HubApiError) return new Error(sentence(error.statusCode, repo, revision));
  // The only error of fetch itself: no network, a refused connection, or the page's own policy.
  if (error instanceof TypeError)
    return new Error(
      `The Hub does not answer: there is no network, or something between blocks it (${error.message}).`,
    );
  return error;
}

function sentence(status: number, repo: string, revision: string): string {
  if (status === 401 || status === 403)
    return `The Hub has no public model ${repo}: the id is misspelt, or the model is private or asks for an agreement. One that you may read can be downloaded and its folder dropped on the page.`;
  if (status === 404)
    return `The Hub has no ${revision === 'main' ? repo : `revision ${revision} of ${repo}`}.`;
  if (status === 429)
    return 'The Hub asks to wait: too many questions came from this address; try again in five minutes.';
  return `The Hub could not answer about ${repo} (status ${status}): try again later.`;
}
