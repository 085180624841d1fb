import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sniff } from '../../src/inputs/sniff';

const read = (name: string) =>
  new Uint8Array(readFileSync(resolve(import.meta.dirname, '../fixtures/images', name)));
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const lands = { width: 60, height: 40, frames: 1, orientation: 1, notes: [] as string[] };
const moving = { ...lands, frames: 3, notes: ['Animated: only the first of 3 frames is used.'] };
const clear = { ...lands, notes: ['Transparent parts are laid over white.'] };
const grey = { ...lands, notes: ['Greyscale: the models were trained on colour.'] };
const turned = { ...lands, orientation: 6, notes: ['Turned upright, as its EXIF orientation says.'] };
const drawn = {
  ...lands,
  width: 1024,
  height: 683,
  notes: ['SVG: drawn as a picture over white; nothing in it runs.'],
};

describe('sniff', () => {
  test.each([
    ['plain.jpg', { kind: 'jpeg', ...lands }],
    ['progressive.jpg', { kind: 'jpeg', ...lands }],
    ['rotated.jpg', { kind: 'jpeg', ...turned }],
    ['grey.jpg', { kind: 'jpeg', ...grey }],
    [
      'cmyk.jpg',
      { kind: 'jpeg', ...lands, notes: ['CMYK colours: your browser converts them to RGB, not exactly.'] },
    ],
    ['plain.png', { kind: 'png', ...lands }],
    ['grey.png', { kind: 'png', ...grey }],
    ['alpha.png', { kind: 'png', ...clear }],
    ['palette.png', { kind: 'png', ...clear }],
    ['animated.png', { kind: 'png', ...moving }],
    ['plain.gif', { kind: 'gif', ...lands }],
    ['animated.gif', { kind: 'gif', ...moving }],
    ['transparent.gif', { kind: 'gif', ...clear }],
    ['lossy.webp', { kind: 'webp', ...lands }],
    ['lossless.webp', { kind: 'webp', ...lands }],
    ['alpha.webp', { kind: 'webp', ...clear }],
    ['animated.webp', { kind: 'webp', ...moving }],
    ['rotated.webp', { kind: 'webp', ...lands, width: 40, height: 60 }],
    ['rotated.png', { kind: 'png', ...turned }],
    ['rotated.avif', { kind: 'avif', ...lands }],
    ['plain.avif', { kind: 'avif', ...lands }],
    ['alpha.avif', { kind: 'avif', ...clear }],
    ['animated.avif', { kind: 'avif', ...moving }],
    ['plain.bmp', { kind: 'bmp', ...lands }],
    ['script.svg', { kind: 'svg', ...drawn }],
    ['sized.svg', { kind: 'svg', ...drawn }],
  ])('%s', (name, expected) => {
    expect(sniff(read(name))).toEqual(expected);
  });

  test.each([
    ['empty.jpg', 'got an empty file (0 bytes).'],
    ['text.jpg', 'got a text file.'],
    ['headless.jpg', 'got a JPEG that is cut short: the file ends before its picture does.'],
    ['truncated.jpg', 'got a JPEG that is cut short'],
    ['truncated.png', 'got a PNG that is cut short'],
    ['truncated.webp', 'got a WebP that is cut short'],
    ['truncated.bmp', 'got a BMP that is cut short'],
    ['truncated.svg', 'got an SVG that is cut short'],
    [
      'huge.png',
      'Expected a picture of at most 64 megapixels and 16,384 px an edge, got a PNG of 20,000 × 20,000 px.',
    ],
    ['long.png', 'got a PNG of 20,000 × 10 px.'],
  ])('%s is refused in one sentence', (name, sentence) => {
    expect(() => sniff(read(name))).toThrow(sentence);
  });

  test.each([
    ['%PDF-1.7', 'a PDF document'],
    ['II*\0\b\0\0\0', 'a TIFF image, which browsers cannot show'],
    ['\0\0\0\x18ftypheic', 'a HEIC image, which browsers cannot show'],
    ['\0\0\0\x18ftypisom', 'a video'],
    ['PK\x03\x04\x14\0', 'a ZIP archive or an office document'],
    ['<!DOCTYPE html><html><svg></svg></html>', 'a web page'],
    ['\x01\x02\x03\x04', 'a file of unknown kind'],
  ])('other files are called by their name: %j', (start, name) => {
    expect(() => sniff(bytes(start))).toThrow(
      `Expected a picture (JPEG, PNG, WebP, AVIF, GIF, BMP or SVG), got ${name}.`,
    );
  });

  test.each([
    'plain.jpg',
    'plain.png',
    'animated.gif',
    'alpha.webp',
    'animated.avif',
    'plain.bmp',
    'rotated.jpg',
  ])('%s cut anywhere gives a picture or one sentence, at once', (name) => {
    const whole = read(name);
    const sentences = new Set<string>();
    for (let length = 0; length < whole.length; length++)
      try {
        sniff(whole.slice(0, length));
      } catch (error) {
        sentences.add((error as Error).message.split(',')[0]);
      }
    expect([...sentences].every((sentence) => /^Expected a (whole )?picture/.test(sentence))).toBe(true);
  });

  test('the size of an SVG comes from its attributes, or its view box, or the standard', () => {
    const size = (attributes: string) => {
      const { width, height } = sniff(bytes(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}/>`));
      return [width, height];
    };
    expect(size('width="20000" height="10000"')).toEqual([1024, 512]);
    expect(size('width="2in" height="96px"')).toEqual([1024, 512]);
    expect(size("viewBox='0 0 10 40'")).toEqual([256, 1024]);
    expect(size('width="100%" viewBox="0,0,40,10"')).toEqual([1024, 256]);
    expect(size('height="10" viewBox="0 0 1 2"')).toEqual([512, 1024]);
    expect(size('')).toEqual([1024, 512]);
  });

  test('comments and document types may stand before an SVG', () => {
    const text =
      '\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC "x" "y" [<!ENTITY a "b">]>\n<svg:svg width="4" height="2"></svg:svg>';
    expect(sniff(bytes(text))).toMatchObject({ kind: 'svg', width: 1024, height: 512 });
  });
});
