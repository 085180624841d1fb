/** Where the place of a file in the browser's file system is written down on the shelf: beside files, under a name that is no hash. */
export const placeOf = (sha256: string): string => `place/at-${sha256}`;
