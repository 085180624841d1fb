/** A request that a newer one of the same kind replaced, or that was cancelled. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/** The other side is gone: its worker died, was ended, or never started. */
export class Disconnected extends Error {
  override name = 'Disconnected';
}

/** The other side, or a part of it, did not start. It may remember that for as long as it lives, so that only another one can try again. */
export class Unstarted extends Error {
  override name = 'Unstarted';
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

/** What is said where code of the page does not come, be it the page's or its worker's: the server is away, or has another version by now. */
export const partMissing = 'Part of this page could not be fetched. Try again, or reload it.';

/** Whether browsers, or the build's own loader, say of code that it could not be fetched. */
export const isPartMissing = (thrown: unknown): thrown is Error =>
  thrown instanceof Error &&
  /dynamically imported module|importing a module script failed|unable to preload CSS/i.test(thrown.message);

export function toErrorData(thrown: unknown): ErrorData {
  const { name, message, stack } = isPartMissing(thrown) ? new Unstarted(partMissing) : asError(thrown);
  return { name, message, stack: stack ?? null };
}

/**
 * Classes that survive the journey: `instanceof` works on the other side. Others come back as Error with their name. A build shortens the names of
 * classes themselves.
 */
const known = new Map<string, new (message: string) => Error>(
  Object.entries({ Superseded, Disconnected, Unstarted, TypeError, RangeError }),
);

/** The error again, with the stack of where it was thrown. */
export function fromErrorData({ name, message, stack }: ErrorData): Error {
  const error = new (known.get(name) ?? Error)(message);
  if (error.name !== name) error.name = name;
  if (stack !== null) error.stack = stack;
  return error;
}
