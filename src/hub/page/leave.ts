import { arrivalKey } from '../../runtime/own/owned';

const playground = () => new URL('./', document.baseURI).href;

/** Notes in this tab's history that the playground lies before this page: a reload forgets where a visitor came from. */
export function arrive(): void {
  if (document.referrer.replace(/index\.html$/, '') === playground()) history.replaceState('arrived', '');
}

/** Goes back to the playground, as it was left where this tab came from it; `folder` is opened there. */
export function leave(folder: string | null): void {
  if (folder) sessionStorage.setItem(arrivalKey, folder);
  if (history.state === 'arrived') history.back();
  else location.href = playground();
}
