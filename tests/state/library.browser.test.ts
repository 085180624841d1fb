import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine, Examined } from '../../src/runtime/client';
import { fetchModel } from '../../src/state/own/modelfile';
import { OwnSheet } from '../../src/state/own/ownsheet.svelte';
import { receiveFiles } from '../../src/state/own/receive';
import { makeEngine } from './engine';

const file = (name: string, content = name) => new File([content], name);
const question = { field: 'score', asks: 'Which?', why: 'nobody says', value: 'a', options: null };

/** What an engine would say of files: the model is known by the content of its .onnx file. */
async function say(files: readonly File[]): Promise<Examined> {
  const model = files.find(({ name }) => name.endsWith('.onnx'));
  if (!model) throw new Error('Expected a model.onnx among the files.');
  const proposal = { parts: [], questions: [question], obstacles: [], notes: [], published: null };
  return {
    id: await model.text(),
    name: model.name,
    bytes: 1,
    proposal,
    answers: {},
    ignored: [],
    source: null,
    interview: null,
  };
}

let asked: string[][];
let engine: Engine;
let done: ReturnType<typeof vi.fn<(...args: unknown[]) => void>>;
let sheet: OwnSheet;

beforeEach(() => {
  asked = [];
  done = vi.fn();
  engine = {
    ...makeEngine(),
    examine: (files) => {
      asked.push(files.map(({ name }) => name));
      return say(files);
    },
    interview: async (id) => ({
      ...(await say([file('model.onnx', id)])),
      name: id,
      interview: 'A test is not asked.',
    }),
  };
  sheet = new OwnSheet(() => Promise.resolve(engine), done);
});

describe('the sheet', () => {
  test('opens with what is dropped; files that follow join, and one of the same name takes the place of the former', async () => {
    await sheet.take([file('a.onnx'), file('config.json')]);
    expect([sheet.shown, sheet.examined?.name]).toEqual([true, 'a.onnx']);
    await sheet.take([file('tokenizer.json'), file('config.json', 'newer')]);
    expect(asked.at(-1)).toEqual(['a.onnx', 'tokenizer.json', 'config.json']);
  });

  test('a model that ends its engine when it is asked is read once more, and says why it was not asked', async () => {
    engine.interview = () => Promise.reject(new Error('The worker ended.'));
    await sheet.take([file('a.onnx')]);
    expect(asked).toEqual([['a.onnx'], ['a.onnx']]);
    expect([sheet.examined?.interview, sheet.problem]).toEqual(['The worker ended.', null]);
  });

  test('a second model starts anew', async () => {
    await sheet.take([file('a.onnx'), file('tokenizer.json')]);
    await sheet.take([file('b.onnx')]);
    expect(asked.at(-1)).toEqual(['b.onnx']);
  });

  test('files that are refused leave what was found, and one sentence', async () => {
    await sheet.take([file('a.onnx')]);
    engine.examine = () => Promise.reject(new Error('The file is text.'));
    await sheet.take([file('tokenizer.json')]);
    expect([sheet.problem, sheet.examined?.name]).toEqual(['The file is text.', 'a.onnx']);
    expect(sheet.activity).toBe('idle');
  });

  test('what is said goes with the model, what is not said is as proposed', async () => {
    const keep = vi.spyOn(engine, 'keep').mockResolvedValue({ id: 'x' } as never);
    await sheet.take([file('a.onnx')]);
    await sheet.confirm(1);
    expect(keep.mock.calls[0].slice(0, 2)).toEqual(['a.onnx', { score: 'a' }]);
    expect(done).toHaveBeenCalledWith({ id: 'x' }, 1);
    expect([sheet.shown, sheet.examined]).toEqual([false, null]);
    await sheet.take([file('a.onnx')]);
    sheet.say('score', 'b');
    await sheet.confirm(0);
    expect(keep.mock.calls[1].slice(0, 2)).toEqual(['a.onnx', { score: 'b' }]);
  });

  test('reading can be cancelled: nothing is refused, nothing is found', async () => {
    let signal: AbortSignal | undefined;
    engine.examine = (_, __, given) =>
      new Promise((_, reject) => {
        signal = given;
        given?.addEventListener('abort', () => reject(given.reason as Error));
      });
    const taking = sheet.take([file('a.onnx')]);
    await vi.waitFor(() => expect(signal).toBeDefined());
    expect(sheet.activity).toBe('reading');
    sheet.cancel();
    await taking;
    expect([signal?.aborted, sheet.activity, sheet.problem, sheet.examined]).toEqual([
      true,
      'idle',
      null,
      null,
    ]);
  });

  test('a model that cannot be stored stays on the sheet with its sentence', async () => {
    vi.spyOn(engine, 'keep').mockRejectedValue(new Error('These files were let go of.'));
    await sheet.take([file('a.onnx')]);
    await sheet.confirm(0);
    expect([sheet.shown, sheet.problem]).toEqual([true, 'These files were let go of.']);
    expect(done).not.toHaveBeenCalled();
  });
});

