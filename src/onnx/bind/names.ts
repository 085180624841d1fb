/** Names that old checkpoints have for a norm's weights. */
const former: readonly (readonly [from: RegExp, to: string])[] = [
  [/LayerNorm\.gamma$/, 'LayerNorm.weight'],
  [/LayerNorm\.beta$/, 'LayerNorm.bias'],
];

/** A name as models are written today. */
const modern = (name: string) => former.reduce((text, [from, to]) => text.replace(from, to), name);

/**
 * Finds the tensors of a graph among those of a checkpoint. Tried are the name, the names of what it is tied to, the names of old
 * checkpoints, and all of these behind or without one first part that the whole checkpoint has more or less ("module.", "bert.").
 * @param wanted names in the graph
 * @param ties other names of a tensor
 * @param given names in the checkpoint
 * @returns the name in the checkpoint for each in the graph that is there
 */
export function matchNames(
  wanted: readonly string[],
  ties: Readonly<Record<string, readonly string[]>>,
  given: Iterable<string>,
): Map<string, string> {
  const modernised = new Map(Array.from(given, (name) => [modern(name), name]));
  const attempts = prefixes(wanted, [...modernised.keys()]).map((change) => {
    const found = new Map<string, string>();
    for (const name of wanted)
      for (const alias of [name, ...(ties[name] ?? [])]) {
        const there = modernised.get(change(alias));
        if (there === undefined) continue;
        found.set(name, there);
        break;
      }
    return found;
  });
  return attempts.reduce((best, attempt) => (attempt.size > best.size ? attempt : best));
}

/** Changes of first parts that could lead from the graph's names to the checkpoint's; none is the first. */
function prefixes(wanted: readonly string[], given: readonly string[]): ((name: string) => string)[] {
  const more = new Set<string>();
  const less = new Set<string>();
  const known = new Set(wanted);
  const firstOf = (name: string) => name.slice(0, name.indexOf('.') + 1);
  for (const name of given) {
    const first = firstOf(name);
    if (first && known.has(name.slice(first.length))) more.add(first);
  }
  const there = new Set(given);
  for (const name of wanted) {
    const first = firstOf(name);
    if (first && there.has(name.slice(first.length))) less.add(first);
  }
  return [
    (name) => name,
    ...Array.from(more, (first) => (name: string) => first + name),
    ...Array.from(
      less,
      (first) => (name: string) => (name.startsWith(first) ? name.slice(first.length) : name),
    ),
  ];
}
