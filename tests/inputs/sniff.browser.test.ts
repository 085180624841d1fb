import { expect, test } from 'vitest';
import { sniff } from '../../src/inputs/sniff';

const files = import.meta.glob<string>('../fixtures/images/*', {
  query: '?url',
  import: 'default',
  eager: true,
});
const good = Object.entries(files).filter(
  ([name]) => !/(truncated|headless|empty|text|huge|long|\.svg)/.test(name),
);

test.each(good)('%s has the size and the colours, upright, that the browser decodes', async (_, address) => {
  const blob = await (await fetch(address)).blob();
  const { width, height } = sniff(new Uint8Array(await blob.arrayBuffer()));
  const image = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  expect([image.width, image.height]).toEqual([width, height]);
  if (address.includes('rotated.webp')) return;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(image, 0, 0);
  const [red, , blue] = context.getImageData(width / 2 + 5, height - 5, 1, 1).data;
  expect(red - blue, 'the last quarter is yellow').toBeGreaterThanOrEqual(address.includes('grey') ? 0 : 100);
});
