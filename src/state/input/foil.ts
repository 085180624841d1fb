/** A text as its words and what lies between them, in turn. */
const cut = (text: string) => text.split(/(\s+)/u);

/**
 * The foil of a caption that is like another one: what that other caption's foil says otherwise is exchanged here too. Empty where this
 * caption does not hold those words exactly once.
 */
export function carryFoil(pair: { caption: string; foil: string }, caption: string): string {
  if (caption === pair.caption) return pair.foil;
  const [before, after, words] = [pair.caption.trim(), pair.foil.trim(), caption].map(cut);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [gone, put] = [before, after].map((text) => text.slice(head, text.length - tail));
  if (!gone.join('').trim() || !put.join('').trim()) return '';
  const places = words.flatMap((_, at) => (gone.every((word, i) => words[at + i] === word) ? [at] : []));
  return places.length === 1 ? words.toSpliced(places[0], gone.length, ...put).join('') : '';
}
