import type { Imports } from './imports.svelte';
import type { Library } from './library.svelte';

/** What takes files that are dropped or pasted. */
interface Takers {
  library: Library;
  imports: Imports;
  usePicture(file: Blob): Promise<void>;
}

const ofModel = /\.(onnx|json|bin|data|weight)$|[._]data(_\d+)?$/i;
const ofTrace = /\.(npz|safetensors)$/i;

/**
 * Hands files to whoever can use them: those of a model to its sheet, recorded runs to the imports, and anything else, which should be a
 * picture, to the input. While the sheet is open, files of a model belong to what is on it.
 */
export async function receiveFiles(files: readonly File[], page: Takers): Promise<void> {
  const traces = files.filter(({ name }) => ofTrace.test(name));
  const model = files.some(({ name }) => ofModel.test(name));
  if (model || page.library.sheet.shown) await page.library.sheet.take(files);
  else if (traces.length > 0) await Promise.all(traces.map((trace) => page.imports.open(trace)));
  else if (files.length > 0) await page.usePicture(files[0]);
}
