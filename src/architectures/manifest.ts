import * as v from 'valibot';

const stream = v.picklist(['text', 'image']);
/** What a side of an attention has: `query` are positions that are learnt, as many as `own.queries` says. */
const side = v.picklist(['text', 'image', 'query']);
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected a sha256 in lower-case hexadecimal'));
const dims = v.array(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.string()]));
const port = v.object({
  name: v.string(),
  dtype: v.picklist(['float32', 'float16', 'int64', 'int32', 'bool']),
  dims,
});
export const stored = v.object({ sha256: hash, bytes: v.pipe(v.number(), v.integer(), v.minValue(1)) });

const text = v.picklist(['question', 'answer']);

const attention = v.object({
  /** Name of the softmax output inside the file: [batch, heads, queries, keys]. */
  tensor: v.string(),
  name: v.string(),
  layer: v.pipe(v.number(), v.integer(), v.minValue(0)),
  depth: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  stage: v.picklist(['text', 'image', 'fusion']),
  queries: v.array(side),
  keys: v.array(side),
  heads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Queries see no keys that come after them. */
  causal: v.optional(v.boolean()),
  /** Of which of two texts the words are, where a model reads one and writes another. */
  texts: v.optional(v.object({ queries: v.optional(text), keys: v.optional(text) })),
  /** Positions before both streams that are of neither, as the [CLS] of FLAVA's encoder of both. */
  lead: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Of which of two pictures, each of which is read with the text in a sequence of its own. */
  picture: v.optional(v.picklist([0, 1])),
  /** Of a tensor in which several pictures attend apart, what is of the one that is shown, from … to along an axis. */
  part: v.optional(v.object({ axis: v.number(), from: v.number(), to: v.number() })),
});

export const graph = v.object({
  file: v.string(),
  ...stored.entries,
  inputs: v.array(port),
  outputs: v.array(port),
  attentions: v.array(attention),
  /** Files beside it that hold its weights, by the path that it names them by. */
  external: v.optional(v.array(v.string())),
});

/** Which output answers a task: "role/name". */
const task = v.optional(v.object({ output: v.string() }));

const metric = v.object({
  name: v.string(),
  value: v.number(),
  low: v.optional(v.number()),
  high: v.optional(v.number()),
  n: v.optional(v.number()),
  set: v.string(),
  chance: v.optional(v.number()),
});

const bestHead = v.object({
  attention: v.string(),
  head: v.number(),
  value: v.number(),
  chance: v.optional(v.number()),
});

