import type { Workspace } from './input/workspace.svelte';
import { fetchSamples } from './input/samples';
import type { Sample } from './input/samples';
import type { Keeping } from './keep/keeping.svelte';
import type { Panel } from './panel/panel.svelte';
import type { Link } from './share/link';

/** What of a session takes the picture and the words of an address. */
interface Session {
  workspace: Workspace;
  keeping: Keeping;
  chooseSample(sample: Sample, words: Link): Promise<void>;
  takePicture(file: Blob): Promise<boolean>;
  placing: { take(files: readonly File[], kept: boolean): Promise<boolean> };
  pairing: { bring(named: Link['second']): Promise<string[]> };
}

/**
 * Brings the picture and the words of an address: a sample, or a picture of the visitor's own that this browser kept. Where it did not,
 * the words stand alone: over another picture they would say what is not so.
 * @returns what it could not bring, in words
 */
export async function bringInput(link: Link, session: Session): Promise<string[]> {
  const missing = await bringFirst(link, session);
  return [...missing, ...(await session.pairing.bring(link.second))];
}

async function bringFirst(link: Link, session: Session): Promise<string[]> {
  const { workspace, keeping } = session;
  const { turn } = workspace;
  /** A picture that the visitor gave meanwhile stays, with the words of the address. */
  const overtaken = () => {
    if (workspace.turn !== turn && !workspace.caption) workspace.caption = link.caption ?? '';
    return workspace.turn !== turn;
  };
  try {
    workspace.offer(await fetchSamples());
  } catch (error) {
    workspace.refuse(error instanceof Error ? error.message : String(error));
  }
  if (link.picture) {
    const file = await keeping.find('picture', link.picture);
    if (overtaken()) return [];
    const { crop, boxes } = link;
    workspace.await({ identity: link.picture, crop, boxes }, link.caption ?? '', link.foil ?? '');
    if (file && (await session.takePicture(file))) return bringFeatures(link, session);
    return ['its picture, which never left the browser it was given to (drop it here, or choose a sample)'];
  }
  if (overtaken()) return [];
  const { samples } = workspace;
  const sample = samples.find(({ id }) => id === link.sample);
  const shown = sample ?? samples.at(0);
  if (shown) await session.chooseSample(shown, link);
  if (shown && link.sample && !sample) return [`the sample “${link.sample}”, which this page has not`];
  return bringFeatures(link, session);
}

/** Brings the features of the picture, where this browser kept them. */
async function bringFeatures({ features }: Link, { keeping, placing }: Session): Promise<string[]> {
  const file = features && (await keeping.find('features', features));
  if (!features || (file && (await placing.take([file], true)))) return [];
  return [
    'the features of its regions, which never left the browser they were given to (drop their file here)',
  ];
}

/** Models and runs that an address names and that are not here, in words; their panels say what is wrong. */
export function lostModels(panels: readonly Panel[]): string[] {
  return panels.flatMap(({ folder, activity, manifest, imported }) => {
    if (activity !== 'failed' || manifest || imported) return [];
    if (folder.startsWith('trace/'))
      return ['its run from a file, which never left the browser it was given to (drop the file here)'];
    if (folder.startsWith('own/'))
      return ['its own model, which never left the browser it was given to (drop its files here)'];
    return [`the model “${folder}”, which this page has not`];
  });
}

/** One sentence, null when nothing is missing. */
export function sayMissing(missing: readonly string[], of = 'This link'): string | null {
  const last = missing.at(-1);
  if (last === undefined) return null;
  const others = missing.slice(0, -1).join('; ');
  return `${of} could not bring ${others ? `${others}; and ` : ''}${last}.`;
}
