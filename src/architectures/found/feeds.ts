import type { Guess } from '../../onnx/find/guess';
import type { Inspection } from './inspection';
import type { Source } from '../manifest';

/** One graph of a model that a visitor brings. */
export interface Part {
  /** "model", or "vision", "projector", "text" and "decoder" where there are several. */
  role: string;
  inspection: Inspection;
}

type Input = Inspection['inputs'][number];

/** Numbers that say where a region lies: corners, with the area (ViLBERT), with width, height and area (UNITER). */
const cornerWidths = [4, 5, 7];

const fed = ['float32', 'float16', 'int64', 'int32', 'bool'];
const sure = (value: Source, why: string): Guess<Source> => ({ value, sure: true, why });

/**
 * What each input of a graph is fed with.
 * @returns guesses by input; `obstacles` are sentences on inputs that the page cannot feed
 */
export function feedsOf(
  part: Part,
  parts: readonly Part[],
): { feeds: Record<string, Guess<Source>>; obstacles: string[] } {
  const feeds: Record<string, Guess<Source>> = {};
  const obstacles: string[] = [];
  for (const input of part.inspection.inputs) {
    const obstacle = obstacleOf(input, part) ?? aloneOf(input, part, parts);
    if (obstacle) obstacles.push(`The input ${input.name} ${obstacle}.`);
    else feeds[input.name] = sourceOf(input, part, parts);
  }
  return { feeds, obstacles };
}

/** A file that reads no ids but vectors, where those that make them are not all here. */
function aloneOf({ kind }: Input, part: Part, parts: readonly Part[]): string | null {
  const words = part.inspection.inputs.some((input) => input.kind === 'text' || input.kind === 'embedded');
  if (kind === 'sequence' && pictureOf(part, parts) === null)
    return 'takes words and a picture in vectors of one width, and no file makes such of the picture: bring its projector too';
  if (kind !== 'vectors' || words || (part.role === 'projector' && stateOf(part, parts))) return null;
  return parts.length > 1
    ? 'takes vectors, and none of the other files makes such of words: bring the one that looks words up (embed_tokens.onnx) too'
    : 'takes vectors that other files make of words or a picture: drop them together, or bring the export with all in one file';
}

/** The output that makes vectors of a picture as wide as those of words. */
function pictureOf(part: Part, parts: readonly Part[]): string | null {
  const width = part.inspection.inputs.find(({ kind }) => kind === 'sequence')?.tried?.at(-1);
  for (const role of ['projector', 'vision'])
    for (const { inspection } of parts.filter((other) => other.role === role)) {
      const found = inspection.outputs.filter(
        ({ dims, tried }) =>
          [2, 3, 4].includes((dims ?? tried)?.length ?? 0) && (tried ?? dims)?.at(-1) === width,
      );
      const best = found.find(({ name }) => /feature|embed|project/.test(name)) ?? found[0];
      if (best) return `${role}/${best.name}`;
    }
  return null;
}

const cutOf = ({ inspection }: Part) => inspection.architecture.image?.value.cut;

function obstacleOf({ dtype, dims, kind, empty }: Input, part: Part): string | null {
  if (kind === 'cache' && (empty ?? null) === null)
    return 'wants keys and values of an earlier step, and some there must be: bring the export that begins without them';
  if (kind === 'sound') return 'wants sound, and the page has none to give';
  if (!fed.includes(dtype)) return `is of type ${dtype}, which the page cannot make`;
  if (kind === 'image' && dims && dims.length < 4 && !(dims.length === 2 && cutOf(part)))
    return 'takes a picture that is cut into patches already, which the page cannot make';
  if (kind === 'image' && !/^float/.test(dtype))
    return `takes pixels as ${dtype}, which the page cannot make`;
  return dims ? null : 'does not say its shape';
}