/** An earlier stage of a model that ships: its own folder of the zoo, reached from that model and not from the picker. */
const training = v.object({
  /** Id of the model whose weights these became. */
  of: v.string(),
  /** Share of that model's training, from 0 (untrained) to 1. */
  share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Sequences that these weights have seen. */
  sequences: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/** What an input of a graph is fed with: see `feeds` in `own.ts`. */
const source = v.variant('from', [
  v.object({ from: v.literal('ids') }),
  /** The text that the model writes, where it reads another. */
  v.object({ from: v.literal('written') }),
  /** 1 for each token of the text, 0 for padding. */
  v.object({ from: v.literal('visible') }),
  /** 0, 1, 2, … along the text. */
  v.object({ from: v.literal('positions') }),
  /** Time, row and column of every token, in so many rows, of four the first plain positions: see `rotaryPositions`. */
  v.object({ from: v.literal('rotary'), rows: v.number() }),
  /** 1 for each place of the picture in a text, 0 for words. */
  v.object({ from: v.literal('pictured') }),
  /** `pictures`: lengths of the axes along which several lie, between the example and the channels; `second`: of the second of two pictures. */
  v.object({
    from: v.literal('pixels'),
    channels: v.picklist(['first', 'last']),
    pictures: v.optional(v.array(v.number())),
    second: v.optional(v.literal(true)),
  }),
  /** The picture in rows, a patch each, as the processor of Qwen2-VL cuts it, or with the channels of a pixel side by side as that of Fuyu: see `cutPicture`. */
  v.object({
    from: v.literal('cut'),
    side: v.number(),
    frames: v.number(),
    merge: v.number(),
    last: v.optional(v.boolean()),
  }),
  /** How many frames, rows and columns of patches the picture is cut into. */
  v.object({ from: v.literal('cells'), side: v.number(), merge: v.number() }),
  v.object({ from: v.literal('fill'), value: v.number() }),
  /** These numbers, in this order. */
  v.object({ from: v.literal('values'), values: v.array(v.number()) }),
  /** No numbers at all: of length 0 along an axis, as keys and values of earlier steps are where there were none. */
  v.object({ from: v.literal('nothing'), axis: v.number() }),
  /** Vectors of regions that a detector elsewhere made, and where the regions lie: zeros where the visitor gives none. */
  v.object({ from: v.literal('vectors') }),
  v.object({ from: v.literal('corners') }),
  /** An output of a graph that runs before, "role/name". */
  v.object({ from: v.literal('graph'), output: v.string() }),
  /** Words that one graph looked up, with what another made of the picture in the places that are the picture's. */
  v.object({ from: v.literal('joined'), words: v.string(), picture: v.string() }),
]);

/** What the adapter of models that visitors bring has to be told beyond the rest. Graphs run in the manifest's order. */
const own = v.object({
  /** By role and name of the input. */
  feeds: v.record(v.string(), v.record(v.string(), source)),
  /** Text is padded to so many tokens; null where the graph takes any number. */
  length: v.nullable(v.number()),
  /** Positions between [CLS] and the patches. */
  registers: v.number(),
  /** Registers behind the patches. */
  behind: v.optional(v.number()),
  /** How many learnt queries look at the picture. */
  queries: v.optional(v.number()),
  /** Regions in place of patches while no features are given; 0 for patches. */
  regions: v.number(),
  /** Two pictures are taken, each with the text in a sequence of its own. */
  second: v.optional(v.literal(true)),
  /** Words before the picture where a sequence has words on both sides of it. */
  lead: v.optional(v.number()),
  /** Frames or tiles that are given at once, how they are made of the picture (see `tiles.ts`), and which of them is shown, from 0; null for all. */
  pictures: v.optional(
    v.object({
      count: v.number(),
      as: v.picklist(['same', 'first', 'last', 'cut']),
      shown: v.nullable(v.number()),
      /** Set where the tiles stand in a text in rows of all of them together, a separator behind each row. */
      tiled: v.optional(v.object({ columns: v.number(), rows: v.number() })),
    }),
  ),
  /** The id that stands in the text in each place of the picture, null where any will do, and how many places there are. */
  places: v.optional(
    v.object({
      id: v.nullable(v.number()),
      count: v.number(),
      /** Set where the file holds the positions of these places for a text that it was exported with: `lead` tokens stand before them. */
      fixed: v.optional(v.object({ lead: v.number(), across: v.number() })),
    }),
  ),
  /** A piece that stands between a text and its end. */
  tail: v.optional(v.string()),
  /** Texts are lower-cased before they are cut. */
  lower: v.optional(v.boolean()),
  /**
   * Models that write: the output with logits of the next word, and the ids that a text starts and ends by; further ones that it may end by. Where it
   * is `prompted` the caption is what the model goes on from, and the start, if there is one, stands for a caption without words. Where it is `asked` the
   * caption is a question, which is read apart, and what the model writes is the answer.
   */
  writes: v.optional(
    v.object({
      output: v.string(),
      start: v.nullable(v.number()),
      end: v.nullable(v.number()),
      ends: v.optional(v.array(v.number())),
      prompted: v.optional(v.boolean()),
      asked: v.optional(v.boolean()),
    }),
  ),
  /**
   * How the output of the task `match` is one number: its first, the lead of a column over the other, its cosine with another output, or the
   * mean logarithm of the probability of each word after those before it.
   */
  score: v.nullable(
    v.variant('by', [
      v.object({ by: v.literal('value') }),
      v.object({ by: v.literal('column'), column: v.picklist([0, 1]) }),
      v.object({ by: v.literal('cosine'), with: v.string() }),
      v.object({ by: v.literal('likelihood') }),
    ]),
  ),
});

export const image = v.object({
  size: v.tuple([v.number(), v.number()]),
  fit: v.picklist(['crop', 'stretch', 'pad']),
  resample: v.picklist(['nearest', 'bilinear', 'bicubic', 'lanczos']),
  mean: v.tuple([v.number(), v.number(), v.number()]),
  std: v.tuple([v.number(), v.number(), v.number()]),
  /** Patches per row and column. */
  grid: v.optional(v.tuple([v.number(), v.number()])),
  cls: v.optional(v.boolean(), false),
  /** How Hugging Face brings a picture to size: see `Frame`. Patches are then as many as fit. */
  frame: v.optional(
    v.object({
      shortest: v.nullable(v.number()),
      longest: v.nullable(v.number()),
      multiple: v.nullable(v.number()),
      crop: v.nullable(v.tuple([v.number(), v.number()])),
    }),
  ),
});

/** What a model is, as data: see `docs/manifest.schema.json`. */
export const manifestSchema = v.object({
  schema: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  name: v.string(),
  summary: v.string(),
  adapter: v.picklist(['single-stream', 'dual-stream', 'dual-encoder', 'encoder-decoder', 'own']),
  after: v.string(),
  differs: v.string(),
  interaction: v.picklist(['self-attention', 'co-attention', 'VSE', 'encoder-decoder', 'one modality']),
  streams: v.picklist(['single', 'double']),
  visual: v.picklist(['patch', 'region', 'grid', 'image']),
  parameters: v.number(),
  image,
  text: v.object({
    tokenizer: v.string(),
    maxTokens: v.number(),
    cls: v.nullable(v.string()),
    sep: v.nullable(v.string()),
    mask: v.nullable(v.string()),
    pad: v.nullable(v.string()),
    unk: v.nullable(v.string()),
  }),
  lexicon: v.optional(v.string()),
  /** Folders of the zoo with what the model reads its picture through: see `sight.ts`. Regions: how many the model was trained on. */
  features: v.optional(
    v.object({ backbone: v.string(), detector: v.optional(v.string()), regions: v.optional(v.number()) }),
  ),
  sequence: v.array(stream),
  graphs: v.record(v.string(), graph),
  tasks: v.strictObject({ match: task, mask: task, answer: task, embed: task }),
  /** What the columns of the output of the task `answer` mean, in their order. */
  answers: v.optional(v.array(v.string())),
  /** Dual encoders: the score is `scale` times the cosine of the mean text and the mean image feature. */
  similarity: v.optional(v.object({ scale: v.number() })),
  training: v.optional(training),
  own: v.optional(own),
  files: v.record(v.string(), stored),
  reference: v.optional(v.object({ file: v.string() })),
  metrics: v.array(metric),
  heads: v.optional(v.record(v.string(), bestHead)),
  licence: v.string(),
  card: v.optional(v.string()),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
export type GraphEntry = Manifest['graphs'][string];
export type AttentionEntry = GraphEntry['attentions'][number];
export type Source = v.InferOutput<typeof source>;

/**
 * Checks a parsed `manifest.json`.
 * @throws Error naming the first field that is wrong, what was expected and what came.
 */
export function readManifest(json: unknown): Manifest {
  const result = v.safeParse(manifestSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(
    `manifest.json, field ${v.getDotPath(issue) ?? '(root)'}: expected ${issue.expected ?? issue.message}, got ${issue.received}`,
  );
}

/** What a model is, as one string: another file anywhere in it gives another. */
export function identityOf({ graphs, files }: Pick<Manifest, 'graphs' | 'files'>): string {
  return [...Object.values(graphs), ...Object.values(files)]
    .map(({ sha256 }) => sha256.slice(0, 16))
    .join('-');
}

/** The models of composed scenes that ship with the page, in the order of the picker. */
export const shipped = ['vilt-mini', 'meter-mini', 'clip-mini'] as const;

/** Those that were trained on photographs and read them through a backbone, in the order of the picker. */
export const photographic: readonly string[] = [
  'uniter-mini',
  'lxmert-mini',
  'pixelbert-mini',
  'clip-photo-mini',
];

/** Ids of the earlier stages of a shipped model's training that are in the zoo too, least trained first. */
export const stages: Readonly<Record<string, readonly string[]>> = {
  'vilt-mini': ['vilt-mini-00', 'vilt-mini-03', 'vilt-mini-10', 'vilt-mini-30'],
};
