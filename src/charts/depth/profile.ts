/** One attention module of a layer profile. `heads` has one value per head, `mean` is over heads. */
export interface ProfilePoint {
  /** Index into `Trace.attentions`. */
  attention: number;
  name: string;
  /** For the axis: "1", "t→v 2". */
  short: string;
  stage: 'text' | 'image' | 'fusion';
  heads: readonly number[];
  mean: number;
  /** What evenly spread attention would give, null when there is no such thing. */
  even: number | null;
}
