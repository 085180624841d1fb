import type { Selection, Target } from '../../state/lens/selection.svelte';
import type { Cells } from './cells';

/** Places of a picture by the index of their cell, as charts tell of them, and as points of the picture, as the page keeps them. */
export interface Pointing {
  readonly selected: number | null;
  readonly hovered: number | null;
  /** Those that are selected together, `selected` among them. */
  readonly together: number[];
  hover: (cell: number | null) => void;
  /** @param more beside what is selected already */
  select: (cell: number, more: boolean) => void;
}

/** What is pointed at and selected in the cells of one model. @param picture which of two pictures they are of */
export function pointingAt(
  selection: Selection,
  cells: () => Pick<Cells, 'at' | 'middle'>,
  picture: () => 0 | 1 = () => 0,
): Pointing {
  const cellOf = (target: Target | null): number | null =>
    target?.point && (target.picture ?? 0) === picture() ? cells().at(target.point) : null;
  return {
    get selected() {
      return cellOf(selection.selected);
    },
    get hovered() {
      return cellOf(selection.hovered);
    },
    get together() {
      return selection.together.flatMap((target) => cellOf(target) ?? []);
    },
    hover(cell) {
      const point = cell === null ? null : cells().middle(cell);
      selection.hover(point && { point, picture: picture() || undefined });
    },
    select(cell, more) {
      const point = cells().middle(cell);
      const target = point && { point, picture: picture() || undefined };
      if (target && more) selection.extend(target, (a, b) => cellOf(a) === cellOf(b));
      else if (target) selection.selectPoint(target.point, undefined, target.picture);
    },
  };
}
