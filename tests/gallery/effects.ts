import type { Change } from '../../src/charts/score/change';
import type { ImportanceRow } from '../../src/charts/atlas/importance';
import { single } from './data';

/** Changes of a score from −2.4 to 1.1, of as many heads as are measured. */
export function importance(measured = Infinity): ImportanceRow[] {
  const values = [-0.02, 0.1, 0, -0.31, 0.44, -0.07, 1.1, -0.2, -2.4, 0.03, -0.9, 0.6];
  return single.map(({ id, name, stage }, row) => ({
    id,
    name,
    stage,
    cells: [0, 1, 2, 3].map((head) => {
      const at = 4 * row + head;
      return {
        id: `${row}-${head}`,
        column: String(head + 1),
        title: `without ${name}, head ${head + 1}`,
        value: at < measured ? values[(at * 7) % values.length] : null,
      };
    }),
  }));
}

export const changes: Change[] = [
  { name: 'caption', before: 2.94, after: 1.11 },
  { name: 'foil', before: -1.68, after: -0.97 },
  { name: 'caption − foil', before: 4.62, after: 2.08 },
];
