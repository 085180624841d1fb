import { readSafetensors } from '../../src/containers/safetensors';
import type { AttentionMask, Input } from '../../src/trace/trace';

/** What PyTorch answers to one input when one attention is changed: `models/lab/ship/changes.py` writes it. */
export interface Truth {
  input: Input;
  changes: { mask: AttentionMask; match: Float32Array; words: Float32Array | undefined }[];
}

/** Reads a "<model>-changed.safetensors". */
export function readTruth(bytes: Uint8Array): Truth {
  const { tensors, metadata } = readSafetensors(bytes);
  const get = (name: string) => {
    const found = tensors.get(name);
    return found?.dtype === 'F32' ? { dims: found.dims, data: found.data } : undefined;
  };
  const { dims, data } = tensors.get('pixels')!;
  const rgba = new Uint8ClampedArray(dims[0] * dims[1] * 4).fill(255);
  data.forEach((value, i) => (rgba[Math.floor(i / 3) * 4 + (i % 3)] = value));
  return {
    input: {
      picture: { width: dims[1], height: dims[0], data: rgba },
      crop: [0, 0, 1, 1],
      caption: metadata.caption,
    },
    changes: (JSON.parse(metadata.attentions) as number[]).map((attention, n) => ({
      mask: { attention, factor: get(`${n}.factor`), term: get(`${n}.term`) },
      match: get(`${n}.match_logit`)!.data,
      words: get(`${n}.mask_logits`)?.data,
    })),
  };
}
