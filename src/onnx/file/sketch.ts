import { refuseOther, sentenceOf } from './reader';
import { Window } from './window';
import { joinBytes, longestHead, writeField, writeHead, type Field } from './wire';

/** A model file without its large weights. */
export interface Sketch {
  /**
   * The same model as an ONNX file of its own: every weight that is left out is written as external data, in the file called `itself`, at
   * the place where it lies in the file that was sketched. So a runtime that is given both needs no copy of the file.
   */
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of the weights that are left out. */
  left: number;
  /** Bytes that were read for it, when the file is a Blob. */
  taken: number;
}

/** What a sketch calls the file that it was made of. */
export const itself = 'weights of this file';

/** Longest data that is kept: 4,096 numbers of 64 bits, the most that the search for attention follows. */
const longest = 2 ** 15;
/** Longest triangle that is kept, in bytes: 2,048 positions of a boolean mask. */
const triangle = 2 ** 22;

/**
 * Reads a model file without its large weights: a few bytes for each of them, whatever their size. Those inside of branches and loops, and
 * of Constant nodes, are kept: onnxruntime-web 1.30 takes no external data there.
 * @param keep length of data, in bytes, above which it is left out
 * @throws Error with one sentence when the file is not a whole ONNX model or cannot be read
 */
export async function sketchModel(file: Blob | Uint8Array, keep = longest): Promise<Sketch> {
  const frame = new Window(file);
  const head = Math.min(512, frame.size);
  await frame.load(0, head);
  refuseOther(frame.view(0, head), frame.size);
  const sketcher = new Sketcher(frame, keep);
  try {
    const bytes = joinBytes(await sketcher.copy('model', 0, frame.size));
    return { bytes, left: sketcher.left, taken: frame.taken };
  } catch (error) {
    throw sentenceOf(error, sketcher.begun);
  }
}

type Kind = 'model' | 'graph' | 'tensor';

/** Fields of onnx.proto that hold large weights. */
const inside: Record<Kind, Record<number, Kind | undefined>> = {
  model: { 7: 'graph' },
  graph: { 5: 'tensor' },
  tensor: {},
};

class Sketcher {
  left = 0;
  /** Whether the file begins as a model does. */
  begun = false;

  constructor(
    private readonly frame: Window,
    private readonly keep: number,
  ) {}

  /** A message in parts: as it is but for the weights in it. */
  async copy(kind: Kind, start: number, end: number): Promise<Uint8Array[]> {
    const { frame } = this;
    const parts: Uint8Array[] = [];
    let run = start;
    const flush = (to: number) => {
      if (to > run) parts.push(frame.view(run, to).slice());
      run = to;
    };
    for (let at = start; at < end;) {
      if (!frame.has(at, Math.min(at + longestHead, end))) flush(at);
      const field = await frame.field(at, end);
      this.begun ||= kind === 'model' && field.number === 1;
      const long = field.wire === 2 && field.end - field.start > this.keep;
      if (long || !frame.has(run, field.end)) flush(at);
      const other = long ? await this.replace(kind, field) : null;
      if (other) {
        parts.push(...other);
        run = field.end;
      } else if (!frame.has(at, field.end)) await frame.load(at, field.end);
      at = field.end;
    }
    flush(end);
    return parts;
  }

  /** What to write for a long field; null when it is kept. */
  private async replace(kind: Kind, field: Field): Promise<Uint8Array[] | null> {
    const inner = inside[kind][field.number];
    if (inner) {
      const parts = await this.copy(inner, field.start, field.end);
      return [
        writeHead(
          field.number,
          parts.reduce((sum, part) => sum + part.length, 0),
        ),
        ...parts,
      ];
    }
    return kind === 'tensor' && field.number === 9 && (await this.leaves(field)) ? this.pointTo(field) : null;
  }

  /** Whether raw data is left out. A causal mask is kept: it says what an attention is. WebGPU takes whole words of four bytes. */
  private async leaves({ start, end }: Field): Promise<boolean> {
    if ((end - start) % 4 !== 0) return false;
    if (end - start > triangle) return true;
    const head = Math.min(start + 24, end);
    await this.frame.load(start, head);
    return !beginsTriangle(this.frame.view(start, head));
  }

  /** Fields of a TensorProto that say where its data lies. */
  private pointTo({ start, end }: Field): Uint8Array[] {
    this.left += end - start;
    const entries = { location: itself, offset: `${start}`, length: `${end - start}` };
    const pairs = Object.entries(entries);
    return [
      ...pairs.map(([key, value]) => writeField(13, [writeField(1, key), writeField(2, value)])),
      writeField(14, 1),
    ];
  }
}

/** Whether numbers of any size begin as the first row of a triangle does: one that differs, then many alike. */
function beginsTriangle(bytes: Uint8Array): boolean {
  const alike = (a: number, b: number) => bytes.slice(a, a + 8).every((byte, i) => byte === bytes[b + i]);
  return alike(8, 16) && !alike(0, 8);
}
