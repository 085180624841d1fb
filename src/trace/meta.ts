import * as v from 'valibot';

/** The first version; a file of another is refused. */
export const format = 'vlpm trace 1';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(128));
const part = v.pipe(v.number(), v.minValue(-0.001), v.maxValue(1.001));
const box = v.tuple([part, part, part, part]);

const token = v.strictObject({
  stream: v.picklist(['text', 'image', 'query']),
  role: v.optional(
    v.picklist(['word', 'patch', 'region', 'cls', 'sep', 'pad', 'mask', 'register', 'object']),
  ),
  image: v.optional(whole),
  text: v.optional(v.string()),
  word: v.optional(whole),
  span: v.optional(v.tuple([whole, whole])),
  box: v.optional(box),
  name: v.optional(v.string()),
  confidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  origin: v.optional(v.picklist(['detector', 'visitor', 'filling', 'file'])),
  unknown: v.optional(v.boolean()),
  written: v.optional(v.boolean()),
  holds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
});

const positions = v.union(
  [v.picklist(['text', 'image', 'query', 'all']), v.tuple([whole, whole])],
  '"text", "image", "query", "all" or two positions',
);

const module = v.strictObject({
  name: v.optional(v.string()),
  stage: v.optional(v.picklist(['text', 'image', 'fusion'])),
  layer: v.optional(whole),
  depth: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  queries: v.optional(positions),
  keys: v.optional(positions),
  visible: v.optional(v.picklist(['all', 'causal'])),
});

const metaSchema = v.strictObject({
  format: v.literal(format),
  model: v.optional(v.string()),
  interaction: v.optional(
    v.picklist(['self-attention', 'co-attention', 'VSE', 'encoder-decoder', 'one modality']),
  ),
  streams: v.optional(v.picklist(['single', 'double'])),
  caption: v.optional(v.string()),
  tokens: v.array(v.union([v.string(), token], 'a text, or an object with a stream')),
  grid: v.optional(v.tuple([side, side])),
  specials: v.optional(v.pipe(whole, v.maxValue(64)), 0),
  crop: v.optional(box, [0, 0, 1, 1]),
  attentions: v.optional(v.array(module)),
});

/** What a trace file says of its arrays: docs/trace-format.md. */
export type Meta = v.InferOutput<typeof metaSchema>;
export type SaidToken = v.InferOutput<typeof token>;
export type SaidModule = v.InferOutput<typeof module>;
export type SaidPositions = v.InferOutput<typeof positions>;

/** Checks the parsed JSON. @throws Error naming the first field that is wrong, what was expected and what came. */
export function readMeta(json: unknown): Meta {
  const result = v.safeParse(metaSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? '(root)';
  if (issue.expected === 'never') throw new Error(`meta: there is no field called ${field}.`);
  if (issue.received === 'undefined') throw new Error(`meta: the field ${field} is missing.`);
  const expected = issue.type === 'union' ? issue.message : (issue.expected ?? issue.message);
  throw new Error(`meta, field ${field}: expected ${expected}, got ${issue.received}.`);
}
