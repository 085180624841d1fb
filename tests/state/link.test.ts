import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLink, writeLink } from '../../src/state/share/link';
import type { Link } from '../../src/state/share/link';
import type { Box } from '../../src/trace/trace';

const nothing: Link = {
  sample: null,
  picture: null,
  caption: null,
  foil: null,
  question: null,
  crop: null,
  boxes: null,
  second: null,
  features: null,
  rows: null,
  unmet: false,
  models: [],
  hidden: [],
  words: [],
  places: [],
  on: 0,
  around: [],
  spelt: [],
  role: 'query',
  heads: [],
  gathered: [],
  ways: [],
  off: [],
  renormalised: [],
  folds: [],
  lists: [],
  beside: 'next',
  sights: [],
  search: null,
  show: {},
};

const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const head = fc.record({
  attention: fc.constantFrom('joint 5', 'text → image 1', 'a & b = c.d'),
  head: fc.oneof(fc.nat(15), fc.constant('mean' as const)),
});

const part = fc.record({
  slot: fc.nat(2),
  attention: fc.constantFrom('joint 5', 'text → image 1', 'a & b = c.d'),
  part: fc.oneof(fc.nat(15), fc.constantFrom('tt' as const, 'vt' as const)),
});

/** As an address holds them: in steps of 64³ − 1 to the picture. */
const side = fc.integer({ min: 1, max: 130_000 }).map((steps) => steps / (64 ** 3 - 1));
const box = fc.tuple(side, side, side, side) as fc.Arbitrary<Box>;

/** In quarters of a cell. */
const sight = fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4);

const links = fc.record<Link>({
  sample: fc.option(fc.constantFrom('composed-1', 'photo-cow')),
  picture: fc.option(fc.constant('0123456789abcdef')),
  caption: fc.option(fc.string({ unit: 'grapheme' })),
  foil: fc.option(fc.string({ unit: 'grapheme' })),
  question: fc.option(fc.string({ unit: 'grapheme' })),
  second: fc.option(
    fc.oneof(
      fc.record({
        of: fc.constant('sample' as const),
        id: fc.constantFrom('composed-1', 'photo-cow'),
        crop: fc.constantFrom(null, [0.25, 0, 0.5, 1] as Box),
      }),
      fc.record({
        of: fc.constant('own' as const),
        id: fc.constant('fedcba9876543210'),
        crop: fc.constant(null),
      }),
    ),
  ),
  on: fc.constantFrom(0 as const, 1 as const),
  crop: fc.option(fc.constant([0.25, 0, 0.5, 0.75] as const)),
  boxes: fc.option(fc.array(box, { minLength: 1, maxLength: 100 })),
  features: fc.option(fc.constant('fedcba9876543210')),
  rows: fc.option(fc.array(fc.record({ row: fc.nat(99), box }), { minLength: 1, maxLength: 100 })),
  unmet: fc.boolean(),
  models: fc.array(fc.constantFrom('zoo/vilt-mini', 'hub/other-2')),
  hidden: fc.uniqueArray(fc.nat(40), { maxLength: 4 }),
  words: fc.uniqueArray(fc.constantFrom('0', '12', 'cls', 'sep', 'start')),
  places: fc.array(fc.tuple(share, share), { maxLength: 4 }),
  around: fc
    .array(fc.option(box), { maxLength: 4 })
    .map((around) => (around.some((one) => one) ? around : [])),
  spelt: fc.array(
    fc.record({
      word: fc.nat(40),
      run: fc.option(fc.constant('trace/0123456789abcdef')),
      text: fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 }),
    }),
    { maxLength: 3 },
  ),
  role: fc.constantFrom('query', 'key'),
  heads: fc
    .array(fc.option(fc.oneof(head, fc.constant('gathered' as const))), { maxLength: 3 })
    .map((heads) => (heads.some((one) => one) ? heads : [])),
  gathered: fc.array(
    fc.record({
      slot: fc.nat(2),
      attention: fc.constantFrom('joint 5', 'a & b = c.d'),
      head: fc.nat(15),
    }),
    { maxLength: 4 },
  ),
  ways: fc
    .array(fc.constantFrom('mean' as const, 'maximum' as const, 'rollout' as const), { maxLength: 3 })
    .map((ways) => (ways.some((way) => way !== 'mean') ? ways : [])),
  off: fc.array(part, { maxLength: 3 }),
  renormalised: fc.subarray([0, 1]),
  folds: fc
    .array(fc.record({ slot: fc.nat(2), group: fc.constantFrom('text', 'fusion'), open: fc.boolean() }), {
      maxLength: 4,
    })
    .map((folds) => folds.toSorted((a, b) => Number(b.open) - Number(a.open))),
  lists: fc.subarray([0, 1]),
  beside: fc.oneof(
    fc.constantFrom('next' as const, 'none' as const),
    fc.record({
      slot: fc.nat(2),
      attention: fc.constantFrom('joint 5', 'a & b = c.d'),
      head: fc.oneof(fc.nat(15), fc.constant('mean' as const)),
    }),
  ),
  sights: fc
    .array(fc.option(fc.record({ row: sight, column: sight, scale: fc.integer({ min: 1, max: 64 }) })), {
      maxLength: 2,
    })
    .map((sights) => (sights.some((one) => one) ? sights : [])),
  search: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
  show: fc.dictionary(
    fc.constantFrom('tab', 'overlay', 'statistic', 'sort', 'bound'),
    fc.constantFrom('tint', 'save', 'preference.most.-0.5'),
    { noNullPrototype: true },
  ),
});

