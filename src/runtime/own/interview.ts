import type { Prepared } from '../../architectures/adapter';
import { adapter } from '../../architectures/own';
import { withPlaces } from '../../architectures/places';
import {
  asked,
  conclude,
  variations,
  type Answered,
  type Heard,
  type Interview,
  type Variation,
} from '../../architectures/found/interview';
import type { Manifest } from '../../architectures/manifest';
import { outputsBehind } from '../../architectures/found/feeds';
import { typedIds } from '../../inputs/typed';
import {
  addIntegers,
  addNode,
  finishDraft,
  freshName,
  startDraft,
  type Draft,
} from '../../onnx/change/draft';
import { expose } from '../../onnx/change/expose';
import { applyPatch } from '../../onnx/change/patch';
import { unfuse } from '../../onnx/change/unfuse';
import { readModel } from '../../onnx/file/reader';
import { findAttention, type FoundAttention } from '../../onnx/find/find';
import type { Told } from '../../onnx/find/streams';
import { makerOf, type View } from '../../onnx/shape/view';
import { feedsOf, numbers, openPart, runBefore, type Made, type Opened, type Part } from './before';
import type { Ort } from '../session';
import type * as OrtModule from 'onnxruntime-web';

/** A graph that is asked, with those whose outputs it reads, or that stand beside it. */
export interface Subject extends Part {
  before: readonly Part[];
  /** What other files say of its inputs. */
  told?: Told;
  manifest: Manifest;
  /** Rows of the table that words are looked up in. */
  vocabulary: number;
}

/** After so many milliseconds no further run is begun. */
const limit = 20_000;
/** Words of a text that may have any length. */
const short = 6;
/** Runs whose maps are read: one with other words has shown what a mask hides, another picture shows no more. */
const shows: ReadonlySet<Variation> = new Set(['plain', 'words', 'longer']);

/**
 * Asks a model about itself by a few runs of its own graph on WebAssembly, each with something changed: see `variations`. A run that it does not
 * take is left out, as are those that there is no time for.
 * @throws Error when not even the plain run can be made, or `signal` is aborted
 */
export async function interview(ort: Ort, subject: Subject, signal?: AbortSignal): Promise<Interview> {
  const { sketch, beside, manifest, role, told } = subject;
  const file = unfuse(sketch).bytes;
  const model = readModel(file);
  const { attentions, view } = findAttention(model, told);
  const open = attentions
    .filter((found) => found.tensor !== null && found.inside === null)
    .map((found) => ({
      ...found,
      queries: { ...found.queries, tensor: beforeQuantised(view, found.queries.tensor) },
    }));
  const draft = startDraft(model);
  const rows = new Set(firsts(open).map(({ queries }) => queries.tensor));
  const tokens = prepare(subject, 'plain').tokens.length;
  const looks = open.map((found) => look(draft, found, tokens));
  expose(draft, [...new Set([...looks.flatMap(({ maps }) => maps), ...rows])]);
  const answers = model.outputs.map(({ name }) => name);
  const joins = Object.values(manifest.own!.feeds[role]).some((source) => outputsBehind(source).length > 0);
  const session = await ort.InferenceSession.create(applyPatch(file, finishDraft(draft)), {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    ...(beside.length > 0 && { externalData: beside }),
  });
  const start = performance.now();
  const answered: Answered = {};
  let plain: OrtModule.InferenceSession.ReturnType | null = null;
  const before: Opened[] = [];
  let first: ReadonlyMap<string, Made> | null = null;
  try {
    // Where shapes alone say how long every attention is, a longer text would show nothing more.
    const followed = open.every(({ queries, keys }) => queries.length !== null && keys.length !== null);
    for (const part of subject.before) before.push(await openPart(ort, part));
    const { sequence } = manifest;
    const can = { text: sequence.includes('text'), image: seesPicture(manifest), longer: !followed };
    for (const variation of variations.filter((one) => applies(one, can, manifest))) {
      signal?.throwIfAborted();
      if (performance.now() - start > limit) break;
      const prepared = withPlaces(prepare(subject, variation), manifest);
      const made = await runBefore(ort, before, manifest, prepared);
      first ??= made;
      const feeds = feedsOf(ort, role, manifest, prepared, made);
      const maps = shows.has(variation) ? looks.flatMap(({ maps }) => maps) : [];
      const run: OrtModule.InferenceSession.ReturnType | null = await session
        .run(feeds, [...new Set([...answers, ...rows, ...maps])])
        .catch((error: unknown) => {
          if (variation === 'plain') throw error;
          return null;
        });
      plain ??= run;
      const calm = plain!;
      const heard = answered.plain?.heard;
      answered[variation] = run && {
        heard: open.map((found, i) => {
          const said = maps.length > 0 ? hear(found, looks[i], run) : heard![i];
          const first = rows.has(found.queries.tensor);
          return { ...said, moved: first ? movedRows(found, run, calm, said.queries) : null };
        }),
        change: Math.max(
          0,
          ...answers.map((name) => changeOf(numbers(run[name]), numbers(calm[name]))),
          // Encoders beside each other answer by all that they make.
          ...(joins ? [] : [...made].map(([name, one]) => changeOf(one.data, first!.get(name)!.data))),
        ),
      };
      await new Promise((done) => setTimeout(done));
    }
  } finally {
    await session.release();
    for (const { session } of before) await session.release();
  }
  return conclude(answered, performance.now() - start);
}

