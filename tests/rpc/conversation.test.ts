import { afterEach, describe, expect, test } from 'vitest';
import { connect, type Listeners } from '../../src/rpc/connect';
import { Disconnected, Superseded } from '../../src/rpc/errors';
import { expose, Moved, type Handlers } from '../../src/rpc/expose';
import type { Request } from '../../src/rpc/protocol';

interface Calls {
  echo(value: unknown): unknown;
  after(key: string): string;
  fail(kind: string): never;
  double(numbers: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  count(to: number): number;
}

const open: MessagePort[] = [];
afterEach(() => open.splice(0).forEach((port) => port.close()));

/** A conversation over a real MessageChannel, and keys that settle `after` from outside. */
function talk(listeners: Listeners<string> = {}) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const gates = new Map<string, (answer: string) => void>();
  const signals: AbortSignal[] = [];
  const handlers: Handlers<Calls, number> = {
    echo: (_, value) => value,
    after: ({ signal }, key) => {
      signals.push(signal);
      return new Promise((resolve) => gates.set(key, resolve));
    },
    fail: (_, kind) => {
      if (kind === 'superseded') throw new Superseded('A newer one came.');
      if (kind === 'type') throw new TypeError('not a tensor');
      if (kind === 'named') throw Object.assign(new Error('lost'), { name: 'DeviceLost' });
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- onnxruntime does
      throw 16_777_216;
    },
    double: (_, numbers) => {
      const doubled = numbers.map((x) => 2 * x);
      return new Moved(doubled, [doubled.buffer]);
    },
    count: ({ progress }, to) => {
      for (let i = 1; i <= to; i++) progress(i);
      return to;
    },
  };
  const server = expose<Calls, number, string>(port2, handlers);
  return { client: connect<Calls, number, string>(port1, listeners), server, gates, signals, port1, port2 };
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
};

test('replies find their call when they come in the wrong order', async () => {
  const { client, gates } = talk();
  const settled: string[] = [];
  const calls = ['first', 'second', 'third'].map((key) =>
    client.call('after', [key]).then((answer) => {
      settled.push(key);
      return answer;
    }),
  );
  await until(() => gates.size === 3);
  for (const key of ['third', 'first', 'second']) gates.get(key)!(`answer to ${key}`);
  expect(await Promise.all(calls)).toEqual(['answer to first', 'answer to second', 'answer to third']);
  expect(settled).toEqual(['third', 'first', 'second']);
});

test('errors keep class, name, message and stack', async () => {
  const { client } = talk();
  const failure = (kind: string) => client.call('fail', [kind]).catch((error: unknown) => error as Error);
  const superseded = await failure('superseded');
  expect(superseded).toBeInstanceOf(Superseded);
  expect(superseded).toMatchObject({ name: 'Superseded', message: 'A newer one came.' });
  expect(await failure('type')).toBeInstanceOf(TypeError);
  const named = await failure('named');
  expect(named).toBeInstanceOf(Error);
  expect(named).toMatchObject({ name: 'DeviceLost', message: 'lost' });
  expect(named.stack).toContain('conversation.test');
  expect(await failure('number')).toMatchObject({
    message: 'Something other than an error was thrown: 16777216',
  });
});

test('the conversation goes on after a failure', async () => {
  const { client } = talk();
  await expect(client.call('fail', ['type'])).rejects.toThrow('not a tensor');
  expect(await client.call('echo', [{ a: [1, 2] }])).toEqual({ a: [1, 2] });
});

test('buffers move both ways', async () => {
  const { client } = talk();
  const numbers = Float32Array.of(1, 2, 3);
  const doubled = await client.call('double', [numbers], { transfer: [numbers.buffer] });
  expect([...doubled]).toEqual([2, 4, 6]);
  expect(numbers).toHaveLength(0);
});

