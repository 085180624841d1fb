import { gridBoxes } from './grid';
import type { Meta, SaidToken } from './meta';
import type { Numbers } from '../containers/npy';
import { readWith } from './pair';
import { spell } from './spell';
import type { Box, Token } from './trace';

/** Stands in the list of tokens for all tokens of the picture. */
const placeholder = '<image>';

const roles: readonly [role: Token['role'], pattern: RegExp][] = [
  ['cls', /^(\[CLS\]|<s>|<bos>|<\|startoftext\|>|<\|begin_of_text\|>)$/],
  ['sep', /^(\[SEP\]|\[EOS\]|<\/s>|<eos>|<\|endoftext\|>|<\|end_of_text\|>)$/],
  ['pad', /^(\[PAD\]|<pad>)$/],
  ['mask', /^(\[MASK\]|<mask>)$/],
];

/**
 * The tokens of a trace file. Those of the picture are listed, or follow from `grid` (patches in raster order) or from `boxes`, an array
 * [regions, 4] of x, y, width and height in [0, 1] of the picture; they stand where "<image>" is listed, else after the text.
 * @throws Error of one sentence when tokens, grid and boxes contradict each other
 */
export function placeTokens(meta: Meta, boxes: Numbers | undefined): { tokens: Token[]; caption: string } {
  const listed = meta.tokens.filter((token) => token !== placeholder).map(fromSaid);
  const words = listed.filter(({ stream, role }) => stream === 'text' && role === 'word');
  const caption = meta.caption ?? words.map(({ text = '' }) => text).join(' ');
  const hasImage = listed.some(({ stream }) => stream === 'image');
  if (hasImage && boxes)
    throw new Error('Image tokens are listed, and there are boxes as well: expected one of the two.');
  const tokens = hasImage ? fitted(listed, meta) : withImage(listed, imageTokens(meta, boxes), meta);
  return { tokens: spell(tokens, caption), caption };
}

function fromSaid(said: string | SaidToken): Token {
  if (typeof said === 'string') return { stream: 'text', role: roleOf(said), text: said };
  const { stream, text = '', box } = said;
  const role = stream === 'text' ? roleOf(text) : stream === 'query' ? 'object' : box ? 'patch' : 'register';
  return { ...said, role: said.role ?? role };
}

const roleOf = (text: string) => roles.find(([, pattern]) => pattern.test(text))?.[0] ?? 'word';

function imageTokens({ grid, specials, crop }: Meta, boxes: Numbers | undefined): Token[] {
  if (grid && boxes) throw new Error('There are a grid and boxes: expected one of the two.');
  const first = Array.from({ length: specials }, (_, i): Token => {
    return { stream: 'image', role: i === 0 ? 'cls' : 'register', image: 0 };
  });
  const patches = grid
    ? gridBoxes(grid, crop).map((box): Token => ({ stream: 'image', role: 'patch', image: 0, box }))
    : [];
  const regions = boxes
    ? readBoxes(boxes).map((box): Token => ({ stream: 'image', role: 'region', image: 0, box }))
    : [];
  return [...first, ...patches, ...regions];
}

function readBoxes({ dims, data }: Numbers): Box[] {
  if (dims.length !== 2 || dims[1] !== 4)
    throw new Error(`boxes: expected [regions, 4], got [${dims.join(', ')}].`);
  return Array.from({ length: dims[0] }, (_, region): Box => {
    const box = Array.from(data.subarray(4 * region, 4 * region + 4)) as unknown as Box;
    if (!box.every((value) => value >= -0.001 && value <= 1.001))
      throw new Error(
        `boxes, row ${region + 1}: expected x, y, width, height in [0, 1] of the picture, got ${box.join(', ')}.`,
      );
    return box;
  });
}

function withImage(listed: readonly Token[], image: readonly Token[], { tokens }: Meta): Token[] {
  const at = tokens.indexOf(placeholder);
  return at < 0 ? [...listed, ...image] : listed.toSpliced(at, 0, ...image);
}

/** Listed image tokens: as many patches as the grid has, in its order where they have no boxes of their own. */
function fitted(listed: readonly Token[], { grid, crop }: Meta): Token[] {
  if (!grid) return [...listed];
  const count = readWith(listed, 0).filter(isPatch).length;
  const boxes = gridBoxes(grid, crop);
  if (count !== boxes.length)
    throw new Error(`Expected ${boxes.length} patches for a grid of ${grid.join(' × ')}, got ${count}.`);
  let patch = 0;
  return listed.map((token) => (isPatch(token) ? { box: boxes[patch++], ...token } : token));
}

const isPatch = ({ stream, role }: Token) => stream === 'image' && role === 'patch';
