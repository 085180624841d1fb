import type { Finding, Side } from './find';
import type { Guess } from './guess';
import { layoutOf, type ImageLayout } from './layout';
import { placesOf, sequenceOf, type Places } from './sequence';
import { tiledBy } from './tiled';
import { factorsOf } from './pattern';
import { meets, place, throughLearnt, type Block, type Placed } from './place';
import { inputIn, inputsOf, streamsOf, type Stream } from './streams';
import { product } from '../shape/rules/known';
import { dimsOf } from '../shape/view';

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
  /** Where a picture is put into a text; null where it is not, or it is not known. */
  places: Places | null;
  placed: Placed[];
}

/** Names the architecture by what its attentions join. */
export function recognise(finding: Finding): Architecture {
  const placed = place(finding);
  const blocks = new Set(placed.map(({ block }) => block));
  const directions = [...blocks].flatMap((block): Architecture['directions'] =>
    block === 'tv' ? ['text → image'] : block === 'vt' ? ['image → text'] : [],
  );
  const interaction = interactionOf(finding, placed, blocks);
  const image = layoutOf(finding, placed);
  const places = blocks.has('joint') ? placesOf(finding) : null;
  return {
    interaction,
    streams: streamCount(placed, interaction),
    directions,
    image: places ? inPlaces(image, places) : image,
    sequence: blocks.has('joint') ? sequenceOf(finding) : null,
    places,
    placed,
  };
}

/** A picture has no CLS where it is put into a text, if it has as many places there as patches. */
function inPlaces(image: Architecture['image'], { count }: Places): Architecture['image'] {
  const grid = image?.value.grid;
  const { pictures } = image?.value ?? {};
  if (image && grid && pictures) {
    const tiled = tiledBy(grid, pictures, count);
    if (!tiled) return image;
    const why = `${count} places in the text are ${grid.join(' × ')} patches of the whole picture and those of ${tiled.columns} × ${tiled.rows} tiles, with one more behind each row`;
    return { ...image, value: { ...image.value, extra: 0, behind: undefined, tiled }, why };
  }
  if (!image || !grid || grid[0] * grid[1] !== count) return image;
  const why = `${count} places in the text are ${grid.join(' × ')} patches`;
  return { ...image, value: { ...image.value, extra: 0, behind: undefined }, why };
}

function interactionOf(
  finding: Finding,
  placed: readonly Placed[],
  blocks: ReadonlySet<Block>,
): Guess<Interaction> {
  const { kinds, attentions } = finding;
  const doubt = doubtOf(finding);
  const say = (value: Interaction, why: string, sure = true): Guess<Interaction> => {
    const because = sure && doubt ? `${why}; ${doubt}` : why;
    return { value, sure: sure && doubt === null, why: because };
  };
  if (attentions.length === 0) {
    const hidden = unexplained(finding);
    return { value: 'none', sure: hidden === null, why: hidden ?? 'no attention was found' };
  }
  if (blocks.has('joint'))
    return say('self-attention', 'text and image positions stand in one sequence and share a softmax');
  const looks = placed.filter(({ block }) => block === 'tv').map(({ attention }) => attention.queries.length);
  const causal = placed.filter(
    ({ block, attention }) => block === 'tt' && attention.treatments.includes('causal mask'),
  );
  if (looks.length > 0 && !blocks.has('vt') && causal.length > 0) {
    if (answers(finding, placed))
      return say(
        'encoder-decoder',
        'a text that is masked causally looks at another one, which looks at image keys',
      );
    // What a text was pooled to is no word that is written: X-CLIP (Ni et al., ECCV 2022) looks at its video with that.
    const words = causal.map(({ attention }) => attention.queries.length);
    if (looks.some((length) => length !== null && !words.includes(length) && !words.includes(null)))
      return say('co-attention', 'what words were gathered to looks at image keys', false);
    return say('encoder-decoder', 'text is masked causally and its queries look at image keys');
  }
  if (blocks.has('tv') || blocks.has('vt')) {
    const both = blocks.has('tv') && blocks.has('vt');
    return say('co-attention', `cross-attention ${both ? 'in both directions' : 'in one direction'}`);
  }
  const through = new Set(attentions.map(throughLearnt));
  if (through.has('sequence'))
    return say(
      'self-attention',
      'words share a softmax with learnt queries that have read the picture',
      false,
    );
  if (through.has('keys') || through.has('queries'))
    return say('co-attention', 'text and picture meet through learnt queries', false);
  if (attentions.some(meets))
    return say('co-attention', 'text and picture meet before an attention reads what came of both', false);
  const seen = new Set(attentions.flatMap(({ queries, keys }) => [...queries.streams, ...keys.streams]));
  if (kinds.includes('text') && (kinds.includes('image') || seen.has('image')))
    return apart(finding, say, seen);
  return alone(finding, say, seen);
}

