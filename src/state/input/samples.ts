import { decodeShipped } from './picture';
import type { Decoded } from './picture';
import { address, fetchFile } from '../set/site';

/** A picture that ships with the page, with a caption that is true of it and a foil that is not. */
export interface Sample {
  id: string;
  title: string;
  /** File in `static/samples`. */
  file: string;
  width: number;
  height: number;
  caption: string;
  /** The caption with one edit that makes it false. */
  foil: string;
  /** Who made it, under which licence, and where that is said. */
  /** Drawn from parts, or a photograph. */
  kind: 'composed' | 'photo';
  credit: { text: string; licence: string; url?: string };
}

/** The gallery in its order. @throws Error when the list is missing. */
export async function fetchSamples(): Promise<Sample[]> {
  const response = await fetchFile('samples/index.json');
  return (await response.json()) as Sample[];
}

/** Where the picture of a sample is served. */
export function sampleAddress(sample: Sample): string {
  return address(`samples/${sample.file}`).href;
}

/** Fetches and decodes the picture of a sample. @throws Error when it is missing. */
export async function fetchSamplePicture(sample: Sample): Promise<Decoded> {
  const response = await fetchFile(`samples/${sample.file}`);
  return decodeShipped(await response.blob(), sample);
}

/** Index of the word that tells a caption from its foil: the longest that differs, since "an" may change with its noun. */
export function editedWord(caption: string, foil: string): number | null {
  const [words, others] = [caption, foil].map((text) => text.toLowerCase().split(/\s+/u).filter(Boolean));
  const edits = words.flatMap((word, index) => (word === others[index] ? [] : [index]));
  return edits.sort((a, b) => words[b].length - words[a].length || a - b)[0] ?? null;
}
