import { findAttention } from '../../../src/onnx/find/find';
import { readModel } from '../../../src/onnx/file/reader';
import { recognise } from '../../../src/onnx/find/recognise';
import { input, model, node, output, weight } from '../../onnx/build';
import { median, type Figure } from '../figure';

const [layers, heads, width, rounds] = [500, 4, 16, 5];

/** A layer of 24 nodes that takes its lengths from the shape of what comes in, as exporters write them. */
function layer(i: number): Uint8Array[] {
  const at = (name: string) => `${i}.${name}`;
  const cut = (name: string, perm: readonly number[]) => [
    node('MatMul', [`x.${i}`, 'W'], [at(name)]),
    node('Reshape', [at(name), at('four')], [at(`${name}4`)]),
    node('Transpose', [at(`${name}4`)], [at(`${name}h`)], { perm }),
  ];
  return [
    node('Shape', [`x.${i}`], [at('shape')]),
    node('Gather', [at('shape'), 'first'], [at('batch')], { axis: 0 }),
    node('Gather', [at('shape'), 'second'], [at('long')], { axis: 0 }),
    node('Concat', [at('batch'), at('long'), 'heads', 'rest'], [at('four')], { axis: 0 }),
    node('Concat', [at('batch'), at('long'), 'rest'], [at('three')], { axis: 0 }),
    ...cut('q', [0, 2, 1, 3]),
    ...cut('k', [0, 2, 3, 1]),
    ...cut('v', [0, 2, 1, 3]),
    node('MatMul', [at('qh'), at('kh')], [at('scores')]),
    node('Mul', [at('scores'), 'scale'], [at('scaled')]),
    node('Softmax', [at('scaled')], [at('p')], { axis: -1 }),
    node('MatMul', [at('p'), at('vh')], [at('c')]),
    node('Transpose', [at('c')], [at('turned')], { perm: [0, 2, 1, 3] }),
    node('Reshape', [at('turned'), at('three')], [at('joined')]),
    node('MatMul', [at('joined'), 'W'], [at('out')]),
    node('Add', [`x.${i}`, at('out')], [at('sum')]),
    node('Tanh', [at('sum')], [at('tanh')]),
    node('Identity', [at('tanh')], [`x.${i + 1}`]),
  ];
}

/** What it takes to index a graph of 12,000 nodes, to find its attentions and to say what it is. */
export const figure: Figure = {
  id: 'find-12k',
  unit: 's',
  limit: 0.6,
  absolute: true,
  measure() {
    const bytes = model([
      input('ids', [1, 'text'], 7),
      weight('table', [50, width]),
      weight('W', [width, width]),
      weight('scale', [], [0.5]),
      ...Object.entries({ first: 0, second: 1, heads, rest: -1 }).map(([name, value]) =>
        weight(name, [1], [value], 7),
      ),
      node('Gather', ['table', 'ids'], ['x.0']),
      ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
      output(`x.${layers}`),
    ]);
    const times: number[] = [];
    let [nodes, found] = [0, 0];
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      const read = readModel(bytes);
      const finding = findAttention(read);
      recognise(finding);
      times.push((performance.now() - start) / 1000);
      [nodes, found] = [read.nodes.length, finding.attentions.length];
    }
    return Promise.resolve({
      value: median(times),
      how: `median of ${rounds}: ${nodes} nodes, ${found} attentions; ${times.map((s) => s.toFixed(2)).join(', ')} s`,
    });
  },
};
