import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { photographic, shipped } from '../../src/architectures/manifest';
import { interactions, streams } from '../../src/views/panel/survey';

interface Kind {
  interaction: string;
  streams: string;
  visual: string;
}

const models = join(import.meta.dirname, '../../models');
const read = (...path: string[]) => JSON.parse(readFileSync(join(models, ...path), 'utf8')) as Kind;
const zoo = [...shipped, ...photographic].map((id) => read('zoo', id, 'manifest.json'));
const hub = readdirSync(join(models, 'hub')).map((file) => read('hub', file));

/** Models of the survey's table by the place that it, or else their papers, give them. Those that it leaves open are left out. */
const surveyed: Record<string, string> = {
  'self-attention, single':
    'VisualBERT, B2T2, VLP, VL-BERT, VD-BERT, VILLA, FashionBERT, UNITER, OSCAR, RVL-BERT, VinVL, UC2, TAP, M3P, Kaleido-BERT, UNIMO, UPOC2, ViLT, Unicoder-VL',
  'self-attention, double': 'Pixel-BERT, FLAVA',
  'co-attention, double':
    'LXMERT, ViLBERT, VLN-BERT, PREVALENT, 12-in-1, VisDial-BERT, ERNIE-ViL, TDEN, CATT, Airbert',
  'VSE, double': 'LightningDOT, WenLan, ALIGN, COOKIE, CLIP',
};
const place = ({ interaction, streams }: Kind) => `${interaction}, ${streams}`;

test.each(Object.entries(surveyed))(
  'the picker has a model that ships where the survey has one: %s',
  (at) => {
    expect(zoo.filter((model) => place(model) === at).length).toBeGreaterThan(0);
  },
);

test('a published model of each place can be fetched from the Hub', () => {
  const found = new Set(hub.map(place));
  expect(Object.keys(surveyed).filter((at) => !found.has(at))).toEqual([]);
});

test('each way to see a picture has a model that ships, and one that fuses', () => {
  const ways = (all: Kind[]) => new Set(all.map(({ visual }) => visual));
  expect(ways(zoo)).toEqual(new Set(['patch', 'region', 'grid']));
  expect(ways(zoo.filter(({ interaction }) => interaction !== 'VSE'))).toEqual(ways(zoo));
});

test('a place without a model says why, and no model stands where it says so', () => {
  const places = interactions.flatMap(({ id, none }) =>
    streams.map((one) => ({ at: `${id}, ${one.id}`, none })),
  );
  const taken = new Set([...zoo, ...hub].map(place));
  expect(places.filter(({ at }) => !taken.has(at))).toEqual([
    { at: 'co-attention, single', none: 'none by definition' },
    { at: 'VSE, single', none: 'none by definition' },
    { at: 'encoder-decoder, single', none: expect.stringMatching(/^none here: /) as string },
  ]);
  expect([...taken].filter((at) => !places.some((one) => one.at === at))).toEqual([]);
});
