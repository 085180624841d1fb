import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Superseded } from '../../src/rpc/errors';
import { makeQueue } from '../../src/rpc/queue';

/** A task that runs until it is let go. */
function gate(log: string[], name: string) {
  let resolve!: (value: string) => void;
  const promise = new Promise<string>((settle) => (resolve = settle));
  const task = () => {
    log.push(`${name} starts`);
    return promise.finally(() => log.push(`${name} ends`));
  };
  return { task, resolve };
}

test('one at a time, in order of arrival', async () => {
  const log: string[] = [];
  const [a, b] = [gate(log, 'a'), gate(log, 'b')];
  const queue = makeQueue();
  const answers = [queue.add(a.task), queue.add(b.task)];
  expect(queue.size).toBe(2);
  b.resolve('B');
  a.resolve('A');
  expect(await Promise.all(answers)).toEqual(['A', 'B']);
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

test('a failure does not hold up the next, thrown or rejected', async () => {
  const queue = makeQueue();
  const thrown = queue.add(() => {
    throw new RangeError('thrown');
  });
  const rejected = queue.add(() => Promise.reject(new RangeError('rejected')));
  const fine = queue.add(() => 3);
  await expect(thrown).rejects.toThrow('thrown');
  await expect(rejected).rejects.toThrow('rejected');
  expect(await fine).toBe(3);
  expect(queue.size).toBe(0);
  expect(await queue.add(() => 4)).toBe(4);
});

test('only the newest of a lane waits; what runs, other lanes and no lane are left alone', async () => {
  const log: string[] = [];
  const first = gate(log, 'first');
  const queue = makeQueue();
  const add = (name: string, lane?: string) => queue.add(() => (log.push(name), name), { lane });
  const running = queue.add(first.task, { lane: 'typing' });
  const old = add('old', 'typing');
  const other = add('other', 'other');
  const free = [add('free 1'), add('free 2')];
  const newest = add('newest', 'typing');
  await expect(old).rejects.toBeInstanceOf(Superseded);
  first.resolve('done');
  expect(await Promise.all([running, other, ...free, newest])).toEqual([
    'done',
    'other',
    'free 1',
    'free 2',
    'newest',
  ]);
  expect(log).not.toContain('old');
});

test('an aborted request leaves the queue, and a running one gives up its answer but not its place', async () => {
  const log: string[] = [];
  const first = gate(log, 'first');
  const queue = makeQueue();
  const controller = new AbortController();
  const running = queue.add(first.task, { signal: controller.signal });
  const waiting = queue.add(() => log.push('never'), { signal: controller.signal });
  const next = queue.add(() => log.push('next'));
  controller.abort(new Superseded('Cancelled.'));
  await expect(running).rejects.toThrow('Cancelled.');
  await expect(waiting).rejects.toThrow('Cancelled.');
  await expect(queue.add(() => 0, { signal: controller.signal })).rejects.toThrow('Cancelled.');
  expect(log).toEqual(['first starts']);
  first.resolve('late');
  await next;
  expect(log).toEqual(['first starts', 'first ends', 'next']);
});

test('clearing rejects what waits', async () => {
  const first = gate([], 'first');
  const queue = makeQueue();
  const running = queue.add(first.task);
  const waiting = queue.add(() => 1);
  queue.clear(new Error('The engine was restarted.'));
  await expect(waiting).rejects.toThrow('The engine was restarted.');
  first.resolve('ran on');
  expect(await running).toBe('ran on');
});

test('whatever comes, tasks never overlap, and every request is answered', async () => {
  const request = fc.record({
    lane: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    fails: fc.boolean(),
    pause: fc.nat(2),
    gap: fc.nat(2),
  });
  const turns = async (n: number) => {
    for (let i = 0; i < n; i++) await Promise.resolve();
  };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
      const queue = makeQueue();
      let running = 0;
      const answers: Promise<string>[] = [];
      for (const { lane, fails, pause, gap } of requests) {
        const task = async () => {
          expect(++running).toBe(1);
          await turns(pause);
          running--;
          if (fails) throw new Error('failed');
          return 'done';
        };
        answers.push(queue.add(task, { lane }).catch((error: unknown) => (error as Error).name));
        await turns(gap);
      }
      const outcomes = await Promise.all(answers);
      requests.forEach(({ lane, fails }, i) => {
        if (outcomes[i] === 'Superseded') {
          expect(lane).toBeDefined();
          expect(requests.slice(i + 1).some((later) => later.lane === lane)).toBe(true);
        } else expect(outcomes[i]).toBe(fails ? 'Error' : 'done');
      });
      expect(queue.size).toBe(0);
    }),
  );
});