const seesPicture = ({ own }: Manifest) =>
  Object.values(own!.feeds).some((feeds) =>
    Object.values(feeds).some(({ from }) => from === 'pixels' || from === 'cut'),
  );

/** Numbers before they were rounded to a scale that all rows share. */
function beforeQuantised(view: View, tensor: string): string {
  const maker = makerOf(view, tensor);
  return maker && /^(Dynamic)?QuantizeLinear$/.test(maker.op) ? maker.inputs[0] : tensor;
}

/** The first attention of each stage and pair of streams: before it nothing has mixed positions of its sequence. */
function firsts(attentions: readonly FoundAttention[]): FoundAttention[] {
  const found = new Map<string, FoundAttention>();
  for (const attention of attentions) {
    const key = `${attention.queries.streams.join()} ${attention.keys.streams.join()}`;
    if (!found.has(key)) found.set(key, attention);
  }
  return [...found.values()];
}

function applies(
  variation: Variation,
  can: { text: boolean; image: boolean; longer: boolean },
  { own, text }: Manifest,
): boolean {
  if (variation === 'plain') return true;
  if (variation === 'picture') return can.image;
  if (variation === 'one') return can.text || can.image;
  if (variation === 'longer')
    return can.longer && can.text && own!.length === null && text.maxTokens >= short + 2;
  return can.text;
}

/** What a variation gives a model: words and a picture of noise, some of it other than in the plain run. */
function prepare({ manifest, vocabulary }: Subject, variation: Variation): Prepared {
  const [width, height] = manifest.image.size;
  const { length, places } = manifest.own!;
  const free = Math.min(short, manifest.text.maxTokens) + (variation === 'longer' ? 2 : 0);
  const count = length === null ? free : length - (places?.count ?? 0);
  const spread = Math.max(1, vocabulary - 8);
  const ids = manifest.sequence.includes('text')
    ? Array.from({ length: count }, (_, i) => {
        const other = variation === 'words' || (variation === 'one' && i === asked.word);
        const id = Math.min(6, vocabulary - 1) + ((7 * i + (other ? 3 : 0)) % spread);
        return id === places?.id ? id + 1 : id;
      })
    : [];
  const data = new Uint8Array(width * height * 3);
  const [columns, lines] = manifest.image.grid ?? [2, 2];
  const [wide, high] = [width / columns, height / lines];
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const cell = Math.floor(y / high) * columns + Math.floor(x / wide);
    const other = variation === 'picture' || (variation === 'one' && cell === asked.patch);
    data[i] = (Math.imul(i + (other ? 7919 : 0), 2654435761) >>> 24) & 255;
  }
  return adapter.restore({ width, height, data }, ids, { manifest, tokenizer: typedIds, lexicon: null });
}