function sourceOf(
  { name, dims, kind, empty, tried }: Input,
  part: Part,
  parts: readonly Part[],
): Guess<Source> {
  if (kind === 'cache')
    return sure(
      { from: 'nothing', axis: empty ?? 2 },
      'there are no earlier steps: every run begins with the first word',
    );
  if (kind === 'text') return sure({ from: 'ids' }, 'words are looked up with it');
  const cut = cutOf(part);
  if (cut && ((kind === 'image' && dims?.length === 2) || kind === 'vectors'))
    return sure({ from: 'cut', ...cut }, 'a picture goes in here, cut into patches');
  if (kind === 'image')
    return sure(
      {
        from: 'pixels',
        channels: (dims?.length ?? 0) >= 4 && dims?.at(-1) === 3 ? 'last' : 'first',
        ...severalOf(dims),
      },
      'a picture goes in here',
    );
  if (kind === 'sequence' || kind === 'embedded') {
    const table = parts
      .find(({ role }) => role === 'text')!
      .inspection.outputs.find((output) => (output.dims ?? output.tried)?.length === 3)!;
    const words = `text/${table.name}`;
    const picture = kind === 'sequence' ? pictureOf(part, parts) : null;
    return picture === null
      ? sure({ from: 'graph', output: words }, 'another of the files looks words up')
      : sure(
          { from: 'joined', words, picture },
          'words that one file looks up, and in their midst what others make of the picture',
        );
  }
  if (kind === 'vectors') {
    const output = stateOf(part, parts);
    if (output) return sure({ from: 'graph', output }, 'another of the files makes it');
    const last = dims?.[2];
    return typeof last === 'number' && cornerWidths.includes(last)
      ? sure({ from: 'corners' }, 'it says where regions lie')
      : sure({ from: 'vectors' }, 'a detector makes it, which is not here');
  }
  const text = part.inspection.inputs.find((input) => ['text', 'sequence', 'embedded'].includes(input.kind));
  const along =
    text && (text.dims?.[1] === (dims?.at(-1) ?? NaN) || text.tried?.[1] === (tried?.at(-1) ?? NaN));
  const alongText = along && dims?.length === 2;
  const size = cut && part.inspection.architecture.image?.value.size;
  if (size && /grid_thw/.test(name))
    return sure({ from: 'values', values: [1, size[1] / cut.side, size[0] / cut.side] }, 'by its name');
  if (cut && /grid_thw/.test(name))
    return sure({ from: 'cells', side: cut.side, merge: cut.merge }, 'by its name');
  // Qwen2-VL counts places without padding, which a trace of one length has made part of the graph.
  if (cut && /mask/.test(name) && typeof dims?.[1] === 'number')
    return sure(
      { from: 'fill', value: 1 },
      'everything is visible, padding too: the file counts every place',
    );
  if (/mask/.test(name) && alongText && !/visual|pixel|image/.test(name))
    return sure({ from: 'visible' }, 'it says which words count');
  if (/mask/.test(name)) return sure({ from: 'fill', value: 1 }, 'everything is visible');
  if (/mm_token_type/.test(name) && alongText) return sure({ from: 'pictured' }, 'by its name');
  if (/token_type|segment/.test(name))
    return sure({ from: 'fill', value: /visual|image/.test(name) ? 1 : 0 }, 'by its name');
  if (/position_ids/.test(name) && along && dims?.length === 3 && (dims[0] === 3 || dims[0] === 4))
    return sure(
      { from: 'rotary', rows: dims[0] },
      'positions in time, row and column, as Qwen2-VL’s processor counts them',
    );
  if (/position_ids/.test(name) && alongText) return sure({ from: 'positions' }, 'by its name');
  if (/use_cache/.test(name)) return sure({ from: 'fill', value: 0 }, 'by its name');
  return { value: { from: 'fill', value: 0 }, sure: false, why: 'what it is for is not known' };
}

/** Lengths of the axes along which several pictures lie; nothing where it is one. */
function severalOf(dims: Input['dims']): { pictures?: number[] } {
  const lead = (dims ?? []).slice(1, -3).map((count) => (typeof count === 'number' ? count : 1));
  return lead.some((count) => count > 1) ? { pictures: lead } : {};
}

/** Outputs of other graphs, "role/name", that an input is made of. */
export function outputsBehind(source: Source): string[] {
  if (source.from === 'graph') return [source.output];
  return source.from === 'joined' ? [source.words, source.picture] : [];
}

/** The states [batch, positions, width] that another file makes: its first output of three axes. */
function stateOf(part: Part, parts: readonly Part[]): string | null {
  for (const other of parts) {
    if (other === part || (part.role === 'projector' && other.role !== 'vision')) continue;
    const states = other.inspection.outputs.filter(({ dims, tried }) => (dims ?? tried)?.length === 3);
    const found = states.find(({ name }) => /hidden|state|feature/.test(name)) ?? states[0];
    if (found) return `${other.role}/${found.name}`;
  }
  return null;
}

/**
 * Roles of the graphs of one model, those first whose outputs others read.
 * @throws Error of one sentence when two files do the same
 */
export function assignRoles(inspections: readonly Inspection[]): Part[] {
  if (inspections.length === 1) return [{ role: 'model', inspection: inspections[0] }];
  const joined = inspections.some(({ inputs }) => inputs.some(({ kind }) => kind === 'sequence'));
  const parts = inspections.map((inspection): Part => {
    const kinds = new Set(inspection.inputs.map(({ kind }) => kind));
    const joins = kinds.has('sequence') || kinds.has('embedded');
    const role = joins
      ? 'decoder'
      : joined && kinds.has('vectors') && !kinds.has('text')
        ? 'projector'
        : kinds.has('vectors')
          ? 'decoder'
          : kinds.has('image') && kinds.has('text')
            ? 'model'
            : kinds.has('image')
              ? 'vision'
              : 'text';
    return { role, inspection };
  });
  const order = ['vision', 'projector', 'text', 'model', 'decoder'];
  parts.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  const twin = parts.find(({ role }, i) => role === parts[i + 1]?.role);
  if (twin ?? parts.some(({ role }) => role === 'model'))
    throw new Error(
      `Expected the files of one model, got several models: ${inspections.map(({ file }) => file).join(', ')}. Drop one of them.`,
    );
  return parts;
}
