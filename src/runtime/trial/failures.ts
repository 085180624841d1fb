import type { Manifest } from '../../architectures/manifest';

/**
 * What the runtime says of a visitor's model that it cannot open or run, as one sentence: its own messages have many lines and name its
 * source files.
 */
export function sayFailure(
  error: unknown,
  { name, graphs, files }: Pick<Manifest, 'name' | 'graphs' | 'files'>,
): Error {
  const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  const bytes = Object.values(graphs).reduce(
    (sum, graph) =>
      sum + graph.bytes + (graph.external ?? []).reduce((all, path) => all + (files[path]?.bytes ?? 0), 0),
    0,
  );
  // A bare number is a C++ exception that was thrown where no memory was left to describe it.
  if (/bad_alloc|out of memory|OOM|allocat|memory access|^\d+$/i.test(said))
    return new Error(
      `${name} has ${megabytes(bytes)} of weights, needs about ${megabytes(2 * bytes)} of memory while it is opened, and this page did not get that much.`,
    );
  const missing = /(?:kernel|op|operator)[^.]*?\b([\w.]+)\(\d+\)/i.exec(said)?.[1];
  if (missing && /not (?:implemented|found|registered)|no kernel|could not find/i.test(said))
    return new Error(`${name} uses the operation ${missing}, which the runtime does not have.`);
  const [, piece, rows] = /idx=(\d+) must be within the inclusive range \[-(\d+),/.exec(said) ?? [];
  if (piece)
    return new Error(
      `The tokenizer gives the number ${piece} to a piece, but the table of words in ${name} has ${rows} rows: bring the tokenizer that belongs to it.`,
    );
  const short = said.replace(/^.*?ERROR_MESSAGE:\s*/, '').slice(0, 200);
  return new Error(`${name} does not run: ${short.replace(/\.?$/, '.')}`);
}

const megabytes = (bytes: number) => `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB`;
