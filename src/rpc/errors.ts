/** A request that a newer one of the same kind replaced, or that was cancelled. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/** The other side is gone: its worker died, was ended, or never started. */
export class Disconnected extends Error {
  override name = 'Disconnected';
}

/** An error as plain data: a class instance would lose its class on the way. */
export interface ErrorData {
  name: string;
  message: string;
  stack: string | null;
}

/** Anything that can be thrown, as an error: onnxruntime throws plain numbers when it runs out of memory. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`Something other than an error was thrown: ${String(thrown)}`);
}

export function toErrorData(thrown: unknown): ErrorData {
  const { name, message, stack } = asError(thrown);
  return { name, message, stack: stack ?? null };
}

/**
 * Classes that survive the journey: `instanceof` works on the other side. Others come back as Error with their name. A build shortens the names of
 * classes themselves.
 */
const known = new Map<string, new (message: string) => Error>(
  Object.entries({ Superseded, Disconnected, TypeError, RangeError }),
);

/** The error again, with the stack of where it was thrown. */
export function fromErrorData({ name, message, stack }: ErrorData): Error {
  const error = new (known.get(name) ?? Error)(message);
  if (error.name !== name) error.name = name;
  if (stack !== null) error.stack = stack;
  return error;
}
