import { join } from 'node:path';
import { expect } from 'vitest';
import { hubBytes, tinyTokenizer } from '../runtime/own/ownfiles';
import { parts } from './parts';
import { fileAt, type Step } from './steps';
import { storedOf, toPng } from './stored';

/** What a visitor does, and what the page shows then: a part of `Sight`, tried until it is so. */
export interface Check {
  name: string;
  does: Step[];
  sees?: object;
}

const near = (path: string) => join(import.meta.dirname, '..', path);
const including = (...items: unknown[]) => expect.arrayContaining(items) as unknown[];
const containing = (text: string) => expect.stringContaining(text) as string;
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const both = (panel: object) => ({ panels: [panel, panel] });
const live = { settle: 2 };

/** The stored input of both models: the same scene and caption. */
export const stored = storedOf('vilt-mini');

const typed = 'a dog beside a tree';
const pieces = ['[CLS]', ...typed.split(' '), '[SEP]'];
const tiny = [
  { name: 'tiny.onnx', bytes: hubBytes('vilt') },
  { name: 'tokenizer.json', bytes: new TextEncoder().encode(tinyTokenizer()) },
];
const dropped = { name: 'mine.png', bytes: toPng(64, 32, new Uint8Array(3 * 64 * 32).fill(90)) };

/** From the first visit on; each goes on where the one before has ended. @param site address of the built page */
export const checks = (site: string): Check[] => [
  {
    name: 'opens with attention on a picture, before any model has run',
    does: [{ resize: [1440, 900] }, { open: `${site}#sample=composed-1` }],
    sees: {
      title: 'VLPM Playground',
      ...both({ drawn: true, scores: including(matching(/^−?\d/)) }),
    },
  },
  {
    name: 'both models go live',
    does: [live],
    sees: { alerts: [], ...both({ state: 'live', verdict: containing('prefers the caption by 1') }) },
  },
  {
    name: 'the badge says where they run and why, and that both agree with PyTorch',
    does: [{ click: parts.badge }],
    sees: { popover: matching(/^WebAssembly, because .*WebGPU.*agrees with PyTorch.*agrees with PyTorch/) },
  },
  {
    name: 'a picture is chosen from a file and a caption typed',
    does: [
      { press: 'Escape' },
      { choose: parts.pictureFile, file: 'stored.png' },
      { fill: parts.caption, with: stored.caption },
      live,
    ],
    sees: {
      caption: stored.caption,
      input: containing('stored.png'),
      ...both({ pieces: ['[CLS]', ...stored.caption.split(' '), '[SEP]'] }),
    },
  },
  {
    name: 'another caption is cut into its words',
    does: [{ fill: parts.caption, with: typed }, live],
    sees: both({ pieces, alert: null }),
  },
  {
    name: 'a picture is dropped',
    does: [{ drop: [dropped], onto: parts.drop }, live],
    sees: { input: matching(/mine\.png/) },
  },
  {
    name: 'a file that is no picture is refused in one sentence',
    does: [{ choose: parts.pictureFile, file: near('fixtures/images/text.jpg') }],
    sees: { alerts: [matching(/^Expected a picture .*, got /)] },
  },
  {
    name: 'a word is chosen in one model and both follow',
    does: [
      { choose: parts.pictureFile, file: near('fixtures/images/plain.jpg') },
      live,
      { click: parts.word('dog', 1) },
    ],
    sees: {
      alerts: [],
      ...both({ chosen: ['dog'], direction: containing('“dog” as query: text queries → image keys') }),
    },
  },
  {
    name: 'a head is chosen',
    does: [{ click: parts.head('joint 1, head 2') }],
    sees: { panels: [{ head: containing('joint 1, head 2') }, {}] },
  },
  {
    name: 'a patch of the picture is chosen and weighs the words',
    does: [{ click: parts.map(), at: [0.2, 0.2] }],
    sees: { panels: [{ direction: matching(/patch in row \d, column \d as query: image queries/) }, {}] },
  },
  {
    name: 'a head is switched off, and what that changes is said',
    does: [{ click: parts.word('dog') }, { click: parts.head('joint 2, head 1') }, { type: 'x' }, live],
    sees: {
      panels: [
        { verdict: containing('1 head off: score') },
        { verdict: expect.not.stringContaining('off') as string },
      ],
    },
  },
  {
    name: 'everything is switched on again',
    does: [{ click: parts.switchAllOn }, live],
    sees: both({ verdict: expect.not.stringContaining('off: score') as string }),
  },
  {
    name: 'a hidden word is guessed',
    does: [{ clickIfThere: parts.tab('Guess') }, { click: parts.word('dog') }, { type: 'm' }],
    sees: { guesses: 10 },
  },
  {
    name: 'a third kind of model is chosen for a panel',
    does: [{ type: 'm' }, { click: parts.model(1) }, { click: parts.modelChoice('^CLIP-mini') }, live],
    sees: { panels: [{ name: 'ViLT-mini' }, { name: 'CLIP-mini', alert: null, state: 'live' }] },
  },
  {
    name: 'an ONNX file of one’s own opens with its tokenizer',
    does: [{ drop: tiny, onto: parts.drop }, { click: parts.openLeft }, live],
    sees: {
      panels: [
        { name: 'tiny', state: 'live', pieces: ['[CLS]', 'a', 'dog', 'beside', 'a', '[UNK]', '[SEP]'] },
        {},
      ],
    },
  },
  {
    name: 'a run that was recorded elsewhere opens with its own picture and caption',
    does: [{ drop: [fileAt(near('oracle/trace/vilt.npz'), 'run.npz')], onto: parts.drop }],
    sees: { panels: [{}, { state: 'imported', pieces: including('dog', 'tree'), heads: 10 }] },
  },
  {
    name: 'a link restores caption, models, word and head',
    does: [
      {
        open: `${site}#sample=composed-1&caption=${typed.replaceAll(' ', '+')}&model=vilt-mini&model=meter-mini&word=5&head=joint+2.2&head=text+→+image+1.2`,
      },
      live,
    ],
    sees: {
      caption: typed,
      panels: [
        { name: 'ViLT-mini', chosen: ['tree'], head: containing('joint 2, head 3') },
        { name: 'METER-mini', chosen: ['tree'], head: containing('text → image 1, head 3') },
      ],
    },
  },
  {
    name: 'a worker that falls over is told in one sentence',
    does: [{ crash: true }, { fill: parts.caption, with: 'a dog and a red heart' }],
    sees: { notices: including(containing('The worker stopped')) },
  },
  {
    name: 'and the next run starts a new one',
    does: [
      { clickIfThere: parts.retry },
      { clickIfThere: parts.retry },
      { fill: parts.caption, with: 'a dog and a tree' },
      live,
      { click: parts.dismiss },
    ],
    sees: {
      alerts: [],
      notices: [],
      ...both({ state: 'live', pieces: ['[CLS]', 'a', 'dog', 'and', 'a', 'tree', '[SEP]'] }),
    },
  },
];

/** How the page looks otherwise. */
export const looks = (site: string): Check[] => [
  {
    name: 'dark',
    does: [{ open: `${site}#sample=composed-1` }, live, { click: parts.theme }, { click: parts.theme }],
    sees: { theme: 'dark', fits: true },
  },
  {
    name: 'at 390 px nothing sticks out, on any part of the page',
    does: [{ resize: [390, 844] }, { click: parts.phone(-1) }, { click: parts.phone(0) }, live],
    sees: { fits: true, ...both({ state: 'live' }) },
  },
];
