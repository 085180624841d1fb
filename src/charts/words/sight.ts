/** How many words of a row that scrolls lie before and after what is seen of it. */
export interface OutOfSight {
  above: number;
  below: number;
}

/** px of a word that may be missing. */
const slack = 2;

/** Top and bottom of what is seen of a row, without the room at its end where no word belongs. */
function sightOf(row: HTMLElement): [top: number, bottom: number] {
  const { top } = row.getBoundingClientRect();
  return [top, top + row.clientHeight - parseFloat(getComputedStyle(row).paddingBottom)];
}

const wordsOf = (row: HTMLElement) => [...row.querySelectorAll('[data-token]')];

/** Counts the words of a row that are not seen, or not whole. */
export function outOfSight(row: HTMLElement): OutOfSight {
  const [top, bottom] = sightOf(row);
  const places = wordsOf(row).map((word) => word.getBoundingClientRect());
  return {
    above: places.filter((word) => word.top < top - slack).length,
    below: places.filter((word) => word.bottom > bottom + slack).length,
  };
}

/** Scrolls a row, and nothing else, until a word of it is seen: its line comes first, so that none is cut off above. */
export function bringIntoSight(row: HTMLElement, word: Element): void {
  const [top, bottom] = sightOf(row);
  const { top: from, bottom: to } = word.getBoundingClientRect();
  if (from < top - slack || to > bottom + slack) row.scrollTop += from - top - slack;
}

/** Shows the words after those that are seen; after the last, the first. */
export function turnOver(row: HTMLElement): void {
  const [, bottom] = sightOf(row);
  const next = wordsOf(row).find((word) => word.getBoundingClientRect().bottom > bottom + slack);
  if (next) bringIntoSight(row, next);
  else row.scrollTop = 0;
}
