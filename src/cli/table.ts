/** Rows as lines of aligned columns; the first row is a heading. Columns whose cells are all numbers are aligned to the right. */
export function alignTable(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i].length)));
  const numeric = widths.map((_, i) => rows.slice(1).every((row) => /^[-\d.,–]*$/.test(row[i])));
  return rows.map((row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
