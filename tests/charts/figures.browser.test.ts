import { describe, expect, test } from 'vitest';
import { drawCells } from '../../src/charts/figure/cells';
import { atlasFigure } from '../../src/charts/figure/atlas';
import type { Said } from '../../src/charts/figure/frame';
import { matrixFigure } from '../../src/charts/figure/matrix';
import { overlayFigure } from '../../src/charts/figure/overlay';
import { embed, toPng } from '../../src/charts/figure/raster';
import { scatterFigure } from '../../src/charts/figure/scatter';
import { stripFigure } from '../../src/charts/figure/strip';
import { percent } from '../../src/charts/ink/format';
import { hue, toneNames } from '../../src/charts/ink/hues';
import { attentionLut } from '../../src/charts/ink/ramp';
import '../../src/views/look.css';

/** What a caption, a file's name or a trace may hold. */
const markup = '<script>alert(1)</script>&"\'\u0000\u0007\ud800 end';
const said: Said = {
  title: `ViLT-mini · joint 5, head 2 ${markup}`,
  direction: `“${markup}” as query: text queries → image keys`,
  caption: `a dog & a cat ${markup}`,
  source: 'ViLT-mini, sha256 69a575896f08',
};

/** A picture that is red on its left half and green on its right. */
async function halves(): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(40, 20);
  const context = canvas.getContext('2d')!;
  for (const [x, fill] of [
    [0, '#ff0000'],
    [20, '#00ff00'],
  ] as const) {
    context.fillStyle = fill;
    context.fillRect(x, 0, 20, 20);
  }
  return createImageBitmap(canvas);
}

const picture = await halves();
const overlay = async (style: 'veil' | 'tint' | 'signed', weights: number[] | null) => ({
  ...(await embed(picture, style, 'light')),
  size: [40, 20] as const,
  crop: [0, 0, 1, 1] as const,
  grid: [2, 1] as const,
  weights,
  max: null,
  style,
  words: [
    { text: markup, selected: true, weight: 0.25 },
    { text: 'dog', selected: false, weight: 0.5 },
    { text: 'of', selected: false, weight: 0.0004 },
  ],
  selected: 1,
  format: percent,
  unit: 'share of attention',
});
/** Two boxes of the picture's left half, the second in the first; px of the figure, which is 480 × 240. */
const boxes = {
  tiles: [
    { place: [0, 0, 240, 240] as const, weight: 0.5 },
    { place: [60, 60, 60, 60] as const, weight: 1 },
  ],
  outlines: [
    { place: [0, 0, 240, 240] as const, share: 0.5, chosen: false, dashed: true },
    { place: [60, 60, 60, 60] as const, share: 1, chosen: true, dashed: false },
  ],
  names: [{ x: 60, y: 60, text: `2 dog ${markup}`, chosen: true }],
};
const cell = (id: string, weights: number[] | null) => ({
  id,
  column: id,
  title: markup,
  map: weights && { kind: 'patches' as const, grid: [2, 2] as const, weights },
});
const atlas = {
  rows: [
    {
      name: markup,
      direction: 'text queries → image keys',
      stage: 'fusion' as const,
      cells: [cell('1', [0, 0, 0, 1]), cell('2', null)],
    },
  ],
  selected: '1',
  common: 1,
  format: percent,
};
const ticks = [
  { text: markup, stream: 'text' as const },
  { text: 'dog', stream: 'text' as const },
  { text: '1·1', stream: 'image' as const },
];
const matrix = { queries: ticks, keys: ticks, weights: [1, 0, 0, 0, 1, 0, 0, 0, 1], format: percent };
const strip = {
  modules: [
    { name: markup, stage: 'text' as const, layer: 0, queries: ['text' as const], keys: ['text' as const] },
    {
      name: 'cross',
      stage: 'fusion' as const,
      layer: 0,
      queries: ['text' as const],
      keys: ['image' as const],
    },
    {
      name: 'joint',
      stage: 'fusion' as const,
      layer: 1,
      queries: ['text' as const, 'image' as const],
      keys: ['text' as const, 'image' as const],
    },
  ],
  selected: 1,
};
const scatter = {
  points: [
    { title: markup, stage: 'fusion' as const, x: 0.1, y: 0.9, chosen: true },
    { title: 'other', stage: 'text' as const, x: 0.5, y: 0.2 },
  ],
  x: { name: markup, format: percent, even: 0.25 },
  y: { name: 'naming', format: percent },
};

