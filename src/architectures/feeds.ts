import type { Guess } from '../onnx/find/guess';
import type { Inspection } from './inspection';
import type { Source } from './manifest';

/** One graph of a model that a visitor brings. */
export interface Part {
  /** "model", or "text", "vision" and "decoder" where there are several. */
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
    const obstacle = obstacleOf(input) ?? joinsOf(input, part, parts);
    if (obstacle) obstacles.push(`The input ${input.name} ${obstacle}.`);
    else feeds[input.name] = sourceOf(input, part, parts);
  }
  return { feeds, obstacles };
}

/** A decoder that reads no ids but a sequence of vectors: words that one file looks up and a picture that another makes. */
function joinsOf({ kind }: Input, { inspection }: Part, parts: readonly Part[]): string | null {
  const words = inspection.inputs.some((input) => input.kind === 'text');
  if (kind !== 'vectors' || words) return null;
  return parts.length > 1
    ? 'takes one sequence of words and picture that several of the files make together, which the page cannot join yet'
    : 'takes vectors that another file makes of words or a picture: bring the export with both in one file';
}

function obstacleOf({ dtype, dims, kind }: Input): string | null {
  if (kind === 'cache') return 'wants keys and values of an earlier step: bring the export without them';
  if (kind === 'sound') return 'wants sound, and the page has none to give';
  if (!fed.includes(dtype)) return `is of type ${dtype}, which the page cannot make`;
  if (kind === 'image' && dims && dims.length > 4)
    return `takes a picture of ${dims.length} axes, frames or tiles, which the page cannot make`;
  if (kind === 'image' && dims && dims.length < 4)
    return 'takes a picture that is cut into patches already, which the page cannot make';
  if (kind === 'image' && !/^float/.test(dtype))
    return `takes pixels as ${dtype}, which the page cannot make`;
  return dims ? null : 'does not say its shape';
}

function sourceOf({ name, dims, kind }: Input, part: Part, parts: readonly Part[]): Guess<Source> {
  if (kind === 'text') return sure({ from: 'ids' }, 'words are looked up with it');
  if (kind === 'image')
    return sure({ from: 'pixels', channels: dims?.[3] === 3 ? 'last' : 'first' }, 'a picture goes in here');
  if (kind === 'vectors') {
    const output = stateOf(part, parts);
    if (output) return sure({ from: 'graph', output }, 'another of the files makes it');
    const last = dims?.[2];
    return typeof last === 'number' && cornerWidths.includes(last)
      ? sure({ from: 'corners' }, 'it says where regions lie')
      : sure({ from: 'vectors' }, 'a detector makes it, which is not here');
  }
  const text = part.inspection.inputs.find((input) => input.kind === 'text');
  const alongText = dims?.length === 2 && text?.dims?.[1] === dims[1];
  if (/mask/.test(name) && alongText && !/visual|pixel|image/.test(name))
    return sure({ from: 'visible' }, 'it says which words count');
  if (/mask/.test(name)) return sure({ from: 'fill', value: 1 }, 'everything is visible');
  if (/token_type|segment/.test(name))
    return sure({ from: 'fill', value: /visual|image/.test(name) ? 1 : 0 }, 'by its name');
  if (/position_ids/.test(name) && alongText) return sure({ from: 'positions' }, 'by its name');
  if (/use_cache/.test(name)) return sure({ from: 'fill', value: 0 }, 'by its name');
  return { value: { from: 'fill', value: 0 }, sure: false, why: 'what it is for is not known' };
}

/** The states [batch, positions, width] that another file makes: its first output of three axes. */
function stateOf(part: Part, parts: readonly Part[]): string | null {
  for (const other of parts) {
    if (other === part) continue;
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
  const parts = inspections.map((inspection): Part => {
    const kinds = new Set(inspection.inputs.map(({ kind }) => kind));
    const role = kinds.has('vectors')
      ? 'decoder'
      : kinds.has('image') && kinds.has('text')
        ? 'model'
        : kinds.has('image')
          ? 'vision'
          : 'text';
    return { role, inspection };
  });
  const order = ['vision', 'text', 'model', 'decoder'];
  parts.sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  const twin = parts.find(({ role }, i) => role === parts[i + 1]?.role);
  if (twin ?? parts.some(({ role }) => role === 'model'))
    throw new Error(
      `Expected the files of one model, got several models: ${inspections.map(({ file }) => file).join(', ')}. Drop one of them.`,
    );
  return parts;
}
