/** Lines of a text; a last line without a line feed counts. */
const linesOf = (text: string) => text.replace(/\n$/, '').split('\n').length;

/** Value below which a share `p` of the numbers lies (nearest rank). */
const percentile = (values: readonly number[], p: number) =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)] ?? 0;

/** Files over 300 lines, a median of 80 lines or more, a ninetieth percentile of 200 or more. */
export function lengthLaw(files: ReadonlyMap<string, string>): string[] {
  const lengths = [...files].map(([path, text]) => [path, linesOf(text)] as const);
  const counts = lengths.map(([, count]) => count);
  const [half, most] = [percentile(counts, 0.5), percentile(counts, 0.9)];
  return [
    ...lengths
      .filter(([, count]) => count > 300)
      .map(([path, count]) => `${path}: ${count} lines, expected 300 at most`),
    ...(half < 80 ? [] : [`half of the files have ${half} lines or more, expected fewer than 80`]),
    ...(most < 200 ? [] : [`a tenth of the files have ${most} lines or more, expected fewer than 200`]),
  ];
}

/** Folders of more than 25 files of their own. */
export function folderLaw(paths: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 25)
    .map(([folder, count]) => `${folder}: ${count} files, expected 25 at most`);
}

/** Tracked files over 66 MB together, a zoo over 45 MB, or answers of others and models for tests over 9 MB (10⁶ bytes). */
export function weightLaw(bytes: ReadonlyMap<string, number>): string[] {
  const sum = (prefix: string) =>
    [...bytes].reduce((total, [path, size]) => total + (path.startsWith(prefix) ? size : 0), 0) / 1e6;
  const over = (what: string, prefix: string, limit: number) =>
    sum(prefix) <= limit ? [] : [`${what}: ${sum(prefix).toFixed(1)} MB, expected ${limit} MB at most`];
  return [
    ...over('tracked files', '', 66),
    ...over('models/zoo', 'models/zoo/', 45),
    ...over('tests/oracle', 'tests/oracle/', 9),
  ];
}
