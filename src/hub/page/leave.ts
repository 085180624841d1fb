import { arrivalKey } from '../../runtime/own/owned';

/** Goes back to the playground, as it was left where this tab came from it; `folder` is opened there. */
export function leave(folder: string | null): void {
  if (folder) sessionStorage.setItem(arrivalKey, folder);
  const playground = new URL('./', document.baseURI).href;
  const from = document.referrer.replace(/index\.html$/, '');
  if (from === playground && history.length > 1) history.back();
  else location.href = playground;
}
