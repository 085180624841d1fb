import type { Imports } from './imports.svelte';
import type { Library } from './library.svelte';

/** What takes files that are dropped or pasted. */
interface Takers {
  library: Library;
  imports: Imports;
  usePicture(file: Blob): Promise<void>;
  pairing: { readonly wanted: boolean; use(file: Blob): Promise<void> };
  placing: { use(files: readonly File[]): Promise<void> };
  openSession(file: File): Promise<void>;
}

const ofModel = /\.(onnx|json|bin|data|weight)$|[._]data(_\d+)?$/i;
const ofTrace = /\.(npz|safetensors)$/i;
const ofSession = /\.zip$/i;
/** What may be features of regions: the arrays of a .npz file have to be looked at. */
const ofFeatures = /\.(tsv|npy|npz)$/i;

/**
 * Hands files to whoever can use them: those of a model to its sheet, recorded runs to the imports, a session to the page, and anything
 * else, which should be a picture, to the input, one more to the models that read two, and after it the features of its regions. While the sheet is open, files of a model belong to
 * what is on it.
 * @param slot of the panel in which a run is opened; null for any
 */
export async function receiveFiles(
  all: readonly File[],
  page: Takers,
  slot: number | null = null,
): Promise<void> {
  const features = await featuresAmong(all);
  const files = all.filter((file) => !features.includes(file));
  const session = files.find(({ name }) => ofSession.test(name));
  const traces = files.filter(({ name }) => ofTrace.test(name));
  const model = files.some(({ name }) => ofModel.test(name));
  if (model || page.library.sheet.shown) await page.library.sheet.take(files);
  else if (session) await page.openSession(session);
  else if (traces.length > 0) await Promise.all(traces.map((trace) => page.imports.open(trace, slot)));
  else if (files.length > 0)
    await Promise.all([
      page.usePicture(files[0]),
      files.length > 1 && page.pairing.wanted ? page.pairing.use(files[1]) : null,
    ]);
  if (features.length > 0) await page.placing.use(features);
}

async function featuresAmong(files: readonly File[]): Promise<readonly File[]> {
  if (!files.some(({ name }) => ofFeatures.test(name))) return [];
  return (await import('../../trace/features/features')).featureFiles(files);
}
