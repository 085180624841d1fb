/** An attention module as it is called. */
interface Named {
  name: string;
}

/** Modules of one stage, as many as show. */
export interface Group {
  stage: 'text' | 'image' | 'fusion';
  rows: readonly Named[];
}

/**
 * How names are written: as they are; without what the heading of their group says already; with “txt” and “img” as well; or with letters
 * in their place, where there is next to no room.
 */
export type Brevity = 'whole' | 'under' | 'brief' | 'letters';

const words: Readonly<Record<Brevity, Readonly<Record<string, string>>>> = {
  whole: {},
  under: {},
  brief: { text: 'txt', image: 'img' },
  letters: { text: 't', image: 'i' },
};

/** px of a letter in the page's type and in bold, of which numbers and words are made. */
const letters: readonly (readonly [some: RegExp, px: number])[] = [
  [/[ijl .,:;()[\]]/, 4],
  [/[ftr1]/, 5.2],
  [/[mwMW→]/, 11.8],
];
const letter = 7.8;

/** px that a name takes at most. */
export function widthOf(name: string): number {
  let width = 0;
  for (const one of name) width += letters.find(([some]) => some.test(one))?.[1] ?? letter;
  return Math.ceil(width);
}

/** "text → image 2" is a kind and a number; what does not end in a number is a kind alone. */
function partsOf(name: string): [kind: string, number: string] {
  const [, kind = name, number = ''] = /^(.*\S)\s+(\d+)$/.exec(name) ?? [];
  return [kind, number];
}

/** The kind that all modules of a group are of: "joint"; null where there are several. */
function kindOf({ rows }: Group): string | null {
  const [first, ...others] = rows.map(({ name }) => partsOf(name));
  return first?.[1] && others.every(([kind, number]) => kind === first[0] && number) ? first[0] : null;
}

/** What the heading of a group says beside its stage: "joint"; nothing where its modules are called by the stage. */
export function headingOf(group: Group, brevity: Brevity): string {
  const kind = brevity === 'whole' ? null : kindOf(group);
  return kind === null || kind === group.stage ? '' : kind;
}

/** What stands over the names of a single group, which has no line of its own; nothing where they leave nothing out. */
export function cornerOf(groups: readonly Group[], brevity: Brevity): string {
  if (groups.length !== 1 || brevity === 'whole') return '';
  const [group] = groups;
  return kindOf(group) ?? (group.rows.some(({ name }) => name.startsWith('fusion ')) ? 'fusion' : '');
}

/** Under a heading "fusion text 2" is "text 2", and "joint 5" among none but joint modules "5"; in brief "text → image 1" is "txt→img 1". */
export function nameOf(name: string, group: Group, brevity: Brevity): string {
  if (brevity === 'whole') return name;
  const number = kindOf(group) !== null && partsOf(name)[1];
  if (number) return number;
  const under = name.replace(/^fusion /, '');
  if (brevity === 'under') return under;
  return under.replaceAll(/\s*→\s*/g, '→').replaceAll(/\b(?:text|image)\b/g, (word) => words[brevity][word]);
}
