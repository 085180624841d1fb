import * as v from 'valibot';
import type { Corners } from '../inputs/regions';
import type { Tensor } from '../tensor/tensor';
import type { Box, Token } from '../trace/trace';
import { graph, image, stored } from './manifest';

/** A part of a picture that a detector, a grid or the visitor names. */
export interface Region {
  corners: Corners;
  origin: NonNullable<Token['origin']>;
  name?: string;
  confidence?: number;
}

/** What the shared backbone made of a picture, once for every model that reads it. */
export interface Sight {
  /** The part of the upright picture that was seen. */
  seen: Box;
  /** Deep features [1, cells, channels] in raster order. */
  coarse: Tensor;
  /** Features of smaller cells, likewise. */
  fine: Tensor;
  /** Empty for models of grids. */
  regions: readonly Region[];
}

const common = {
  schema: v.literal(1),
  id: v.string(),
  name: v.string(),
  parameters: v.number(),
  files: v.record(v.string(), stored),
  reference: v.object({ file: v.string() }),
  licence: v.string(),
};
const level = v.object({ grid: v.tuple([v.number(), v.number()]), stride: v.number(), width: v.number() });

const backboneSchema = v.object({
  ...common,
  image,
  features: v.object({ coarse: level, fine: level }),
  /** A linear sign of pictures unlike the photographs that models over it were trained on; see `isPhotograph`. */
  world: v.optional(v.object({ weights: v.array(v.number()), bias: v.number() })),
  graphs: v.strictObject({ backbone: graph }),
});

const detectorSchema = v.object({
  ...common,
  features: v.object({ backbone: v.string() }),
  suppression: v.object({ overlap: v.number(), confidence: v.number(), most: v.number() }),
  nouns: v.array(v.string()),
  graphs: v.strictObject({ detector: graph }),
});

/** What turns pictures into features, one file for all models that read them. */
export type Backbone = v.InferOutput<typeof backboneSchema>;
/** What finds regions in the backbone's features. */
export type Detector = v.InferOutput<typeof detectorSchema>;

/** @throws Error naming the first field that is wrong */
export const readBackbone = (json: unknown): Backbone => read(backboneSchema, json, 'a backbone');
/** @throws Error naming the first field that is wrong */
export const readDetector = (json: unknown): Detector => read(detectorSchema, json, 'a detector');

function read<T>(schema: v.GenericSchema<unknown, T>, json: unknown, what: string): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(
    `manifest.json of ${what}, field ${v.getDotPath(issue) ?? '(root)'}: expected ${issue.expected ?? issue.message}, got ${issue.received}`,
  );
}
