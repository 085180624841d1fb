import { photographic, shipped } from '../../architectures/manifest';
import { unpack } from '../../trace/pack';
import type { Trace } from '../../trace/trace';
import type { Workspace } from '../input/workspace.svelte';
import { fetchFile } from '../set/site';
import type { Panel } from './panel.svelte';

/** A run of a sample that was recorded when the page was made, with the run of its foil. */
export interface Recording {
  trace: Trace;
  foil: Trace | null;
}

/** The recorded run of a sample by the model in `folder`; null when there is none that can be read, as for all that are not shipped. */
export async function fetchRecording(sample: { id: string }, folder: string): Promise<Recording | null> {
  const model = [...shipped, ...photographic].find((id) => folder === `zoo/${id}`);
  if (!model) return null;
  try {
    const response = await fetchFile(`runs/${sample.id}-${model}.bin`);
    const [trace, foil] = unpack(new Uint8Array(await response.arrayBuffer())).traces;
    return { trace, foil: foil ?? null };
  } catch {
    return null;
  }
}

/** Shows a recorded run once it is there, unless model, picture, crop or caption have changed meanwhile. */
export async function adoptRecording(
  panel: Panel,
  sample: { caption: string },
  fetched: Promise<Recording | null>,
  workspace: Workspace,
): Promise<void> {
  const { folder } = panel;
  const recording = await fetched;
  const same = workspace.sample === sample && workspace.caption === sample.caption;
  if (recording && same && panel.folder === folder && !workspace.cropped)
    panel.adopt(recording.trace, recording.foil);
}