const figures: Record<string, (scheme: 'light' | 'dark') => Promise<string> | string> = {
  'overlay, veil': async (scheme) => overlayFigure(await overlay('veil', [0, 1]), said, scheme),
  'overlay, tint': async (scheme) => overlayFigure(await overlay('tint', [0, 1]), said, scheme),
  'overlay, signed': async (scheme) => overlayFigure(await overlay('signed', [-1, 1]), said, scheme),
  'regions, veil': async (scheme) =>
    overlayFigure({ ...(await overlay('veil', [0.5, 1])), regions: boxes }, said, scheme),
  'regions, tint': async (scheme) =>
    overlayFigure({ ...(await overlay('tint', [0.5, 1])), regions: boxes }, said, scheme),
  'overlay without a map': async (scheme) => overlayFigure(await overlay('veil', null), said, scheme),
  atlas: (scheme) => atlasFigure(atlas, said, scheme),
  matrix: (scheme) => matrixFigure(matrix, said, scheme),
  strip: (scheme) => stripFigure(strip, said, scheme),
  scatter: (scheme) => scatterFigure(scatter, said, scheme),
};

/** Red, green, blue of a pixel of a figure, at its own scale. */
async function pixel(svg: string, x: number, y: number): Promise<number[]> {
  const image = await createImageBitmap(await toPng(svg, 1));
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
  context.drawImage(image, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
}

describe.each(Object.entries(figures))('%s', (_, make) => {
  test.each(['light', 'dark'] as const)('is one document that asks for nothing, %s', async (scheme) => {
    const svg = await make(scheme);
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelectorAll('foreignObject, script, style, [style], [class]')).toHaveLength(0);
    const links = [...parsed.querySelectorAll('image')].map((image) => image.getAttribute('xlink:href')!);
    for (const link of links) expect(link).toMatch(/^data:image\/(png|jpeg);base64,/);
    expect(svg).not.toMatch(/url\((?!#)|oklch|var\(|rgb\(|font-family="(?!sans-serif")/);
    expect(parsed.documentElement.textContent).toContain('<script>alert(1)</script>&"\'');
    expect(parsed.documentElement.textContent).toContain('text queries → image keys');
    expect(parsed.documentElement.textContent).toContain('sha256 69a575896f08');
  });

  test('is as large as it says, and its PNG as many times that', async () => {
    const svg = await make('light');
    const [width, height] = ['width', 'height'].map((name) =>
      Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]),
    );
    const sizes = await Promise.all([1, 3].map(async (scale) => createImageBitmap(await toPng(svg, scale))));
    expect(sizes.map((image) => [image.width, image.height])).toEqual([
      [Math.round(width), Math.round(height)],
      [Math.round(3 * width), Math.round(3 * height)],
    ]);
  });

  test('nothing sticks out', async () => {
    const host = document.createElement('div');
    host.innerHTML = await make('light');
    document.body.append(host);
    const frame = host.querySelector('svg')!.getBoundingClientRect();
    for (const text of host.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      expect([
        text.textContent,
        box.left >= frame.left,
        box.right <= frame.right + 1,
        box.bottom <= frame.bottom,
      ]).toEqual([text.textContent, true, true, true]);
    }
    host.remove();
  });
});

test('a veil shows the picture where attention is, and fades it where none is', async () => {
  const plain = { ...said, title: 'a', direction: 'b', caption: 'c' };
  const svg = overlayFigure({ ...(await overlay('veil', [0, 1])), selected: null }, plain, 'light');
  const top = Number(/<g transform="translate\(20 (\d+)\)">/.exec(svg)?.[1]);
  const [left, right] = [await pixel(svg, 20 + 120, top + 120), await pixel(svg, 20 + 360, top + 120)];
  expect(right).toEqual([0, 255, 0]);
  expect(Math.min(...left)).toBeGreaterThan(180);
});

test('a cell has the colour of its weight on the ramp', async () => {
  const svg = matrixFigure(
    { ...matrix, weights: [1, 0, 0, 0, 0.5, 0, 0, 0, 1] },
    { ...said, title: 'a', direction: 'b' },
    'light',
  );
  const top = Number(/<g transform="translate\(20 (\d+)\)">/.exec(svg)?.[1]);
  const [, left, above] = /<g transform="translate\((\d+) (\d+)\)">(?=<g shape)/.exec(svg)!.map(Number);
  const at = (query: number, key: number) =>
    pixel(svg, 20 + left + 18 * key + 9, top + above + 18 * query + 9);
  const ramp = attentionLut('light');
  const entry = (index: number) => [...ramp.slice(3 * index, 3 * index + 3)];
  expect([await at(0, 0), await at(1, 1), await at(0, 1)]).toEqual([entry(255), entry(128), entry(0)]);
});

test('cells have their colours where they lie, and no ground shows between them where edges are soft', async () => {
  const [columns, rows, side] = [7, 5, 61];
  const weights = Array.from({ length: columns * rows }, (_, at) => 0.6 + 0.4 * ((at * 13) % 11) * 0.1);
  const cells = drawCells([1, 1, side, side], [columns, rows], weights, 1, 'light');
  const soft = cells.replace(' shape-rendering="crispEdges"', '');
  expect(soft).not.toBe(cells);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="63" height="63">${soft}</svg>`;
  const image = await createImageBitmap(await toPng(svg, 1));
  const context = new OffscreenCanvas(63, 63).getContext('2d')!;
  context.drawImage(image, 0, 0);
  const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
  const ramp = attentionLut('light');
  weights.forEach((weight, i) => {
    const [x, y] = [(i % columns) + 0.5, Math.floor(i / columns) + 0.5];
    const index = Math.round(255 * weight);
    expect(at(1 + (x * side) / columns, 1 + (y * side) / rows)).toEqual([
      ...ramp.slice(3 * index, 3 * index + 3),
    ]);
  });
  const lightest = Math.round(255 * Math.min(...weights));
  const green = ramp[3 * lightest + 1];
  for (let y = 2; y < side; y++)
    for (let x = 2; x < side; x++) expect(at(x, y)[1]).toBeLessThanOrEqual(green + 1);
});

/** Names of keys, and where the highest of their letters and the matrix begin, in px of the figure. */
function heads(texts: readonly string[]): { names: number; matrix: number; words: number } {
  const keys = texts.map((text) => ({ text, stream: 'text' as const }));
  const weights = new Float32Array(keys.length ** 2).fill(1 / keys.length);
  const svg = matrixFigure({ queries: keys, keys, weights, format: percent }, said, 'light');
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML = svg;
  const box = (element: Element) => element.getBoundingClientRect().top - host.getBoundingClientRect().top;
  const standing = [...host.querySelectorAll('text[transform*="rotate"]')];
  const names = Math.min(...standing.map(box));
  const matrix = box(host.querySelector('g[shape-rendering]')!);
  const words = box(
    [...host.querySelectorAll('text')].find(({ textContent }) => textContent.startsWith('queries ↓'))!,
  );
  host.remove();
  return { names, matrix, words };
}

test('the band above a matrix is as tall as its longest name needs', () => {
  const short = heads(['a', 'dog', 'and', 'cat']);
  const long = heads(['a', 'straightforwardly', 'and', 'cat']);
  expect(short.matrix - short.names).toBeLessThan(48);
  expect(long.matrix - short.matrix).toBeGreaterThan(40);
  for (const { names, words } of [short, long]) expect(names).toBeGreaterThanOrEqual(words - 4);
  expect(short.names - short.words).toBeLessThan(20);
});

test('where tokens are too many to be named, an axis says how many in full', () => {
  const many = Array.from({ length: 1024 }, () => ({ text: '', stream: 'image' as const }));
  const svg = matrixFigure(
    { ...matrix, queries: many, weights: new Float32Array(3 * 1024) },
    { ...said, title: 'a' },
    'light',
  );
  expect(svg).toContain('>1024 patches<');
});

test.each(['light', 'dark'] as const)('colours are those of the page, %s', (scheme) => {
  const probe = document.createElement('div');
  document.body.append(probe);
  probe.style.colorScheme = scheme;
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  const seen = (colour: string) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  for (const tone of toneNames) {
    probe.style.color = `var(--${tone})`;
    const page = seen(getComputedStyle(probe).color);
    const figure = seen(hue(tone, scheme));
    for (const channel of [0, 1, 2])
      expect(Math.abs(page[channel] - figure[channel]), tone).toBeLessThanOrEqual(1);
  }
  probe.remove();
});

test('a PNG that no canvas can hold is one sentence', async () => {
  await expect(toPng(stripFigure(strip, said, 'light'), 100)).rejects.toThrow(
    /^Expected a PNG of at most 16,384 px an edge/,
  );
});
