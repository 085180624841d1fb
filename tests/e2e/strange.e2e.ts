import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { visit, type Visit } from '../support/visit';
import { settled, typeCaption } from './page';

const caption = 'a small kitten in the grass';
const names = ['UNITER-mini', 'Pixel-BERT-mini'];
let guest: Visit;
beforeAll(async () => {
  guest = await visit(`${inject('site')}#sample=photo-kitten&model=zoo/uniter-mini&model=zoo/pixelbert-mini`);
  await settled(guest.page);
  await typeCaption(guest.page, caption);
  await settled(guest.page);
});

afterAll(async () => {
  expect(guest.errors).toEqual([]);
  await guest.close();
});

/** Pictures that nobody took, made in the page: by kind, with a file's name and type. */
const pictures = {
  panorama: ['panorama.jpg', 'image/jpeg'],
  drawing: ['drawing.png', 'image/png'],
  scan: ['scan.png', 'image/png'],
  noise: ['noise.png', 'image/png'],
} as const;

/** Draws one. The panorama has 63.99 megapixels: the gallery's kitten side by side. */
const make = (kind: keyof typeof pictures, type: string) =>
  guest.page.evaluate(
    async ([kind, type]) => {
      const [width, height] = {
        panorama: [16000, 3999],
        drawing: [900, 600],
        scan: [1240, 1754],
        noise: [640, 480],
      }[kind];
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'white';
      context.fillRect(0, 0, width, height);
      context.fillStyle = 'black';
      if (kind === 'panorama') {
        const kitten = await createImageBitmap(await (await fetch('samples/photo-kitten.jpg')).blob());
        for (let x = 0; x < width; x += 4000) context.drawImage(kitten, x, 0, 4000, height);
      } else if (kind === 'drawing') {
        context.lineWidth = 6;
        for (let i = 0; i < 9; i++) context.strokeRect(40 + 90 * i, 60 + 40 * i, 120, 160);
        context.fillStyle = '#d22';
        context.beginPath();
        context.arc(640, 160, 90, 0, 7);
        context.fill();
      } else if (kind === 'scan') {
        context.font = '24px serif';
        const line = 'The quick brown fox jumps over the lazy dog while nobody looks at the page.';
        for (let y = 120; y < height - 100; y += 34) context.fillText(line, 110 + (y % 3), y);
      } else {
        const noise = context.createImageData(width, height);
        for (let i = 0; i < noise.data.length; i += 65536)
          crypto.getRandomValues(noise.data.subarray(i, i + 65536));
        for (let i = 3; i < noise.data.length; i += 4) noise.data[i] = 255;
        context.putImageData(noise, 0, 0);
      }
      const blob = await canvas.convertToBlob({ type, quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = '';
      for (let i = 0; i < bytes.length; i += 32768)
        text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      return btoa(text);
    },
    [kind, type] as const,
  );

const heads = () => guest.page.locator('article.panel header').allInnerTexts();
const shown = () => guest.page.getByRole('button', { name: /^Model of panel/ }).allInnerTexts();

test.each<[kind: keyof typeof pictures, size: string, known: boolean]>([
  ['panorama', '4096 × 1024 px', true],
  ['drawing', '900 × 600 px', false],
  ['scan', '1240 × 1754 px', false],
  ['noise', '640 × 480 px', false],
])(
  '%s: it is shown with maps, what models do not know is said, and nothing is lost',
  async (kind, size, known) => {
    const { page } = guest;
    const [name, mimeType] = pictures[kind];
    const buffer = Buffer.from(await make(kind, mimeType), 'base64');
    await page.getByLabel('Picture file').setInputFiles({ name, mimeType, buffer });
    await page.getByRole('button', { name: `Picture: ${name}, ${size}` }).waitFor();
    await settled(page);
    const said = known ? 0 : 2;
    await expect
      .poll(
        async () => (await heads()).filter((text) => text.includes('Trained on photographs alone.')).length,
      )
      .toBe(said);
    await settled(page);
    expect(await page.locator('section.input [role="alert"]').allInnerTexts()).toEqual([]);
    if (kind === 'panorama')
      expect(await page.locator('section.input .about').innerText()).toContain(
        'Reduced from 16,000 × 3,999 px to 4,096 × 1,024 px: the models see far fewer.',
      );
    expect(await shown()).toEqual(names);
    expect(await page.getByLabel(/^Caption/).inputValue()).toBe(caption);
    expect(await page.locator('article.panel [data-view="direction"]').allInnerTexts()).toEqual(
      Array(2).fill(expect.stringMatching(/as query: text queries → image keys/)),
    );
  },
);
