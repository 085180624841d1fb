import { describe, expect, it, onTestFinished } from 'vitest';
import '../../src/views/look.css';

/** Relative luminance of a CSS colour as the browser paints it (WCAG 2.2). */
function luminance(colour: string): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('expected a 2d canvas context, got none');
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(first: string, second: string): number {
  const probe = document.createElement('i');
  document.body.append(probe);
  const [a, b] = [first, second].map((name) => {
    probe.style.color = `var(--${name})`;
    return luminance(getComputedStyle(probe).color);
  });
  probe.remove();
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const grounds = ['ground', 'card', 'raised', 'well'];
const text = [
  ...['ink', 'muted', 'accent', 'text-ink', 'image-ink', 'alarm'].flatMap((ink) =>
    grounds.map((on) => [ink, on]),
  ),
  ['text-ink', 'text-soft'],
  ['image-ink', 'image-soft'],
  ['accent', 'accent-soft'],
  ['alarm', 'alarm-soft'],
  ['ink', 'text-soft'],
  ['ink', 'image-soft'],
  ['ink', 'accent-soft'],
  ['on-text', 'text-solid'],
  ['on-image', 'image-solid'],
  ['on-accent', 'accent'],
];
const controls = ['line', 'text-line', 'image-line', 'text-solid', 'image-solid', 'accent'].map((line) => [
  line,
  'card',
]);

describe.each(['light', 'dark'])('the look, %s', (theme) => {
  const paint = (): void => {
    document.documentElement.dataset.theme = theme;
    onTestFinished(() => document.documentElement.removeAttribute('data-theme'));
  };

  it.each(text)('%s is read on %s', (ink, on) => {
    paint();
    expect(contrast(ink, on)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(controls)('%s is seen on %s', (line, on) => {
    paint();
    expect(contrast(line, on)).toBeGreaterThanOrEqual(3);
  });
});

it('ships one Latin file of the typeface', async () => {
  const faces = await document.fonts.load('16px "Inter Variable"');
  expect(faces.map((face) => face.status)).toEqual(['loaded']);
});
