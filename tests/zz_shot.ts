import { chromium } from 'playwright';
import { browserArguments, browserPath } from '/work/numbers/tests/support/browser';
const [,, out, width, height, scheme, tab, script] = process.argv;
const browser = await chromium.launch({ executablePath: browserPath(), args: browserArguments(false) });
const context = await browser.newContext({ viewport: { width: +width, height: +height }, colorScheme: scheme as 'light' });
const page = await context.newPage();
page.on('console', m => (m.type() === 'error' || m.type()==='warning') && console.log('console', m.text().slice(0, 400)));
page.on('pageerror', e => console.log('pageerror', String(e).slice(0, 800)));
await page.goto('http://127.0.0.1:24613/');
await page.locator('[data-picture="drawn"]').first().waitFor({ timeout: 60000 });
await page.locator(`[data-tab="${tab}"]`).click();
await page.locator('[role=tabpanel] [data-row], [data-matrix], [data-at], .knot').first().waitFor({timeout: 30000}).catch(() => console.log('no content')); await page.waitForTimeout(1200);
if (script) { const f = new Function('page', `return (async () => { ${script} })()`); const r = await f(page); if (r !== undefined) console.log(JSON.stringify(r)); await page.waitForTimeout(600); }
await page.screenshot({ path: out });
await browser.close();
