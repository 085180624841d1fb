/** A function that a pickle names and may call; nothing else is ever called. */
export class Known {
  constructor(
    readonly name: string,
    readonly call: ((given: readonly Value[]) => Value) | null,
  ) {}
}

/** What a pickle can make here. Lists and tuples are arrays. `Opaque` comes from the functions that the caller knows. */
export type Value = null | boolean | number | bigint | string | Value[] | Map<Value, Value> | Known | Opaque;

/** Something that the caller's functions make and this reader only hands around. */
export interface Opaque {
  readonly opaque: string;
}

/** The bytes end before the pickle does. */
export class CutShort extends Error {
  override name = 'CutShort';
}

/** What a pickle may name, and what its persistent ids stand for. */
export interface Surroundings {
  /** @throws Error of one sentence when there is no such function */
  find(module: string, name: string): Known;
  /** @throws Error of one sentence when the id stands for nothing */
  persist(id: Value): Value;
}

const mark = new Known('a mark', null);
const decoder = new TextDecoder();

/**
 * Reads one pickle (PEP 3154 and before; opcodes of Python's pickletools) as data: it calls nothing but what `find` hands out, and keeps
 * no more than what the bytes spell out. Depth costs nothing, as nothing recurses.
 * @returns what the pickle makes and where it ends
 * @throws CutShort when the bytes end before; Error of one sentence for what no list of tensors needs
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  around: Surroundings,
): { value: Value; end: number } {
  const reader = new Reader(bytes, start, around);
  for (;;) if (reader.step()) return { value: reader.pop(), end: reader.at };
}

class Reader {
  readonly #view: DataView;
  readonly #stack: Value[] = [];
  readonly #memo = new Map<number, Value>();

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly around: Surroundings,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Carries out one operation. @returns whether it was the last */
  step(): boolean {
    const code = this.bytes[this.#take(1)];
    switch (code) {
      case 0x80: // PROTO
        this.#take(1);
        break;
      case 0x95: // FRAME
        this.#take(8);
        break;
      case 0x2e: // STOP
        return true;
      case 0x28: // MARK
        this.#stack.push(mark);
        break;
      case 0x30: // POP
        this.pop();
        break;
      case 0x4e: // NONE
        this.#stack.push(null);
        break;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        this.#stack.push(code === 0x88);
        break;
      case 0x4b: // BININT1
        this.#stack.push(this.bytes[this.#take(1)]);
        break;
      case 0x4d: // BININT2
        this.#stack.push(this.#view.getUint16(this.#take(2), true));
        break;
      case 0x4a: // BININT
        this.#stack.push(this.#view.getInt32(this.#take(4), true));
        break;
      case 0x47: // BINFLOAT
        this.#stack.push(this.#view.getFloat64(this.#take(8)));
        break;
      case 0x8a: // LONG1
        this.#stack.push(this.#long(this.bytes[this.#take(1)]));
        break;
      case 0x55: // SHORT_BINSTRING
      case 0x8c: // SHORT_BINUNICODE
        this.#stack.push(this.#text(this.bytes[this.#take(1)]));
        break;
      case 0x54: // BINSTRING
      case 0x58: // BINUNICODE
        this.#stack.push(this.#text(this.#view.getUint32(this.#take(4), true)));
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#stack.push([]);
        break;
      case 0x7d: // EMPTY_DICT
        this.#stack.push(new Map());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#stack.push(this.#last(code - 0x84));
        break;
      case 0x74: // TUPLE
        this.#stack.push(this.#sinceMark());
        break;
      case 0x61: // APPEND
        this.#append([this.pop()]);
        break;
      case 0x65: // APPENDS
        this.#append(this.#sinceMark());
        break;
      case 0x73: // SETITEM
        this.#set(this.#last(2));
        break;
      case 0x75: // SETITEMS
        this.#set(this.#sinceMark());
        break;
      case 0x71: // BINPUT
        this.#memo.set(this.bytes[this.#take(1)], this.#top());
        break;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#view.getUint32(this.#take(4), true), this.#top());
        break;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        break;
      case 0x68: // BINGET
        this.#recall(this.bytes[this.#take(1)]);
        break;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#view.getUint32(this.#take(4), true));
        break;
      case 0x63: // GLOBAL
        this.#stack.push(this.around.find(this.#line(), this.#line()));
        break;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#last(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          throw new Error(`at byte ${this.at} it names a function by something else than texts`);
        this.#stack.push(this.around.find(module, name));
        break;
      }
      case 0x51: // BINPERSID
        this.#stack.push(this.around.persist(this.pop()));
        break;
      case 0x52: // REDUCE
        this.#call();
        break;
      case 0x62: // BUILD: attributes of an ordered dictionary, which say nothing of its tensors
        if (!(this.pop() instanceof Map && this.#top() instanceof Map))
          throw new Error('it gives attributes to something that is no dictionary');
        break;
      default:
        throw new Error(
          `byte ${this.at - 1} holds the operation 0x${code.toString(16).padStart(2, '0')}, which no list of tensors needs`,
        );
    }
    return false;
  }

  pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined) throw new Error(`at byte ${this.at} it takes more values than it has made`);
    return value;
  }

  #take(count: number): number {
    const at = this.at;
    if (at + count > this.bytes.length) throw new CutShort(`it ends early, at byte ${this.bytes.length}`);
    this.at += count;
    return at;
  }

  #text(length: number): string {
    const at = this.#take(length);
    return decoder.decode(this.bytes.subarray(at, at + length));
  }

  #line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new CutShort(`it ends early, at byte ${this.bytes.length}`);
    return this.#text(end - this.at) + this.#text(1).slice(1);
  }

  /** Little-endian, two's complement. */
  #long(length: number): bigint {
    const at = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]);
    return BigInt.asIntN(8 * Math.max(1, length), value);
  }

  #top(): Value {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  #last(count: number): Value[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  #sinceMark(): Value[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new Error(`at byte ${this.at} it closes a list that it has not begun`);
    const values = this.#stack.splice(at);
    values.shift();
    return values;
  }

  #append(values: Value[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new Error(`at byte ${this.at} it adds to something that is no list`);
    for (const value of values) list.push(value);
  }

  #set(pairs: Value[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || pairs.length % 2 !== 0)
      throw new Error(`at byte ${this.at} it adds to something that is no dictionary`);
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  }

  #recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw new Error(`at byte ${this.at} it recalls a value that it has not made`);
    this.#stack.push(value);
  }

  #call(): void {
    const [known, given] = this.#last(2);
    if (!(known instanceof Known) || !known.call || !Array.isArray(given))
      throw new Error(`at byte ${this.at} it calls something that is no function`);
    this.#stack.push(known.call(given));
  }
}
