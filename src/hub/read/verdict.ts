import type { Choice } from './plan';
import type { Found } from './look';

/** What is asked of a list of recipes here. */
export type Known = Readonly<
  Record<string, { family: string; type: string; architectures: readonly string[] }>
>;

/** Whether the page will open a choice, as far as that can be said without its files. */
export interface Verdict {
  opens: 'yes' | 'perhaps' | 'no';
  says: string;
}

/** WebAssembly addresses 4 GiB, of which weights take 1.1 times their size and the rest of the runtime 256 MiB: see `planLoading`. */
const most = (2 ** 32 - 2 ** 28) / 1.1;

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * @param recipes those that ship with the page
 * @param room bytes that the browser has left for the page; Infinity where it does not say
 */
export function judge(
  choice: Choice,
  { type, architecture, choices }: Found,
  recipes: Known,
  room: number,
): Verdict {
  if (choice.bytes > most) {
    const fits = choices.filter(({ bytes }) => bytes <= most).toSorted((a, b) => b.bytes - a.bytes);
    const instead =
      fits.length > 0
        ? `“${fits[0].says}” with ${gigabytes(fits[0].bytes)} would fit`
        : 'nothing that lies there would fit';
    return {
      opens: 'no',
      says: `${gigabytes(choice.bytes)} are more than a browser can open, which is ${gigabytes(most)}: ${instead}.`,
    };
  }
  if (choice.bytes > room)
    return {
      opens: 'no',
      says: `The browser has ${gigabytes(room)} left for this page, and ${gigabytes(choice.bytes)} are needed: delete something below, or make room on the disk.`,
    };
  if (choice.kind === 'onnx')
    return {
      opens: 'perhaps',
      says: 'An ONNX export: what attention it shows is found in its graph when it opens.',
    };
  const family = Object.values(recipes).filter((recipe) => recipe.type === type);
  const families = [...new Set(Object.values(recipes).map((recipe) => recipe.family))].join(', ');
  if (type === '')
    return { opens: 'perhaps', says: `The Hub does not say what model this is; the page opens ${families}.` };
  if (family.length === 0)
    return {
      opens: 'no',
      says: `The page has no graph for models of the type ${type}; it opens ${families}.`,
    };
  const made = family.find(({ architectures }) => architectures.includes(architecture));
  return made
    ? {
        opens: 'yes',
        says: `Opens as ${made.family} (${architecture}), if its layers are of the size that was published.`,
      }
    : {
        opens: 'perhaps',
        says: `A ${family[0].family} of the class ${architecture || 'that is not named'}, for which no graph was made: its weights will say whether another fits.`,
      };
}
