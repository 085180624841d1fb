import type { Judged } from './judge';

/** A cell of the matrix: what it is made of, and what came out; null where a tool made no file. */
export interface Cell {
  choice: {
    family: string;
    attention: string;
    exporter: string;
    precision: string;
    treated: string;
    /** Why there is no file; null where there is one. */
    refused: string | null;
  };
  judged:
    | (Judged & {
        /** Why the page does not open it. */
        obstacles: string[];
        /** Why it was not asked. */
        asked: string | null;
        megabytes: number;
      })
    | null;
}

const number = (value: number | null) => (value === null ? '' : value === 0 ? '0' : value.toExponential(0));
const mark = (holds: boolean) => (holds ? 'yes' : 'no');

function columns({ choice, judged }: Cell): string[] {
  const { family, attention, exporter, precision, treated, refused } = choice;
  const head = [family, attention, exporter, precision, treated];
  if (!judged)
    return [
      ...head,
      `no file: ${refused?.replaceAll('|', '/').slice(0, 60)}`,
      ...Array.from({ length: 9 }, () => ''),
    ];
  const {
    found,
    wanted,
    heads,
    blocks,
    said,
    right,
    wrong,
    maps,
    masked,
    neutral,
    order,
    failed,
    megabytes,
  } = judged;
  const verdict = wrong.length > 0 ? `SURE AND WRONG: ${wrong.join(', ')}` : right ? '' : 'wrong, ';
  return [
    ...head,
    `${found} of ${wanted}`,
    mark(heads),
    mark(blocks),
    order === null ? '' : order.every((is, i) => is === i) ? 'PyTorch’s' : 'another',
    `${said.value}, ${verdict}${said.sure ? 'sure' : 'to be confirmed'}`,
    number(maps),
    failed ? `not run: ${failed.slice(0, 40)}` : number(masked),
    number(neutral),
    judged.obstacles.length > 0 ? 'refused' : 'yes',
    megabytes.toFixed(0),
  ];
}

/** A row in a terminal. */
export const rowOf = (cell: Cell): string => columns(cell).join(' | ');

const heading = [
  'family',
  'attention',
  'exporter, opset',
  'numbers',
  'treated',
  'found',
  'heads, lengths',
  'blocks',
  'order',
  'category',
  'maps',
  'head off',
  'open',
  'opens',
  'MB',
];

/** The matrix in Markdown. */
export function table(cells: readonly Cell[]): string {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...cells.map((cell) => line(columns(cell)))].join(
    '\n',
  );
}

/** How many cells there are, and how many of them are as they should be. */
export function summary(cells: readonly Cell[]): string {
  const judged = cells.flatMap(({ judged }) => judged ?? []);
  const count = (holds: (one: (typeof judged)[number]) => boolean) => judged.filter(holds).length;
  return [
    `${cells.length} cells, ${new Set(cells.map(({ choice }) => choice.family)).size} families; ${judged.length} files were made.`,
    `Sure and wrong: ${count(({ wrong }) => wrong.length > 0)}.`,
    `All attentions found: ${count(({ found, wanted }) => found === wanted)};`,
    `heads and lengths: ${count(({ heads }) => heads)}; blocks: ${count(({ blocks }) => blocks)};`,
    `category right: ${count(({ right }) => right)}, sure: ${count(({ said }) => said.sure)};`,
    `run: ${count(({ failed }) => failed === null)}.`,
  ].join(' ');
}
