import * as v from 'valibot';

const task = v.optional(v.string());
const edge = v.object({ key: v.string(), default: v.number() });

/** One head of one family, whose graph is stored without weights: what `python -m vlpm_export recipe` says of it. */
const recipeSchema = v.object({
  family: v.string(),
  /** `model_type` in config.json. */
  type: v.string(),
  /** Classes in config.json that have this head. */
  architectures: v.array(v.string()),
  /** What the graph holds in itself, by its key in config.json; `default` is meant where the key is missing. */
  fits: v.array(v.object({ key: v.string(), value: v.unknown(), default: v.unknown() })),
  /** Lengths that a checkpoint may choose: axes of weights, "name/axis". */
  sizes: v.record(v.string(), v.array(v.string())),
  ties: v.record(v.string(), v.array(v.string())),
  unread: v.array(v.string()),
  /** What preprocessor_config.json says of the published checkpoint; null for one that sees no pixels. */
  preprocessor: v.nullable(v.record(v.string(), v.unknown())),
  /** Most positions of a text. */
  words: v.number(),
  /** Outputs by task. */
  tasks: v.object({ match: task, mask: task, answer: task }),
  score: v.nullable(
    v.variant('by', [
      v.object({ by: v.literal('value') }),
      v.object({ by: v.literal('column'), column: v.picklist([0, 1]) }),
      v.object({ by: v.literal('likelihood') }),
    ]),
  ),
  /** A piece that stands between a text and its end. */
  tail: v.optional(v.string()),
  /** Whether texts are lower-cased, which not every tokenizer.json of the family says. */
  lower: v.optional(v.boolean()),
  /**
   * Models that write: the output with logits of the next word, and the ids that a text starts and ends by, as keys of config.json. Where they read a
   * question and write its answer, the input that the answer goes into.
   */
  writes: v.optional(v.object({ output: v.string(), start: edge, end: edge, input: v.optional(v.string()) })),
  /** The input that a second picture goes into, which the text is read with once more. */
  second: v.optional(v.string()),
  /** Lengths that a checkpoint chose, where they are known: in the manifest of an export. */
  lengths: v.optional(v.record(v.string(), v.number())),
  /** Of the gzipped graph. */
  bytes: v.number(),
});

export type Recipe = v.InferOutput<typeof recipeSchema>;

/** Recipes by name: "vilt-answers". */
export type Recipes = Readonly<Record<string, Recipe>>;

type Json = Readonly<Record<string, unknown>>;

/** @throws Error when what should list the recipes does not */
export function readRecipes(json: unknown): Recipes {
  const result = v.safeParse(v.record(v.string(), recipeSchema), json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(
    `The list of recipes is damaged: expected ${String(issue.expected)}, got ${issue.received}.`,
  );
}

/**
 * Names of the recipes that fit a checkpoint, those first that are made for the class that its configuration names. Where it names another
 * class of the family, or none, the weights have to say which head is there.
 * @throws Error of one sentence when the family is not known, or the model has other layers or heads than any recipe of it
 */
export function recipesFor(config: Json, recipes: Recipes): string[] {
  const type = config.model_type;
  const all = Object.entries(recipes);
  const family = all.filter(([, recipe]) => recipe.type === type);
  if (family.length === 0) {
    const known = [...new Set(all.map(([, recipe]) => recipe.type))].join(', ');
    throw new Error(
      `Expected a config.json whose model_type is one of ${known}, got ${typeof type === 'string' ? type : 'none'}: export it as ONNX to look into it.`,
    );
  }
  const classes = Array.isArray(config.architectures) ? config.architectures : [];
  const own = family.filter(([, { architectures }]) => architectures.some((name) => classes.includes(name)));
  const asked = own.length > 0 ? own : family;
  const misfits = asked.map(([, { fits }]) =>
    fits.filter(({ key, value, default: usual }) => !same(valueAt(config, key) ?? usual, value)),
  );
  const fitting = asked.filter((_, i) => misfits[i].length === 0);
  if (fitting.length > 0) return fitting.map(([name]) => name);
  const [{ key, default: usual }] = misfits[0];
  const values = [
    ...new Set(asked.map(([, { fits }]) => String(fits.find((fit) => fit.key === key)?.value))),
  ];
  throw new Error(
    `Expected ${asked[0][1].family} with ${key} of ${values.join(' or ')}, got ${String(valueAt(config, key) ?? usual)}: no recipe is made for that size.`,
  );
}

/** The value of a key of a configuration, dotted where it is nested. */
export function valueAt(config: Json, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => (value as Json | undefined | null)?.[part], config);
}

const same = (a: unknown, b: unknown) =>
  a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-6 * Math.abs(b));

/** The labels of a configuration, in their order, when it has so many and they are more than numbers; else numbers. */
export function labelsOf(config: Json, count: number): string[] {
  const given = (config.id2label ?? {}) as Json;
  return Array.from({ length: count }, (_, id) => {
    const label = given[id];
    return typeof label === 'string' && !/^LABEL_\d+$/.test(label) ? label : `answer ${id}`;
  });
}
