/** Bits of the nearest half-precision numbers (IEEE 754 binary16), ties to even; from 65520 on infinity. */
export function toHalf(numbers: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(Float32Array.from(numbers).buffer);
  return Uint16Array.from(numbers, (x, i) => ((bits[i] >>> 16) & 0x8000) | magnitude(Math.abs(x), bits[i]));
}

function magnitude(x: number, bits: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  if (x >= 65520) return 0x7c00;
  if (x < 2 ** -14) return toEven(x * 2 ** 24);
  const exponent = ((bits >>> 23) & 255) - 112;
  return toEven(((exponent << 23) | (bits & 0x7fffff)) / 2 ** 13);
}

function toEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}

/** The numbers that half-precision bits stand for, exactly. */
export function fromHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
