import type { Stream } from '../../trace/trace';

/** How the table of heads is looked at; it stays while another tab is open. */
export class Numbers {
  /** Column that rows are sorted by, and whether the largest comes first. */
  column = $state('pointing');
  descending = $state(true);
  /** Whose rows the statistics are over. */
  stream = $state<Stream>('text');
  /** Heads of every panel in one table, or of the panel in focus alone. */
  all = $state(false);
  /** What stands beside the table. */
  aside = $state<'scatter' | 'likeness'>('scatter');
  /** What heads are compared over: the run that is shown, or recorded runs of every sample. */
  kin = $state<'run' | 'samples'>('run');
  /** Every head of every model has these two. */
  x = $state('sink');
  y = $state('entropy');
  search = $state('');
  block = $state<'' | 'tt' | 'tv' | 'vt' | 'vv'>('');
  stage = $state<'' | 'text' | 'image' | 'fusion'>('');
  /** Counted from 0. */
  layer = $state<number | null>(null);
  /** A bound for a column: at least, or at most. */
  bounded = $state('');
  way = $state<'least' | 'most'>('least');
  bound = $state<number | null>(null);
  /** Gathered heads alone. */
  gathered = $state(false);

  /** Sorts by a column, the largest first; by the same one again, the other way round. */
  sort(column: string, names: boolean): void {
    this.descending = this.column === column ? !this.descending : !names;
    this.column = column;
  }

  /** Lets every head through again. */
  clear(): void {
    this.search = this.block = this.stage = this.bounded = '';
    this.layer = this.bound = null;
    this.gathered = false;
  }

  get isFiltering(): boolean {
    const bounded = this.bounded !== '' && this.bound !== null;
    return (
      this.search.trim() !== '' ||
      this.block !== '' ||
      this.stage !== '' ||
      this.layer !== null ||
      bounded ||
      this.gathered
    );
  }
}
