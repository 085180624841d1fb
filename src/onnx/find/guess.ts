/** A statement about a model. What is not sure should be confirmed by whoever brings the model. */
export interface Guess<T> {
  value: T;
  sure: boolean;
  why: string;
}
