import { unpack } from '../trace/pack';
import type { Trace } from '../trace/trace';
import { fetchFile } from './site';

/** A run of a sample that was recorded when the page was made, with the run of its foil. */
export interface Recording {
  trace: Trace;
  foil: Trace | null;
}

/** The recorded run of a sample by the model in `folder`; null when there is none. */
export async function fetchRecording(sample: { id: string }, folder: string): Promise<Recording | null> {
  const model = folder.split('/').at(-1);
  const response = await fetchFile(`runs/${sample.id}-${model}.bin`).catch(() => null);
  if (!response) return null;
  const [trace, foil] = unpack(new Uint8Array(await response.arrayBuffer())).traces;
  return { trace, foil: foil ?? null };
}
