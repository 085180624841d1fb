import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { readId } from '../../src/hub/read/id';
import { look } from '../../src/hub/read/look';
import { choicesOf } from '../../src/hub/read/plan';
import { judge, type Known } from '../../src/hub/read/verdict';
import { commit, startHub, type LocalHub } from '../support/hub/server';

const base = 'https://huggingface.co';
const asked: [text: string, repo: string, revision: string][] = [
  ['dandelin/vilt-b32-mlm', 'dandelin/vilt-b32-mlm', 'main'],
  ['  dandelin/vilt-b32-mlm@refs/pr/2', 'dandelin/vilt-b32-mlm', 'refs/pr/2'],
  ['bert-base-uncased', 'bert-base-uncased', 'main'],
  ['https://huggingface.co/dandelin/vilt-b32-mlm', 'dandelin/vilt-b32-mlm', 'main'],
  ['https://huggingface.co/dandelin/vilt-b32-mlm/', 'dandelin/vilt-b32-mlm', 'main'],
  ['https://huggingface.co/dandelin/vilt-b32-mlm?library=x#y', 'dandelin/vilt-b32-mlm', 'main'],
  ['https://huggingface.co/dandelin/vilt-b32-mlm/tree/main/onnx', 'dandelin/vilt-b32-mlm', 'main'],
  ['https://huggingface.co/dandelin/vilt-b32-mlm/blob/v1.0/config.json', 'dandelin/vilt-b32-mlm', 'v1.0'],
  ['https://huggingface.co/openai/clip/tree/refs%2Fpr%2F3', 'openai/clip', 'refs/pr/3'],
  ['https://huggingface.co/openai/clip/discussions/72', 'openai/clip', 'main'],
  ['https://huggingface.co/gpt2/tree/main', 'gpt2', 'main'],
  ['huggingface.co/dandelin/vilt-b32-mlm', 'dandelin/vilt-b32-mlm', 'main'],
  ['hf://openai/clip', 'openai/clip', 'main'],
  ['https://mirror.example/openai/clip', 'openai/clip', 'main'],
];

test.each(asked)('%s is read', (text, repo, revision) => {
  expect(readId(text, 'https://mirror.example')).toEqual({ repo, revision });
});

test.each([
  ['', 'Expected an id such as dandelin/vilt-b32-mlm, got “”.'],
  ['a/b/c', 'Expected an id such as dandelin/vilt-b32-mlm, got “a/b/c”.'],
  ['../api/whoami', 'Expected an id such as'],
  ['some thing', 'Expected an id such as'],
  ['owner/name@', 'Expected an id such as'],
  ['https://elsewhere.example/a/b', 'Expected an address of huggingface.co, got one of elsewhere.example.'],
  ['https://huggingface.co/datasets/a/b', 'Expected the address of a model, got one of the Hub’s datasets.'],
  ['https://huggingface.co/', 'Expected the address of a model'],
])('“%s” is refused in a sentence', (text, says) => {
  expect(() => readId(text, base)).toThrow(says);
});

const wanted = (path: string, bytes = 10) => ({ repo: 'a/b', commit, path, bytes, sha256: null, oid: null });
const namesOf = (paths: string[]) =>
  choicesOf(paths.map((path) => wanted(path))).map(({ name, files }) => [
    name,
    files.map(({ path }) => path),
  ]);

test('of a repository only what the page reads is fetched', () => {
  const others = [
    'README.md',
    '.gitattributes',
    'tf_model.h5',
    'flax_model.msgpack',
    'optimizer.pt',
    'vocab.txt',
    'tokenizer.json',
    'config.json',
  ];
  const beside = ['config.json', 'tokenizer.json'];
  expect(namesOf([...others, 'model.safetensors', 'pytorch_model.bin'])).toEqual([
    ['safetensors', ['model.safetensors', ...beside]],
    ['bin', ['pytorch_model.bin', ...beside]],
  ]);
  const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  expect(namesOf([...shards, 'model.safetensors.index.json', 'vocab.json', 'merges.txt'])).toEqual([
    ['safetensors', [...shards, 'model.safetensors.index.json', 'vocab.json', 'merges.txt']],
  ]);
  expect(namesOf(shards)).toEqual([]);
});