test('progress arrives in order, before the result', async () => {
  const { client } = talk();
  const seen: number[] = [];
  expect(await client.call('count', [4], { progress: (value) => seen.push(value) })).toBe(4);
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('events reach the caller unasked', async () => {
  const heard: string[] = [];
  const { server } = talk({ onEvent: (news) => heard.push(news) });
  server.emit('device lost');
  await until(() => heard.length > 0);
  expect(heard).toEqual(['device lost']);
});

test('aborting rejects at once, tells the handler why, and ignores the late answer', async () => {
  const { client, gates, signals } = talk();
  const controller = new AbortController();
  const call = client.call('after', ['slow'], { signal: controller.signal });
  await until(() => gates.size === 1);
  controller.abort(new Superseded('Cancelled.'));
  await expect(call).rejects.toBeInstanceOf(Superseded);
  await until(() => signals[0].aborted);
  expect(signals[0].reason).toMatchObject({ name: 'Superseded', message: 'Cancelled.' });
  gates.get('slow')!('too late');
  expect(await client.call('echo', [1])).toBe(1);
  await expect(client.call('echo', [1], { signal: controller.signal })).rejects.toThrow('Cancelled.');
});

test('what cannot be sent rejects its own call only', async () => {
  const { client } = talk();
  const unsendable = () => 0;
  await expect(client.call('echo', [unsendable])).rejects.toMatchObject({ name: 'DataCloneError' });
  expect(await client.call('echo', [2])).toBe(2);
});

test('a result that cannot be sent comes back as an error', async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  expose<{ bad(): unknown }>(port2, { bad: () => () => 0 });
  await expect(connect<{ bad(): unknown }>(port1).call('bad', [])).rejects.toMatchObject({
    name: 'DataCloneError',
  });
});

test('an unknown method is named', async () => {
  const { client } = talk();
  await expect(client.call('toString' as 'echo', [0])).rejects.toThrow(
    'There is no method called "toString".',
  );
});

test('closing rejects all that waits and all that follows', async () => {
  let deaths = 0;
  const { client } = talk({ onDeath: () => deaths++ });
  const calls = [client.call('after', ['a']), client.call('after', ['b'])];
  client.close('The run was cancelled.');
  for (const call of [...calls, client.call('echo', [1])]) {
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Disconnected);
    expect(error).toMatchObject({ message: 'The run was cancelled.' });
  }
  expect(deaths).toBe(0);
});

test('a connection that the other side closes dies with one sentence', async () => {
  const sentences: string[] = [];
  const { client, port2 } = talk({ onDeath: (sentence) => sentences.push(sentence) });
  const call = client.call('after', ['never']);
  port2.close();
  await expect(call).rejects.toThrow('The other side closed the connection.');
  expect(sentences).toEqual(['The other side closed the connection.']);
});

describe('before the other side has said that it is ready', () => {
  /** A port whose other end nobody listens at yet, and what has been sent there. */
  function unanswered(listeners: Listeners<never> = {}) {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const sent: Request[] = [];
    port2.addEventListener('message', (event) => sent.push((event as MessageEvent<Request>).data));
    port2.start();
    const ready = () => port2.postMessage({ kind: 'ready' });
    return { client: connect<Calls, number>(port1, listeners), sent, ready };
  }
  const moment = () => new Promise((resolve) => setTimeout(resolve, 20));

  test('nothing is sent; then all that was called follows in order, but for what was given up', async () => {
    const { client, sent, ready } = unanswered();
    const controller = new AbortController();
    client.call('echo', ['first']).catch(() => {});
    const given = client.call('echo', ['second'], { signal: controller.signal });
    const numbers = Float32Array.of(1, 2);
    client.call('double', [numbers], { transfer: [numbers.buffer] }).catch(() => {});
    controller.abort(new Superseded('A newer one came.'));
    await expect(given).rejects.toBeInstanceOf(Superseded);
    await moment();
    expect(sent).toEqual([]);
    expect(numbers).toHaveLength(2);
    ready();
    await until(() => sent.length === 2);
    expect(sent).toMatchObject([
      { kind: 'call', method: 'echo', args: ['first'] },
      { kind: 'call', method: 'double', args: [Float32Array.of(1, 2)] },
    ]);
    expect(numbers).toHaveLength(0);
  });

  test('what cannot be sent rejects its own call only', async () => {
    const { client, sent, ready } = unanswered();
    const bad = client.call('echo', [() => 0]);
    client.call('echo', [2]).catch(() => {});
    ready();
    await expect(bad).rejects.toMatchObject({ name: 'DataCloneError' });
    await until(() => sent.length === 1);
  });

  test('one that never says it is dead after a while, which is told in one sentence', async () => {
    const sentences: string[] = [];
    const { client } = unanswered({ patience: 2000, onDeath: (sentence) => sentences.push(sentence) });
    const sentence = 'The worker could not be started: it said nothing for 2 seconds.';
    await expect(client.call('echo', [1])).rejects.toThrow(sentence);
    await expect(client.call('echo', [1])).rejects.toThrow(sentence);
    expect(sentences).toEqual([sentence]);
  });

  test('closing rejects what waits, and nothing is sent afterwards', async () => {
    const { client, sent, ready } = unanswered();
    const call = client.call('echo', [1]);
    client.close('The run was cancelled.');
    await expect(call).rejects.toThrow('The run was cancelled.');
    ready();
    await moment();
    expect(sent).toEqual([]);
  });
});