/** How an attention is read. */
interface Look {
  /** Its map, or every so many rows and columns of it, and then its shape. */
  maps: string[];
}

/** Rows and columns up to which a map is read whole; of a longer one every so many are. */
const whole = 512;

/** @param tokens of the whole sequence, for an attention whose lengths the file does not say */
function look(draft: Draft, { tensor, queries, keys }: FoundAttention, tokens: number): Look {
  const longest = Math.max(queries.length ?? tokens, keys.length ?? tokens);
  const step = Math.ceil(longest / whole);
  if (step === 1) return { maps: [tensor!] };
  const [few, shape] = ['few', 'shape'].map((what) => freshName(draft, `${tensor}/${what}`));
  const bounds = [[0, 0], Array(2).fill(2 ** 31), [-2, -1], [step, step]].map((values) =>
    addIntegers(draft, `${few}/bound`, values),
  );
  addNode(draft, 'Slice', [tensor!, ...bounds], few);
  addNode(draft, 'Shape', [tensor!], shape);
  return { maps: [few, shape] };
}

function hear(
  { tensor }: FoundAttention,
  { maps: [map, shape] }: Look,
  run: OrtModule.InferenceSession.ReturnType,
): Omit<Heard, 'moved'> {
  const dims = shape === undefined ? run[map].dims : Array.from(numbers(run[shape]));
  const [long, wide] = [dims.at(-2) ?? 1, dims.at(-1) ?? 1];
  const heads = dims.length > 3 ? dims.at(-3)! : dims.length === 3 ? dims[0] : 1;
  const [rows, columns] = run[map].dims.slice(-2);
  return {
    tensor: tensor!,
    heads,
    queries: long,
    keys: wide,
    causal: long === wide && isCausal(numbers(run[map]), rows, columns),
  };
}

/** Of the largest change, what a row has to change by to have moved: quantised models share a scale among rows. */
const share = 0.02;

/** Queries that differ; null where the two runs are not alike in shape or rows cannot be told. */
function movedRows(
  { queries: { tensor } }: FoundAttention,
  run: OrtModule.InferenceSession.ReturnType,
  plain: OrtModule.InferenceSession.ReturnType,
  long: number,
): boolean[] | null {
  const [now, then] = [run[tensor], plain[tensor]];
  const { dims } = now;
  if (dims.join() !== then.dims.join() || (dims.at(-2) !== long && dims.at(-1) !== long)) return null;
  const width = dims.at(-2) === long ? dims.at(-1)! : 1;
  const [a, b] = [numbers(now), numbers(then)];
  const change = new Float64Array(long);
  for (let i = 0; i < a.length; i++) {
    const row = Math.floor(i / width) % long;
    change[row] = Math.max(change[row], Math.abs(a[i] - b[i]));
  }
  const most = change.reduce((x, y) => Math.max(x, y), 0);
  return Array.from(change, (one) => one > most * share);
}

function isCausal(weights: ArrayLike<number>, long: number, wide: number): boolean {
  if (long !== wide || long < 2) return false;
  for (let i = 0; i < weights.length; i++) {
    const at = i % (long * wide);
    if (at % wide > Math.floor(at / wide) && Math.abs(weights[i]) > 1e-9) return false;
  }
  return true;
}

function changeOf(now: ArrayLike<number>, then: ArrayLike<number>): number {
  if (now.length !== then.length) return 0;
  let [far, most] = [0, 1e-12];
  for (let i = 0; i < now.length; i++) {
    far = Math.max(far, Math.abs(now[i] - then[i]) || 0);
    most = Math.max(most, Math.abs(then[i]) || 0);
  }
  return far / most;
}
