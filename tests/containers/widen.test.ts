import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPart, type TensorIndex } from '../../src/containers/tensors';
import { indexTorch } from '../../src/containers/torch';
import { widenBrains } from '../../src/containers/widen';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

test('what PyTorch stored as bfloat16 has the same numbers in 32 bits, and all else lies where it lay', async () => {
  const numbers = JSON.parse(fixture('numbers.json').toString()) as Record<string, { numbers: number[] }>;
  const given = new File([new Uint8Array(fixture('zip.bin'))], 'pytorch_model.bin');
  const before = await indexTorch(given);
  const { index, file } = await widenBrains(before, [given]);
  const { offset, length, ...rest } = index.get('brain')!;
  expect(rest).toEqual({ dtype: 'F32', dims: [3, 4], file: file!.name });
  expect([...new Float32Array((await readPart(file!, offset, length)).buffer)]).toEqual(
    numbers.brain.numbers,
  );
  for (const [name, place] of before) if (name !== 'brain') expect(index.get(name)).toEqual(place);
});

test('a checkpoint without any is as it was', async () => {
  const index: TensorIndex = new Map();
  expect(await widenBrains(index, [])).toEqual({ index, file: null });
});
