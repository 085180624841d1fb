import type { Box, Features } from '../../trace/trace';

/** What a detector elsewhere made of the picture, as the visitor gave it. */
export interface Held {
  /** 16 hexadecimal digits that stand for its content. */
  identity: string;
  /** As it is kept: a .npz file of this picture's regions alone. */
  file: File;
  features: Features;
}

/** A region of a file: which it is there, counted from 0, and where it lies now. */
export interface Row {
  row: number;
  box: Box;
}

/** What the visitor says of the picture's regions: boxes in place of those of a detector, and features from a file. */
export class Regions {
  #boxes = $state.raw<readonly Box[] | null>(null);
  #held = $state.raw<Held | null>(null);
  #rows = $state.raw<readonly Row[] | null>(null);

  /** The visitor's own boxes, which models with a detector are given; null for what it finds. */
  get boxes(): readonly Box[] | null {
    return this.#boxes;
  }
  get held(): Held | null {
    return this.#held;
  }
  /** The file's regions where the visitor moved some or took them away; null for all as they came. */
  get rows(): readonly Row[] | null {
    return this.#rows;
  }

  /** The file's regions as they are given to models: those that the visitor left, where they lie now. */
  readonly features: Features | null = $derived.by(() => {
    const features = this.#held?.features ?? null;
    const rows = this.#rows;
    return features && rows ? pick(features, rows) : features;
  });

  /** The regions of the file with their places; empty where it does not say where they lie. */
  readonly placed: readonly Row[] = $derived.by(
    () => this.#rows ?? (this.#held?.features.boxes ?? []).map((box, row) => ({ row, box })),
  );

  /** Boxes in place of those that a detector finds; null for those. */
  draw(boxes: readonly Box[] | null): void {
    this.#boxes = boxes;
  }

  /** Takes the features of a file; null: gives them back. */
  hold(held: Held | null): void {
    this.#held = held;
    this.#rows = null;
  }

  /** Some of the file's regions, and where they are to lie; null: all as they came. Those that the file has not are left out. */
  place(rows: readonly Row[] | null): void {
    const count = this.#held?.features.boxes?.length ?? 0;
    const known = rows?.filter(({ row }) => row < count) ?? [];
    this.#rows = known.length > 0 ? known : null;
  }

  /** Another picture: nothing of this holds for it. */
  forget(): void {
    this.draw(null);
    this.hold(null);
  }
}

function pick({ vectors, confidences, origin }: Features, rows: readonly Row[]): Features {
  const [, width] = vectors.dims;
  const data = new Float32Array(rows.length * width);
  rows.forEach(({ row }, at) => data.set(vectors.data.subarray(row * width, (row + 1) * width), at * width));
  return {
    boxes: rows.map(({ box }) => box),
    vectors: { dims: [rows.length, width], data },
    confidences: confidences && rows.map(({ row }) => confidences[row]),
    origin,
  };
}