describe('who takes what is dropped', () => {
  const told: string[] = [];
  const takers = {
    library: {
      sheet: { shown: false, take: (files: readonly File[]) => void told.push(`sheet ${files.length}`) },
    },
    imports: { open: ({ name }: File) => void told.push(`imports ${name}`) },
    usePicture: (picture: File) => Promise.resolve(void told.push(`picture ${picture.name}`)),
    openSession: ({ name }: File) => Promise.resolve(void told.push(`session ${name}`)),
  };
  test.each<[string, string[], boolean, string]>([
    ['a picture', ['cat.png'], false, 'picture cat.png'],
    ['a file without a kind', ['photo'], false, 'picture photo'],
    ['a model', ['model.onnx', 'tokenizer.json'], false, 'sheet 2'],
    ['a folder with a model', ['README.md', 'model.onnx', 'model.onnx_data'], false, 'sheet 3'],
    ['a trace', ['run.npz'], false, 'imports run.npz'],
    ['a session', ['mine.zip'], false, 'session mine.zip'],
    ['a trace with its picture', ['cat.png', 'run.safetensors'], false, 'imports run.safetensors'],
    ['anything, while the sheet is open', ['weights'], true, 'sheet 1'],
  ])('%s', async (_, names, shown, wanted) => {
    told.length = 0;
    takers.library.sheet.shown = shown;
    await receiveFiles(
      names.map((name) => file(name)),
      takers as never,
    );
    expect(told).toEqual([wanted]);
  });
});

describe('addresses', () => {
  const fetched = (address: string) => fetchModel(address, () => {}, new AbortController().signal);
  test('a file of this origin comes with its name', async () => {
    const told: number[] = [];
    const got = await fetchModel(
      '/zoo/vilt-mini/tokenizer.json',
      (loaded) => told.push(loaded),
      new AbortController().signal,
    );
    expect([got.name, got.size]).toEqual(['tokenizer.json', told.at(-1)]);
  });
  test.each([
    [
      'file:///etc/passwd',
      'Expected an address such as https://example.org/model.onnx, got “file:///etc/passwd”.',
    ],
    ['/zoo/vilt-mini/none.onnx', /^There is no file at .*none\.onnx \(status 404\)\.$/],
  ])('%s is refused in one sentence', (address, sentence) =>
    expect(fetched(address)).rejects.toThrow(sentence),
  );
  test('an origin that the policy does not name is not asked', async () => {
    const policy = document.createElement('meta');
    policy.httpEquiv = 'Content-Security-Policy';
    // Taken away it still holds for the document, which other tests share: it forbids nothing.
    policy.content = 'connect-src * data: blob: https://models.invalid';
    document.head.append(policy);
    await expect(fetched('https://elsewhere.invalid/model.onnx')).rejects.toThrow(
      'build the page with VLPM_CONNECT=https://elsewhere.invalid.',
    );
    policy.remove();
  });
});
