import type { Tensor } from '../tensor/tensor';

/** Positions start..end-1 of `Trace.tokens`. */
export type Slice = readonly [start: number, end: number];

/** x, y, width, height in [0, 1] of the visitor's upright picture, before crop, resize and pad. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export type Stream = 'text' | 'image';

/** One position of a model's input. `span` are characters start..end-1 (UTF-16) of the caption. */
export interface Token {
  stream: Stream | 'query';
  role: 'word' | 'patch' | 'region' | 'cls' | 'sep' | 'pad' | 'mask' | 'register' | 'object';
  /** Which of several pictures it is of, from 0; 1 also for words that are read once more, with the second of two pictures. */
  image?: number;
  /** The piece as the model sees it: "##s", "[CLS]". */
  text?: string;
  /** Index of the caption's word that the piece belongs to. */
  word?: number;
  span?: readonly [start: number, end: number];
  box?: Box;
  /** What a detector calls a region, and its probability that something is there. */
  name?: string;
  confidence?: number;
  /** Who gave a region: a detector, the visitor, a grid that fills up where too little was found, or a file. */
  origin?: 'detector' | 'visitor' | 'filling' | 'file';
  /** True when the word is outside the lexicon that the model was trained on. */
  unknown?: boolean;
  /** True for a piece that the model wrote itself. */
  written?: boolean;
  /** How many tokens of the model's stand together in this one place, where a sequence is too long to be shown token by token. */
  holds?: number;
}

/**
 * One attention module. `weights`: row-major [head, query, key], each row over visible keys sums to 1; null = not asked for.
 * `depth` is its place in execution order from 0 to 1; `stage` says whether it is before or in the fusion.
 */
export interface Attention {
  graph: string;
  layer: number;
  depth: number;
  stage: 'text' | 'image' | 'fusion';
  name: string;
  queries: Slice;
  keys: Slice;
  visible: 'all' | 'causal' | Uint8Array<ArrayBuffer>;
  heads: number;
  weights: Tensor | null;
}

/** Where a run took place. */
export interface Backend {
  kind: 'webgpu' | 'wasm';
  /** "NVIDIA GeForce RTX 4070" or "2 threads". */
  device: string;
}

/** Milliseconds. */
export interface Timings {
  prepare: number;
  run: number;
  read: number;
  /** Of the backbone and the detector that a model reads its picture through; 0 where they had seen that picture already. */
  see?: number;
}

/** The likeliest pieces at one masked position, best first; probabilities over the whole vocabulary. */
export interface Guess {
  token: number;
  words: { text: string; probability: number }[];
}

/** A word that may come next, and its probability over the whole vocabulary. */
export interface Next {
  id: number;
  /** Empty where the text ends. */
  text: string;
  probability: number;
  ends: boolean;
}

/** Everything that one forward pass leaves behind. Both encoders of a dual encoder lie end to end in `tokens`. */
export interface Trace {
  model: string;
  caption: string;
  tokens: Token[];
  attentions: Attention[];
  /** Keyed by task: `match` [1] is a logit, positive when the caption fits the picture; a dual encoder's is a similarity. */
  outputs: Record<string, Tensor>;
  guesses: Guess[];
  /** The likeliest answers where the caption was asked as a question, best first; probabilities over all answers that the model knows. */
  answers?: Guess['words'];
  /** The likeliest words after what was written so far, best first, where that was asked for. */
  next?: Next[];
  /** Dual encoders: what each pair of a text token and an image token adds to the score, [T, P]; the parts sum to `outputs.match`. */
  similarity?: Tensor;
  /** First character of the caption that did not fit, null when all of it did. */
  truncatedAt: number | null;
  timings: Timings;
  /** Null for a run from a file. */
  backend: Backend | null;
  steps?: Trace[];
}

/** An upright picture: RGBA, 8 bits, not premultiplied, row-major [height, width, 4]. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** What a detector elsewhere made of a picture, for models that are given vectors in its place. */
export interface Features {
  /** Where each region lies; null where its file does not say. */
  boxes: readonly Box[] | null;
  /** [regions, width]: a vector of each. */
  vectors: Tensor;
  /** How sure the detector was of each; null where its file does not say. */
  confidences: readonly number[] | null;
  /** Name of the file that they came in. */
  origin: string;
}

/**
 * What the visitor gives a model. `crop` is the part of the picture that the model sees. Models of regions that find them are given `boxes` where
 * there are some, else those that their detector finds; models that are given vectors get `features`.
 */
export interface Input {
  picture: Picture;
  crop: Box;
  /** For models that read a text with two pictures, and the part of it that they see; the others leave it alone. */
  second?: { picture: Picture; crop: Box };
  caption: string;
  boxes?: readonly Box[];
  features?: Features;
}

/**
 * A change to one attention: probabilities are multiplied by `factor` after the softmax, scores get `term` added before it. Each is
 * [head, query, key], every axis of its own length or 1. A factor of zeros for a head switches that head off. A term hides keys from queries
 * (-10000) and leaves their share to the other keys; where it is alike for all keys of a query it changes nothing. Several masks of one
 * attention act together.
 */
export interface AttentionMask {
  /** Index into `Trace.attentions`. */
  attention: number;
  factor?: Tensor;
  term?: Tensor;
}

/**
 * What is wanted from a run. `masked`: positions in `Trace.tokens` to hide; `attentions`: indices into `Trace.attentions`, whose maps are
 * shown as they are before any of the `masks`. With the task `write` a model that writes reads `written`, ids that it wrote before, in place of
 * the caption, or behind it where it goes on from what it is given, and says what comes next.
 */
export interface Ask {
  task: 'match' | 'mask' | 'answer' | 'embed' | 'write';
  written?: readonly number[];
  masked?: number[];
  attentions: 'all' | 'none' | number[];
  masks?: AttentionMask[];
  /** Token by token, however many there are. */
  whole?: boolean;
}

/** How a model reads a caption, before any run. */
export interface Reading {
  tokens: Token[];
  truncatedAt: number | null;
}
