import { findDirectory, longestEnd, readMembers } from '../../containers/directory';
import type { Features } from '../trace';
import { memberNames, readArrays } from './arrays';
import { checkFeatures, isOf, type Subject } from './check';
import { readTsv } from './tsv';

/** Largest .npz or .npy file, which is read as a whole. */
const heaviest = 64 * 2 ** 20;

/** Which of some files hold features of regions: a .npz that does is told from a recorded run by its members. */
export async function featureFiles(files: readonly File[]): Promise<File[]> {
  const found: File[] = [];
  for (const file of files)
    if (/\.(tsv|npy)$/i.test(file.name) || (/\.npz$/i.test(file.name) && (await holdsFeatures(file))))
      found.push(file);
  return found;
}

/** A file that is no ZIP file is left to whoever reads recorded runs, to be refused there. */
async function holdsFeatures(file: File): Promise<boolean> {
  try {
    const from = Math.max(0, file.size - longestEnd);
    const directory = findDirectory(new Uint8Array(await file.slice(from).arrayBuffer()), from);
    const list = new Uint8Array(await file.slice(directory.at).arrayBuffer());
    const names = readMembers(list, directory).map(({ name }) => name);
    return !names.includes('meta.npy') && names.some((name) => memberNames.includes(name));
  } catch {
    return false;
  }
}

/**
 * Reads the features of a picture's regions: a .tsv file of bottom-up-attention, a .npz file, or .npy files of vectors and of boxes.
 * @throws Error of one sentence: what was expected, what came
 */
export async function readFeatures(files: readonly File[], picture: Subject): Promise<Features> {
  const [file] = files;
  const heavy = files.find(({ name, size }) => !/\.tsv$/i.test(name) && size > heaviest);
  if (heavy)
    throw new Error(
      `${heavy.name}: expected features of one picture, at most ${heaviest / 2 ** 20} MB, got ${Math.round(heavy.size / 2 ** 20)} MB.`,
    );
  if (files.length > 1 && !files.every(({ name }) => /\.npy$/i.test(name)))
    throw new Error(
      `Expected one file of features for the picture, got ${files.length}: ${files.map(({ name }) => name).join(', ')}.`,
    );
  const { name } = picture;
  const said = /\.tsv$/i.test(file.name)
    ? await readTsv(file, (id) => name !== null && isOf(id, name))
    : await readArrays(files);
  return checkFeatures(said, picture);
}
