/** What an element's attribute may be; what is null or undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

/** Text for XML 1.0: markup is written as text, and what XML cannot hold at all (control characters, halves of pairs) is left out. */
export function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A number as SVG needs it: to a hundredth of a pixel. */
export const short = (value: number): string => String(Number(value.toFixed(2)));

/** An element with its children, which are SVG already. */
export function tag(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escape(String(value))}"`)
    .join('');
  return children.length ? `<${name}${written}>${children.join('')}</${name}>` : `<${name}${written}/>`;
}

/** A line of text whose baseline begins at x, y; what it says is written as text. */
export function write(x: number, y: number, said: string, attributes: Attributes = {}): string {
  return tag('text', { x, y, ...attributes }, escape(said));
}

/** What a viewer tells of an element when it is pointed at. */
export const about = (said: string): string => tag('title', {}, escape(said));

/** Pixels, as a data URI. Inkscape before version 1 knows the older name of the address alone, and browsers know both. */
export function image(data: string, attributes: Attributes): string {
  return tag('image', { preserveAspectRatio: 'none', ...attributes, 'xlink:href': data });
}

const narrow = /[iljtf.,:;'’!|()[\] ]/;
const wide = /[mwMWQOG@%—→]|[\u1100-\uffff]/;

/**
 * How wide a text is at most in a common sans-serif, of which DejaVu Sans is the widest: a figure is drawn without knowing the font of whoever
 * opens it.
 */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text)
    ems += narrow.test(letter) ? 0.4 : wide.test(letter) ? 1 : letter === letter.toLowerCase() ? 0.635 : 0.77;
  return ems * size;
}

/** A text cut to a width, with an ellipsis where something is left out. */
export function clip(text: string, width: number, size: number): string {
  if (widthOf(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length && widthOf(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('')}…`;
}

/** A text broken into lines of at most `width`; the last of at most `most` lines is cut. */
export function wrap(text: string, width: number, size: number, most = 4): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/u).filter(Boolean)) {
    const line = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && widthOf(line, size) <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = `${shown[most - 1]} ${lines[most]}`;
  return shown.map((line) => clip(line, width, size));
}
