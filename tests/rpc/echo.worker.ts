import { expose, Moved } from '../../src/rpc/expose';

export interface EchoCalls {
  square(numbers: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  fail(): never;
  hang(): void;
  crash(): void;
}

expose<EchoCalls, string>(self, {
  square: ({ progress }, numbers) => {
    progress('squaring');
    const squares = numbers.map((x) => x * x);
    return new Moved(squares, [squares.buffer]);
  },
  fail: () => {
    throw new RangeError('out of range in the worker');
  },
  hang: () => new Promise(() => {}),
  crash: () => {
    setTimeout(() => {
      throw new Error('the worker fell over');
    });
    return new Promise(() => {});
  },
});
