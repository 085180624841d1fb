import { defaultCrop } from '../inputs/crop';
import { identityOf } from '../architectures/manifest';
import { startEngine } from '../runtime/client';
import { decodePicture } from '../state/input/picture';
import type { Sample } from '../state/input/samples';
import { pack } from '../trace/pack';

const engine = startEngine({ base: `${location.origin}/`, backend: 'wasm' });

/**
 * The part of recording that runs in a browser, on the page's own code: a sample's caption run with all attention and its foil without,
 * packed and in base64.
 */
export async function recordSample(sample: Sample, folder: string): Promise<string> {
  const response = await fetch(`/samples/${sample.file}`);
  const { picture } = await decodePicture(await response.blob());
  const { manifest, warning } = await engine.open(folder);
  if (warning) throw new Error(warning);
  const input = { picture, crop: defaultCrop(picture, 1), caption: sample.caption };
  const caption = await engine.run(folder, input, { task: 'match', attentions: 'all' });
  const foil = await engine.run(
    folder,
    { ...input, caption: sample.foil },
    { task: 'match', attentions: 'none' },
  );
  return toBase64(pack([caption, foil], { model: identityOf(manifest) }, 'U8'));
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