/** Whether a text whose words see none that come later looks at another text, of which queries look at the picture: BLIP's answers to questions. */
function answers({ attentions }: Finding, placed: readonly Placed[]): boolean {
  const asks = placed.flatMap(({ block, attention }) => (block === 'tv' ? attention.queries.inputs : []));
  return attentions.some(({ queries, treatments }) => {
    const [written] = queries.inputs;
    if (!treatments.includes('causal mask') || asks.includes(written)) return false;
    return attentions.some(
      (other) =>
        other.queries.inputs.includes(written) && other.keys.inputs.some((input) => asks.includes(input)),
    );
  });
}

type Say = (value: Interaction, why: string, sure?: boolean) => Guess<Interaction>;

/** Text and image come in, and no attention reads both. */
function apart(finding: Finding, say: Say, seen: ReadonlySet<Stream>): Guess<Interaction> {
  const later = learnsOfBoth(finding);
  const then = later ? ', which meet in weights later on' : '';
  if (seen.has('text') && seen.has('image'))
    return say('VSE', `two encoders without attention between them${then}`, !later);
  const [one, other] = seen.has('text') ? ['text', 'picture'] : ['picture', 'text'];
  return say(
    'VSE',
    `two encoders: that of the ${one} has attention, that of the ${other} has none${then}`,
    !later,
  );
}

/** Whether weights go over numbers that depend on both text and image. */
function learnsOfBoth({ view, origins, kinds }: Finding): boolean {
  return view.linked.order.some((node) => {
    const [input, weight] = factorsOf(node) ?? [];
    if (input === undefined || weight === undefined || !view.constants.has(weight)) return false;
    if (product(dimsOf(view, weight) ?? [0]) < 8) return false;
    const reads = streamsOf(origins.influence.get(input) ?? 0, kinds);
    return reads.includes('text') && reads.includes('image');
  });
}

function alone(
  { view, origins, kinds, attentions }: Finding,
  say: Say,
  seen: ReadonlySet<Stream>,
): Guess<Interaction> {
  const inputs = (side: Side) => inputsOf(view, origins.bits.get(side.tensor) ?? 0, kinds).join(' ');
  const crossing = attentions.some(
    ({ queries, keys }) => inputs(queries) !== inputs(keys) && inputs(keys) !== '' && inputs(queries) !== '',
  );
  if (crossing) return say('encoder-decoder', 'queries and keys come from different inputs', false);
  const named = [...seen].filter((stream) => stream === 'text' || stream === 'image' || stream === 'sound');
  if (named.length !== 1)
    return say('one modality', 'what its positions stand for is not said in this file', false);
  return say('one modality', `only ${named[0]} attends`);
}

/** Why nothing said of what a file's attentions join is proven; null where every input that they can read is known for what it is. */
function doubtOf({ view, origins, kinds, attentions }: Finding): string | null {
  const { inputs } = view.linked.graph;
  const read = attentions.reduce(
    (all, { queries, keys }) =>
      [queries, keys].reduce((bits, { tensor }) => bits | (origins.influence.get(tensor) ?? 0), all),
    0,
  );
  if (kinds.includes('sequence')) return 'that both are in what other files make is taken from their widths';
  const doubtful = inputs.filter(({ name, dims }, i) => {
    const kind = kinds[i];
    if (!inputIn(read, i)) return false;
    if (kind === 'cache') return (view.caches.get(name)?.axis ?? null) === null;
    if (kind === 'vectors') return true;
    return kind === 'other' && (dims?.length ?? 0) >= 2 && !/mask|type|segment|position|grid/i.test(name);
  });
  // Of two texts one may be read by learnt queries and the other by a language model, as in InstructBLIP (Dai et al., NeurIPS 2023).
  const texts = inputs.filter((_, i) => kinds[i] === 'text' && inputIn(read, i)).map(({ name }) => name);
  if (texts.length > 1)
    return `text comes in ${texts.length} times, as ${texts.join(', ')}, and which of it meets what is not known`;
  if (doubtful.length === 0) return null;
  const names = doubtful
    .slice(0, 2)
    .map(({ name }) => name)
    .join(', ');
  return `what comes in as ${names} is not known`;
}

/** Why a file in which no attention was found may have one all the same; null where none can be. */
function unexplained({ view }: Finding): string | null {
  for (const node of view.linked.order) {
    const factors = factorsOf(node);
    const calls = !standard.has(node.domain);
    if (calls) return `none was found, but nobody can look into ${node.op}`;
    if (view.linked.nested.has(node)) return `none was found, but ${node.op} holds operations of its own`;
    if (factors?.every((name) => !view.constants.has(name)))
      return `none was found, but ${node.op} multiplies two tensors that both depend on what comes in`;
  }
  return null;
}

const standard = new Set(['', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc', 'ai.onnx.ml']);

function streamCount(
  placed: readonly Placed[],
  { value, sure }: Guess<Interaction>,
): Architecture['streams'] {
  const stages = new Set(placed.map(({ stage }) => stage));
  const rectangles = placed.some(({ block }) => block === 'tv' || block === 'vt');
  const double = value === 'VSE' || rectangles || (stages.has('text') && stages.has('image'));
  return double
    ? { value: 'double', sure, why: 'text and image are processed apart' }
    : { value: 'single', sure, why: 'nothing is processed apart' };
}