test('ONNX files are taken with the files of their weights, and encoders in pairs', () => {
  const graphs = [
    'onnx/model.onnx',
    'onnx/model.onnx_data',
    'onnx/model_fp16.onnx',
    'onnx/text_model_q4.onnx',
    'onnx/vision_model_q4.onnx',
    'onnx/text_model.onnx',
  ];
  expect(namesOf([...graphs, 'config.json'])).toEqual([
    ['model', ['onnx/model.onnx', 'onnx/model.onnx_data', 'config.json']],
    ['model_fp16', ['onnx/model_fp16.onnx', 'config.json']],
    ['towers_q4', ['onnx/text_model_q4.onnx', 'onnx/vision_model_q4.onnx', 'config.json']],
  ]);
});

let hub: LocalHub;
const bytes = (text: string) => new TextEncoder().encode(text);

beforeAll(async () => {
  const config = { model_type: 'vilt', architectures: ['ViltForQuestionAnswering'] };
  const files = new Map([
    ['config.json', bytes('{}')],
    ['model.safetensors', new Uint8Array(20_000)],
    ['README.md', bytes('words')],
  ]);
  const tokens = new Map([
    ['vocab.txt', bytes('[PAD]')],
    ['config.json', bytes('{}')],
  ]);
  hub = await startHub({
    'a/vilt': { files, config, licence: 'apache-2.0' },
    'a/huge': { files, config: { model_type: 'vilt' }, claims: { 'model.safetensors': 20e9 } },
    'a/other': { files, config: { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] } },
    'a/words': { files: tokens },
  });
});

afterAll(() => hub.close());

const ask = (repo: string, borrow: string | null = null, revision = 'main') =>
  look({ repo, revision }, hub.hub, borrow, fetch);

test('what is fetched, where it lies, its size, hash and licence are known before any file is asked for', async () => {
  const found = await ask('a/vilt');
  expect(found).toMatchObject({
    repo: 'a/vilt',
    commit,
    licence: 'apache-2.0',
    gated: false,
    type: 'vilt',
    borrowed: null,
  });
  const [{ files, bytes: total }] = found.choices;
  expect(total).toBe(20_002);
  // Known from elsewhere: `head -c 20000 /dev/zero | sha256sum`, `printf '{}' | git hash-object --stdin`.
  expect(files[0].sha256).toBe('28b4f41a7f3ee6d8cc87272db6e09c6d3566551fd4d18702b041a21658272a85');
  expect(files[1].oid).toBe('9e26dfeeb6e641a33dae4961196235bdb965b21b');
  expect(hub.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    'GET /api/models/a/vilt/revision/main',
    `GET /api/models/a/vilt/tree/${commit}`,
    `GET /api/models/a/vilt/tree/${commit}`,
  ]);
});

test('a tokenizer is borrowed only where there is none', async () => {
  const found = await ask('a/vilt', 'a/words');
  expect(found.borrowed).toBe('a/words');
  expect(found.choices[0].files.at(-1)).toMatchObject({ repo: 'a/words', path: 'vocab.txt', commit });
  expect((await ask('a/words', 'a/vilt')).borrowed).toBeNull();
});

test.each([
  ['a/none', 'main', 'The Hub has no public model a/none: the id is misspelt'],
  ['a/vilt', 'v9', 'The Hub has no revision v9 of a/vilt.'],
])('%s at %s is refused in a sentence', async (repo, revision, says) => {
  await expect(ask(repo, null, revision)).rejects.toThrow(says);
});

test('a Hub that is not there is said to be', async () => {
  await expect(look({ repo: 'a/b', revision: 'main' }, 'http://127.0.0.1:9', null, fetch)).rejects.toThrow(
    'The Hub does not answer',
  );
});

const recipes = JSON.parse(readFileSync('models/recipes/index.json', 'utf8')) as Known;

test('whether it opens is said before it is fetched', async () => {
  const verdict = async (repo: string, room = Infinity) => {
    const found = await ask(repo);
    return judge(found.choices[0], found, recipes, room);
  };
  expect(await verdict('a/vilt')).toMatchObject({
    opens: 'yes',
    says: expect.stringMatching(/^Opens as ViLT/) as string,
  });
  expect(await verdict('a/vilt', 20_001)).toMatchObject({
    opens: 'no',
    says: expect.stringMatching(/left for this page/) as string,
  });
  expect(await verdict('a/huge')).toMatchObject({
    opens: 'no',
    says: '20.0 GB are more than a browser can open, which is 3.7 GB: nothing that lies there would fit.',
  });
  expect(await verdict('a/other')).toMatchObject({
    opens: 'no',
    says: expect.stringMatching(/no graph for models of the type gpt2/) as string,
  });
});
