/** Name of the file in which an export of a published model says what it is. */
export const declaration = 'manifest.json';
