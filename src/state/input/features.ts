import { identityOf } from '../keep/identity';
import type { Held } from './regions.svelte';

/** The picture that features should be of. */
interface Subject {
  name: string | null;
  width: number;
  height: number;
}

/**
 * Reads what a detector elsewhere made of a picture, and makes of it a file of this picture's regions alone: a file of a data set can be larger
 * than what a browser keeps.
 * @throws Error of one sentence for the visitor
 */
export async function readHeld(files: readonly File[], picture: Subject): Promise<Held> {
  const { readFeatures } = await import('../../trace/features/features');
  const { writeFeatures } = await import('../../trace/features/arrays');
  const features = await readFeatures(files, picture);
  const bytes = writeFeatures(features);
  const name = features.origin.replace(/\.[a-z]{3}$/i, '.npz');
  return { identity: await identityOf(bytes), file: new File([bytes], name), features };
}
