import { addIntegers, addNode, addNumber, freshName, type Draft } from './draft';
import { FLOAT } from '../file/weight';

type Attributes = Record<string, number | readonly number[]>;

/** Writes ordinary nodes one after another, under names that begin alike. */
export class Emitter {
  constructor(
    readonly draft: Draft,
    readonly stem: string,
    /** Type of the numbers that are worked with. */
    readonly dtype: number,
  ) {}

  /** Appends a node. @returns the name of what it makes: `as`, or a fresh one */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, as?: string): string {
    const name = as ?? freshName(this.draft, `${this.stem}/${op}`);
    addNode(this.draft, op, inputs, name, attributes);
    return name;
  }

  integers(values: readonly number[]): string {
    return addIntegers(this.draft, `${this.stem}/integers`, values);
  }

  /** One number of the type that is worked with. */
  number(value: number): string {
    const name = addNumber(this.draft, `${this.stem}/number`, value);
    return this.dtype === FLOAT ? name : this.node('Cast', [name], { to: this.dtype });
  }

  integer(value: number): string {
    return addNumber(this.draft, `${this.stem}/integer`, value, 7);
  }

  reshape(tensor: string, shape: readonly number[], as?: string): string {
    return this.node('Reshape', [tensor, this.integers(shape)], {}, as);
  }

  turn(tensor: string, perm: readonly number[], as?: string): string {
    return this.node('Transpose', [tensor], { perm }, as);
  }

  /** Length of an axis, as a single number. */
  length(tensor: string, axis: number): string {
    return this.node('Gather', [this.node('Shape', [tensor]), this.integer(axis)], { axis: 0 });
  }

  /** Entries from..to-1 along an axis. */
  slice(tensor: string, axis: number, from: number, to: number): string {
    return this.node('Slice', [tensor, ...[[from], [to], [axis]].map((list) => this.integers(list))]);
  }

  /** 0, 1, 2, … as integers of 64 bits; `from` is the name of a single number that they begin with. */
  range(count: string, from?: string): string {
    const plain = this.node('Range', [this.integer(0), count, this.integer(1)]);
    return from === undefined ? plain : this.node('Add', [plain, from]);
  }
}
