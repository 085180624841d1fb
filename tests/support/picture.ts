import { settled } from '../e2e/page';
import { serveSite } from './site';
import { visit } from './visit';

/** `npm run picture`: the picture of the readme, of the page as it is built now. */
const view = '#sample=composed-1&word=4&tab=numbers&y=entropy&x=image';

const site = await serveSite();
const guest = await visit(`${site.address}${view}`);
await settled(guest.page);
await guest.page.locator('[role="tabpanel"][aria-busy="false"]').waitFor();
await guest.page.getByRole('row').nth(3).waitFor();
await guest.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
await guest.page.screenshot({ path: 'docs/playground.png' });
await guest.close();
await site.close();
