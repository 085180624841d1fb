import type { Wanted } from '../../runtime/own/disk';

/** One way to take a repository: its weights in one form, with what is needed beside them. */
export interface Choice {
  /** "safetensors", "bin", or the ONNX files without their ending: "model_fp16". */
  name: string;
  says: string;
  kind: 'checkpoint' | 'onnx';
  files: Wanted[];
  /** Of all files. */
  bytes: number;
}

/** Files beside the weights that the page reads, as far as a repository has them. */
const beside = ['config.json', 'preprocessor_config.json', 'tokenizer_config.json', 'reference.safetensors'];

/** Forms of a tokenizer; the first that is there whole is taken. */
const tokenizers = [['tokenizer.json'], ['vocab.txt'], ['vocab.json', 'merges.txt']];

/** How the files of an ONNX repository are named after their kind of numbers. */
const dtypes: Record<string, string> = {
  '': '32 bits',
  _fp16: 'half precision',
  _quantized: '8 bits',
  _int8: '8 bits',
  _uint8: '8 bits',
  _q4: '4 bits',
  _q4f16: '4 bits, the rest half precision',
  _bnb4: '4 bits (NF4)',
};

/** What a repository offers, what the page can open best first. */
export function choicesOf(files: readonly Wanted[]): Choice[] {
  const others = besideOf(files);
  const make = (name: string, says: string, kind: Choice['kind'], weights: readonly Wanted[]): Choice[] => {
    if (weights.length === 0) return [];
    const all = [...weights, ...others];
    return [{ name, says, kind, files: all, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) }];
  };
  return [
    ...make(
      'safetensors',
      'weights as safetensors',
      'checkpoint',
      weightsOf(files, /^model(-\d+-of-\d+)?\.safetensors$/, 'model.safetensors'),
    ),
    ...make(
      'bin',
      'weights as PyTorch wrote them',
      'checkpoint',
      weightsOf(files, /^pytorch_model(-\d+-of-\d+)?\.bin$/, 'pytorch_model.bin'),
    ),
    ...onnxOf(files).flatMap(({ name, says, graphs }) => make(name, says, 'onnx', graphs)),
  ];
}

/** What lies beside the weights: configuration and tokenizer. */
function besideOf(files: readonly Wanted[]): Wanted[] {
  const at = (path: string) => files.filter((file) => file.path === path);
  return [...beside.flatMap(at), ...tokenizerOf(files)];
}

/** The files of a repository's tokenizer; none where it has none. */
export function tokenizerOf(files: readonly Wanted[]): Wanted[] {
  const form =
    tokenizers.find((names) => names.every((name) => files.some(({ path }) => path === name))) ?? [];
  return files.filter(({ path }) => form.includes(path));
}

/** One file, or shards with their index. */
function weightsOf(files: readonly Wanted[], shape: RegExp, whole: string): Wanted[] {
  const single = files.filter(({ path }) => path === whole);
  if (single.length > 0) return single;
  const shards = files.filter(({ path }) => shape.test(path));
  const index = files.filter(({ path }) => path === `${whole}.index.json`);
  return index.length > 0 ? [...shards, ...index] : [];
}

/** Graphs that belong together: one of all, or encoders of the same numbers; each with the files of its weights. */
function onnxOf(files: readonly Wanted[]): { name: string; says: string; graphs: Wanted[] }[] {
  const graphs = files.filter(({ path }) => /^(onnx\/)?[\w.-]+\.onnx$/.test(path));
  const withWeights = (graph: Wanted) => [
    graph,
    ...files.filter(({ path }) => path.startsWith(`${graph.path}_data`) || path === `${graph.path}.data`),
  ];
  const named = (name: string) => graphs.find(({ path }) => path.replace(/^onnx\//, '') === `${name}.onnx`);
  return Object.entries(dtypes).flatMap(([suffix, says]) => {
    const single = named(`model${suffix}`);
    const towers = ['text_model', 'vision_model'].flatMap((name) => named(name + suffix) ?? []);
    return [
      ...(single ? [{ name: `model${suffix}`, says: `ONNX, ${says}`, graphs: withWeights(single) }] : []),
      ...(towers.length === 2
        ? [
            {
              name: `towers${suffix}`,
              says: `ONNX, an encoder each, ${says}`,
              graphs: towers.flatMap(withWeights),
            },
          ]
        : []),
    ];
  });
}
