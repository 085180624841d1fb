import type { Finding, Side } from './find';
import { layoutOf, sequenceOf, type Guess, type ImageLayout } from './layout';
import { place, type Block, type Placed } from './place';
import { inputsOf } from './streams';

/** The survey's categories of how vision and language meet (Long et al., IJCAI 2022), and what has no such meeting. */
export type Interaction =
  'self-attention' | 'co-attention' | 'VSE' | 'encoder-decoder' | 'one modality' | 'none';

/** What kind of architecture a file holds. */
export interface Architecture {
  interaction: Guess<Interaction>;
  streams: Guess<'single' | 'double'>;
  /** In which directions queries of one stream look at keys of the other, in order of appearance. */
  directions: ('text → image' | 'image → text')[];
  image: Guess<ImageLayout> | null;
  /** Which stream comes first where both stand in one sequence; null where they never do. */
  sequence: Guess<('text' | 'image')[]> | null;
  placed: Placed[];
}

/** Names the architecture by what its attentions join. */
export function recognise(finding: Finding): Architecture {
  const placed = place(finding);
  const blocks = new Set(placed.map(({ block }) => block));
  const directions = [...blocks].flatMap((block): Architecture['directions'] =>
    block === 'tv' ? ['text → image'] : block === 'vt' ? ['image → text'] : [],
  );
  return {
    interaction: interactionOf(finding, placed, blocks),
    streams: streamCount(placed),
    directions,
    image: layoutOf(finding, placed),
    sequence: blocks.has('joint') ? sequenceOf(finding) : null,
    placed,
  };
}

function interactionOf(
  finding: Finding,
  placed: readonly Placed[],
  blocks: ReadonlySet<Block>,
): Guess<Interaction> {
  const { view, origins, kinds, attentions } = finding;
  const sure = !kinds.includes('vectors');
  if (attentions.length === 0) return { value: 'none', sure: true, why: 'no attention was found' };
  if (blocks.has('joint'))
    return {
      value: 'self-attention',
      sure,
      why: 'text and image positions stand in one sequence and share a softmax',
    };
  const causal = placed.some(
    ({ block, attention }) => block === 'tt' && attention.treatments.includes('causal mask'),
  );
  if (blocks.has('tv') && !blocks.has('vt') && causal)
    return {
      value: 'encoder-decoder',
      sure,
      why: 'text is masked causally and its queries look at image keys',
    };
  if (blocks.has('tv') || blocks.has('vt')) {
    const both = blocks.has('tv') && blocks.has('vt');
    return {
      value: 'co-attention',
      sure,
      why: `cross-attention ${both ? 'in both directions' : 'in one direction'}`,
    };
  }
  const streams = new Set(attentions.flatMap(({ queries, keys }) => [...queries.streams, ...keys.streams]));
  if (streams.has('text') && streams.has('image'))
    return { value: 'VSE', sure, why: 'two encoders without attention between them' };
  const inputs = (side: Side) => inputsOf(view, origins.bits.get(side.tensor) ?? 0, kinds).join(' ');
  const crossing = attentions.some(
    ({ queries, keys }) => inputs(queries) !== inputs(keys) && inputs(keys) !== '' && inputs(queries) !== '',
  );
  if (crossing)
    return { value: 'encoder-decoder', sure: false, why: 'queries and keys come from different inputs' };
  return {
    value: 'one modality',
    sure,
    why: `only ${[...streams].filter((s) => s !== 'learnt').join(' and ')} attends`,
  };
}

function streamCount(placed: readonly Placed[]): Architecture['streams'] {
  const stages = new Set(placed.map(({ stage }) => stage));
  const rectangles = placed.some(({ block }) => block === 'tv' || block === 'vt');
  const double = rectangles || (stages.has('text') && stages.has('image'));
  return double
    ? { value: 'double', sure: true, why: 'text and image are processed apart' }
    : { value: 'single', sure: true, why: 'nothing is processed apart' };
}
