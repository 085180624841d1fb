import type { Pixels } from '../inputs/resize';
import type { Tokenizer } from '../inputs/tokenizer';
import type { Tensor } from '../tensor/tensor';
import type { Ask, Features, Input, Token, Trace } from '../trace/trace';
import type { Manifest } from './manifest';
import type { Sight } from './sight';

/** What a graph is given: row-major, 64-bit integers where ONNX wants them; half floats are rounded where the runtime takes them. */
export type Feed =
  | { dtype: 'float32' | 'float16'; dims: readonly number[]; data: Float32Array<ArrayBuffer> }
  | { dtype: 'int64'; dims: readonly number[]; data: BigInt64Array<ArrayBuffer> }
  | { dtype: 'int32'; dims: readonly number[]; data: Int32Array<ArrayBuffer> }
  | { dtype: 'bool'; dims: readonly number[]; data: Uint8Array<ArrayBuffer> };

/** A change to one attention of a graph, [head, query, key] with axes of their own length or 1; see `AttentionMask`. */
export interface EntryMask {
  /** Index into the manifest's attentions of the graph. */
  entry: number;
  factor: Tensor | null;
  term: Tensor | null;
}

/** What a run is to bring back. */
export interface Want {
  /** Names of graph outputs. */
  outputs: readonly string[];
  /** Whether the graph's attention maps come too; they are as they would be without `masks`. */
  maps: boolean;
  /** At most one for each attention. */
  masks: readonly EntryMask[];
  /** Where a sequence is long, the positions that stand together on each side that an attention has, by its streams joined with +: see `sidesOf`. */
  sides?: Readonly<Record<string, readonly (readonly number[])[]>> | null;
}

/** What came back. `maps`: every attention of the graph, flattened and joined in the manifest's order. */
export interface Answer {
  outputs: Record<string, Tensor>;
  maps: Float32Array<ArrayBuffer> | null;
}

/** Runs a graph of the manifest by its role ("model", "text", "vision", "detector"). */
export type Call = (role: string, feeds: Record<string, Feed>, want: Want) => Promise<Answer>;

/** What an adapter knows of its model beside the graphs. */
export interface Assets {
  manifest: Manifest;
  tokenizer: Tokenizer;
  /** Words that the model was trained on; null when unknown. */
  lexicon: ReadonlySet<string> | null;
}

/**
 * A model's input before it becomes tensors. `pixels` are resized, not yet normalised, and a mere dot where a backbone's `sight` takes their
 * place; `ids` are those of the text tokens.
 */
export interface Prepared {
  caption: string;
  pixels: Pixels;
  /** Frames or tiles, where a model takes several pictures; else all are `pixels`. */
  tiles?: readonly Pixels[];
  /** The second of two pictures. */
  second?: Pixels;
  sight?: Sight;
  /** What a detector elsewhere made of the picture. */
  features?: Features;
  ids: readonly number[];
  /** Ids of the text that the model writes, where it reads another; its tokens are those of the text that are `written`. */
  written?: readonly number[];
  tokens: Token[];
  truncatedAt: number | null;
  /** Where in the ids the places of a picture begin, if they have such. */
  places?: number;
}

/** What a run leaves behind, but for what only the engine knows. */
export type Outcome = Omit<Trace, 'timings' | 'backend'>;

/** What must be known of a family of models. */
export interface Adapter {
  /** @throws Error when the manifest does not describe a model of this family */
  check(manifest: Manifest): void;
  /** @param sight what the backbone made of the picture, for models that read it so */
  prepare(input: Input, assets: Assets, sight?: Sight): Prepared;
  /** An input as it was stored: its pixels and ids in place of a picture and a caption; those of the text that was `written`, where another is read; a `second` picture. */
  restore(
    pixels: Pixels,
    ids: readonly number[],
    assets: Assets,
    sight?: Sight,
    written?: readonly number[],
    second?: Pixels,
  ): Prepared;
  run(prepared: Prepared, assets: Assets, call: Call, ask: Ask): Promise<Outcome>;
}
