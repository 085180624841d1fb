/** A head of a certain panel, by the name of its module: in another model that has no such module it is not there. */
export interface Second {
  slot: number;
  attention: string;
  head: number | 'mean';
}

/** What of a matrix is in sight: the first row and column, fractions allowed, and px a cell. */
export interface Sight {
  row: number;
  column: number;
  scale: number;
}

/** How the matrix of a head is looked at, and what stands beside it; it stays while another tab is open. */
export class Matrices {
  /** Whether colours run to the largest weight of all, or of each row. */
  scale = $state<'whole' | 'row'>('whole');
  /** The head beside it: the other model's, if there is one, none, or a certain one. */
  second = $state.raw<'next' | 'none' | Second>('next');
  /** Null for all of it. */
  sight = $state.raw<Sight | null>(null);
  /** Of the one beside it, where that is of other queries and keys. */
  secondSight = $state.raw<Sight | null>(null);
}
