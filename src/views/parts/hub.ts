/** Address of the page that reads the Hub; it lies beside this one and has a policy of its own. `id` is filled in there, and nothing asked yet. */
export const hubLink = (id = ''): string => `${import.meta.env.BASE_URL}hub.html${id && `#${id}`}`;
