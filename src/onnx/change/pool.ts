import { addInput, addIntegers, addNode, freshName, type Draft } from './draft';
import { toFloat } from './expose';
import { INT64 } from '../file/weight';

/** Graph inputs that say which positions of a side stand together, [places, most that stand in one], shorter ones filled up. */
export interface Side {
  /** Positions. */
  at: string;
  /** [places, most, 1]: 1 over how many stand there, 0 where it is filled up. */
  mean: string;
  /** [places, most]: 1, 0 where it is filled up. */
  sum: string;
}

/** Adds the inputs of a side. */
export function addSide(draft: Draft, side: string): Side {
  const name = (what: string) => freshName(draft, `places/${side}/${what}`);
  const [at, mean, sum] = [name('at'), name('mean'), name('sum')];
  const axes = [`${at}/places`, `${at}/most`];
  addInput(draft, at, axes, INT64);
  addInput(draft, mean, [...axes, `${mean}/one`]);
  addInput(draft, sum, axes);
  return { at, mean, sum };
}

const axesAreGiven = 13;

/**
 * Appends what makes places of an attention's positions: the mean over the queries of a place, the sum over the keys of one, so that rows still sum to
 * 1. Queries first: what comes of that is small, and the attention itself is never copied for the keys.
 * @param tensor [… heads, queries, keys]
 * @returns name of [… heads, places, places], 32-bit floats
 */
export function pool(draft: Draft, tensor: string, queries: Side, keys: Side): string {
  const whole = toFloat(draft, tensor, `${tensor}/float`);
  const rows = together(draft, whole, queries.at, queries.mean, -2);
  return together(draft, rows, keys.at, keys.sum, -1);
}

/** [… positions …] as [… places, most …], weighed, and added up over the most. */
function together(draft: Draft, tensor: string, at: string, weights: string, axis: number): string {
  const node = (
    op: string,
    inputs: string[],
    what: string,
    attributes?: Record<string, number | number[]>,
  ) => {
    const name = freshName(draft, `${tensor}/${what}`);
    addNode(draft, op, inputs, name, attributes);
    return name;
  };
  const apart = node('Gather', [tensor, at], 'apart', { axis });
  const weighed = node('Mul', [apart, weights], 'weighed');
  const given = (draft.model.opsets.get('') ?? 1) >= axesAreGiven;
  const axes = given ? [addIntegers(draft, `${tensor}/axes`, [axis])] : [];
  return node('ReduceSum', [weighed, ...axes], 'places', { keepdims: 0, ...(given ? {} : { axes: [axis] }) });
}
