import type { Connection } from '../rpc/connect';
import type { Input, Picture } from '../trace/trace';
import { held } from './protocol';
import type { DeviceReport, EngineCalls, Given, Opened, Progress } from './protocol';

/** One worker's life. */
export interface Life {
  worker: Worker;
  connection: Connection<EngineCalls, Progress>;
  device: Promise<DeviceReport>;
  /** Aborted with what all that is pending rejects with. */
  end: AbortController;
  opened: Map<string, Promise<Opened>>;
  /** Pictures that the worker holds, with their numbers; the one given last at the end. */
  shown: Map<Picture, number>;
  pictures: number;
  /** Whether a part of it did not start. */
  lacking: boolean;
}

/** An input as a worker takes it, which is given the pictures that it does not hold. */
export async function givenTo(life: Life, input: Input): Promise<Given> {
  const { second, ...rest } = input;
  if (!second) return { ...rest, picture: await numberOf(input.picture, life) };
  await numberOf(input.picture, life);
  const other = { ...second, picture: await numberOf(second.picture, life) };
  // The second may have taken the place of the first.
  return { ...rest, picture: await numberOf(input.picture, life), second: other };
}

/** The number of a picture in a worker, which is given the picture if it does not hold it. */
async function numberOf(picture: Picture, life: Life): Promise<number> {
  const { shown, connection, end } = life;
  const known = shown.get(picture);
  if (known !== undefined) return known;
  const number = life.pictures++;
  await connection.call('show', [number, picture], { signal: end.signal });
  shown.set(picture, number);
  for (const first of [...shown.keys()].slice(0, -held)) shown.delete(first);
  return number;
}
