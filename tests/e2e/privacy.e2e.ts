import { expect, inject, test } from 'vitest';
import { foreign, visit } from '../support/visit';

const site = inject('site');

test('the built page has a content security policy without a foreign origin', async () => {
  const guest = await visit(site);
  const meta = guest.page.locator('meta[http-equiv="Content-Security-Policy"]');
  const policy = (await meta.getAttribute('content')) ?? '';
  await guest.close();
  const sources = policy.split(';').flatMap((directive) => directive.trim().split(/\s+/).slice(1));
  const local = ["'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", 'blob:', 'data:'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
  expect(sources.filter((source) => !local.includes(source))).toEqual([]);
});

test('a script of another origin is refused by the page', async () => {
  const guest = await visit(site);
  await guest.page.evaluate(() => {
    const script = document.createElement('script');
    script.src = 'https://elsewhere.invalid/x.js';
    document.body.append(script);
  });
  await expect.poll(() => guest.errors.join('\n')).toContain('Content Security Policy');
  await guest.close();
});

test('a full visit asks no other origin for anything', async () => {
  const guest = await visit(site);
  await guest.page.waitForLoadState('networkidle');
  expect(guest.requests.length).toBeGreaterThan(1);
  expect(foreign(guest.requests, site)).toEqual([]);
  expect(guest.errors).toEqual([]);
  await guest.close();
});
