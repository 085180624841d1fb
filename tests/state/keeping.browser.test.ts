import { afterEach, expect, it } from 'vitest';
import { Depot } from '../../src/state/keep/depot';
import { identityOf } from '../../src/state/keep/identity';
import { Keeping } from '../../src/state/keep/keeping.svelte';
import { Notices } from '../../src/state/keep/notices.svelte';

const name = 'test-keeping';
const file = (text: string, name = 'a.png') => new File([text], name, { type: 'image/png' });

afterEach(
  () => new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = () => resolve(undefined))),
);

it('a key is the beginning of what sha256sum says', async () => {
  expect(await identityOf(new TextEncoder().encode('0123456789'))).toBe('84d89877f0d4041e');
});

it('a later visit finds the bytes, the name and the type', async () => {
  expect(await new Depot(name).put('picture/a', file('mine', 'é <b>.png'))).toBeNull();
  const found = await new Depot(name).get('picture/a');
  expect([found?.name, found?.type, await found?.text()]).toEqual(['é <b>.png', 'image/png', 'mine']);
  expect(await new Depot(name).get('picture/b')).toBeNull();
});

it('two tabs keep their pictures beside each other', async () => {
  const tabs = [1, 2].map(() => new Keeping(new Notices(), new Depot(name)));
  await Promise.all(tabs.map((tab, i) => tab.keep('picture', `${i}`, file(`tab ${i}`))));
  const later = new Keeping(new Notices(), new Depot(name));
  const found = await Promise.all(['0', '1'].map((identity) => later.find('picture', identity)));
  const texts = await Promise.all(found.map((one) => one?.text() ?? Promise.resolve('lost')));
  expect(texts).toEqual(['tab 0', 'tab 1']);
});

it('what was used longest ago goes first, and what came last stays however large it is', async () => {
  const depot = new Depot(name, { bytes: 10, files: 2 });
  const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
  for (const key of ['a', 'b']) {
    await depot.put(key, file('1234'));
    await wait();
  }
  await depot.get('a');
  await wait();
  await depot.put('c', file('1234'));
  expect(await Promise.all(['a', 'b', 'c'].map((key) => depot.has(key)))).toEqual([true, false, true]);
  await wait();
  await depot.put('d', file('more than ten bytes'));
  expect(await Promise.all(['a', 'c', 'd'].map((key) => depot.has(key)))).toEqual([false, false, true]);
});

it('what is cleared while the page is open is kept anew, and said', async () => {
  const notices = new Notices();
  const keeping = new Keeping(notices, new Depot(name));
  await keeping.keep('picture', 'a', file('mine'));
  await keeping.check();
  expect(notices.said).toEqual([]);
  await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = () => resolve(undefined)));
  await keeping.check();
  expect(notices.said.map(({ sentence }) => sentence)).toEqual([
    'The storage of this browser was cleared while the page was open: your picture was kept anew.',
  ]);
  expect(await (await new Depot(name).get('picture/a'))?.text()).toBe('mine');
});