it('restores every view that it can write', () => {
  fc.assert(
    fc.property(links, (link) => {
      expect(readLink(`#${writeLink(link)}`)).toEqual(link);
    }),
  );
});

it('is empty when everything is at its default', () => {
  expect(writeLink(nothing)).toBe('');
  expect(readLink('')).toEqual(nothing);
});

it('leaves at its default what does not parse', () => {
  const hash =
    '#crop=0,0,2,1&patch=x,1&word=red&model=https://elsewhere.org&model=zoo/../secret&head=joint&role=both&off=0.joint&off=x.joint.1&cut=all&hide=1,x&picture=../x&tab=<b>&gather=joint.1&together=mean,sum' +
    '&open=0.Text&fold=fusion&boxed=x&beside=joint.2&zoom=1,2&zoom=0,0,-1&around=AAAA&spelt=a.b.c';
  expect(readLink(hash)).toEqual({
    ...nothing,
    around: [null],
    sights: [null, null],
    models: ['', ''],
    heads: [null],
  });
});

it('reads any text without an error, and only what it knows', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.webQueryParameters(), (text, query) => {
      for (const hash of [text, query, `picture=${text}&hide=${text}&tab=${text}&model=${text}`]) {
        const link = readLink(hash);
        for (const model of link.models) expect(model).toMatch(/^((zoo|hub|own|trace)\/[a-z0-9-]+)?$/);
        expect(Object.values(link.show).join('')).toMatch(/^[a-z0-9.-]*$/i);
        expect(link.picture ?? '0123456789abcdef').toMatch(/^[0-9a-f]{16}$/);
      }
    }),
    { numRuns: 500 },
  );
});

it('can be read by people', () => {
  const hash = writeLink({ ...nothing, sample: 'photo-cow', models: ['zoo/vilt-mini'], words: ['4'] });
  expect(hash).toBe('sample=photo-cow&word=4&model=zoo%2Fvilt-mini');
});

it('holds twenty boxes in 240 letters, and a hundred in 1,200, each to a millionth or so of the picture', () => {
  const boxes = Array.from({ length: 100 }, (_, i): Box => [i / 300, 0.1, 1 / 3, 0.7 - i / 300]);
  expect(writeLink({ ...nothing, boxes: boxes.slice(0, 20) })).toMatch(/^boxes=[\w-]{240}$/);
  const hash = writeLink({ ...nothing, boxes });
  expect(hash).toMatch(/^boxes=[\w-]{1200}$/);
  readLink(hash).boxes!.forEach((box, i) =>
    box.forEach((side, at) => expect(Math.abs(side - boxes[i][at])).toBeLessThan(2.5e-6)),
  );
});

it.each([
  ['letters missing', 'AAAA'],
  ['no size', 'AAAAAAAAAAAA'],
  ['outside of the picture', '___AAA______'],
  ['too many', 'AAAAAA______'.repeat(101)],
  ['other letters', 'AAAAAA____%20'],
  ['nothing', ''],
])('knows boxes that were damaged: %s', (_, text) => {
  expect(readLink(`#boxes=${text}`).boxes).toEqual([]);
  expect(readLink(`#regions=${text}`).rows).toEqual([]);
});
