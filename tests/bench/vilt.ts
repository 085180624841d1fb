import { joinBytes, writeField } from '../../src/onnx/file/wire';
import { input, model, node, output, weight } from '../onnx/build';

const [width, inner, heads, layers, words, longest, patches, patch] = [768, 3072, 12, 12, 30522, 40, 144, 32];

/** Numbers that weights are cut from: what they are changes nothing of what is measured. */
const numbers = Float32Array.from(
  { length: words * width },
  (_, i) => (((i * 2654435761) >>> 16) / 65536 - 0.5) / 30,
);

function large(name: string, ...dims: number[]): Uint8Array {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const data = new Uint8Array(numbers.buffer, 0, 4 * count);
  return writeField(5, [
    ...dims.map((dim) => writeField(1, dim)),
    writeField(2, 1),
    writeField(8, name),
    writeField(9, data),
  ]);
}

/** A matrix product with a bias: what PyTorch's Linear becomes. */
function linear(name: string, from: string, rows: number, columns: number): Uint8Array[] {
  return [
    large(`${name}.weight`, rows, columns),
    large(`${name}.bias`, columns),
    node('MatMul', [from, `${name}.weight`], [`${name}.product`]),
    node('Add', [`${name}.product`, `${name}.bias`], [name]),
  ];
}

function norm(name: string, from: string): Uint8Array[] {
  const scale = [large(`${name}.scale`, width), large(`${name}.shift`, width)];
  return [
    ...scale,
    node('LayerNormalization', [from, `${name}.scale`, `${name}.shift`], [name], { axis: -1 }),
  ];
}

function layer(i: number): Uint8Array[] {
  const at = (name: string) => `layer.${i}.${name}`;
  const cut = (name: string, perm: readonly number[]) => [
    ...linear(at(name), at('norm'), width, width),
    node('Reshape', [at(name), 'cut'], [at(`${name}.cut`)]),
    node('Transpose', [at(`${name}.cut`)], [at(`${name}.heads`)], { perm }),
  ];
  return [
    ...norm(at('norm'), `x.${i}`),
    ...cut('query', [0, 2, 1, 3]),
    ...cut('key', [0, 2, 3, 1]),
    ...cut('value', [0, 2, 1, 3]),
    node('MatMul', [at('query.heads'), at('key.heads')], [at('scores')]),
    node('Div', [at('scores'), 'root'], [at('scaled')]),
    node('Softmax', [at('scaled')], [at('attention')], { axis: -1 }),
    node('MatMul', [at('attention'), at('value.heads')], [at('context')]),
    node('Transpose', [at('context')], [at('context.turned')], { perm: [0, 2, 1, 3] }),
    node('Reshape', [at('context.turned'), 'join'], [at('context.joined')]),
    ...linear(at('out'), at('context.joined'), width, width),
    node('Add', [`x.${i}`, at('out')], [at('middle')]),
    ...norm(at('norm.2'), at('middle')),
    ...linear(at('up'), at('norm.2'), width, inner),
    node('Relu', [at('up')], [at('active')]),
    ...linear(at('down'), at('active'), inner, width),
    node('Add', [at('middle'), at('down')], [`x.${i + 1}`]),
  ];
}

/** A model of the size and the shape of ViLT-B/32 (Kim et al., 2021): about 444 MB of made-up weights. */
export function makeVilt(): Uint8Array<ArrayBuffer> {
  const side = patch * Math.sqrt(patches);
  return model([
    joinBytes([
      input('input_ids', [1, longest], 7),
      input('pixel_values', [1, 3, side, side]),
      large('words', words, width),
      large('places', 1, longest, width),
      large('cutter', width, 3, patch, patch),
      weight('cut', [4], [0, 0, heads, width / heads], 7),
      weight('join', [3], [0, 0, width], 7),
      weight('flat', [3], [1, width, patches], 7),
      weight('root', [], [Math.sqrt(width / heads)]),
      node('Gather', ['words', 'input_ids'], ['text.words']),
      node('Add', ['text.words', 'places'], ['text']),
      node('Conv', ['pixel_values', 'cutter'], ['patches'], { strides: [patch, patch] }),
      node('Reshape', ['patches', 'flat'], ['patches.flat']),
      node('Transpose', ['patches.flat'], ['image'], { perm: [0, 2, 1] }),
      node('Concat', ['text', 'image'], ['x.0'], { axis: 1 }),
    ]),
    ...Array.from({ length: layers }, (_, i) => joinBytes(layer(i))),
    ...linear('answer', `x.${layers}`, width, 2),
    output('answer'),
  ]);
}
