/** A cell of a grid with arrow keys. */
interface Stop {
  id: string;
}

const steps: Record<string, readonly [row: number, column: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** The cell that an arrow key, Home or End leads to from `id`, at the edge the same one; null for other keys and where there is no such cell. */
export function stepCell<C extends Stop>(
  key: string,
  rows: readonly { cells: readonly C[] }[],
  id: string | undefined,
): C | null {
  const step = steps[key];
  const at = rows.findIndex(({ cells }) => cells.some((cell) => cell.id === id));
  if (!step || at < 0) return null;
  const column = rows[at].cells.findIndex((cell) => cell.id === id);
  const { cells } = rows[Math.max(0, Math.min(rows.length - 1, at + step[0]))];
  return cells[Math.max(0, Math.min(cells.length - 1, column + step[1]))] ?? null;
}
