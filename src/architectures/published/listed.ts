import * as v from 'valibot';

/** The place of a model in the two axes of the survey, as in its manifest. */
const interaction = v.picklist(['self-attention', 'co-attention', 'VSE', 'encoder-decoder']);

/** A published checkpoint that the page knows by name: `models/hub/*.json`. */
export const listedSchema = v.strictObject({
  /** Of its repository on the Hub, "owner/name". */
  id: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
  name: v.pipe(v.string(), v.maxLength(32)),
  family: v.string(),
  /** The graph that it opens by; null for one that lies there as ONNX. */
  recipe: v.nullable(v.string()),
  interaction,
  streams: v.picklist(['single', 'double']),
  /** What the model makes of a picture: patches, regions of a detector, or cells of a CNN's grid. */
  visual: v.picklist(['patch', 'region', 'grid']),
  tasks: v.array(v.picklist(['match', 'mask', 'answer', 'caption', 'detect'])),
  /** Of the weights that the page takes. */
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** As its card states it, by the Hub's short name, or "none stated". */
  licence: v.string(),
  /** Repository that its tokenizer is taken from, where it has none of its own. */
  tokenizer: v.optional(v.string()),
  /** What is worth looking at, in one sentence. */
  shows: v.pipe(v.string(), v.maxLength(160), v.endsWith('.')),
  /** Fields that were not seen in the repository itself. */
  unsure: v.array(v.picklist(['bytes', 'licence', 'recipe', 'tokenizer'])),
});

export type Listed = v.InferOutput<typeof listedSchema>;
