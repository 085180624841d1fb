/** Longest row that is read: a hundred regions of 2,048 numbers in base64 are one megabyte. */
const longest = 16 * 2 ** 20;
/** Rows whose names are told when none fits. */
const told = 3;

/** What a file of rows holds for one picture. */
export interface Found {
  /** The wanted row, or the only one. */
  row: string;
  /** Its first column. */
  id: string;
}

/**
 * Looks for the row of one picture in a file of tab-separated rows, a part at a time: those of whole data sets are larger than memory.
 * @param wanted whether a row is the picture's, by its first column; the only row of a file is taken in any case
 * @throws Error of one sentence when no row is, or a row has no end
 */
export async function findRow(file: File, wanted: (id: string) => boolean): Promise<Found> {
  const ids: string[] = [];
  let only: Found | null = null;
  let count = 0;
  for await (const line of linesOf(file)) {
    const tab = line.indexOf(9);
    const id = decode(line.subarray(0, tab < 0 ? 60 : tab)).trim();
    if (line.length === 0) continue;
    count += 1;
    if (wanted(id)) return { row: decode(line), id };
    only = count === 1 ? { row: decode(line), id } : null;
    if (ids.length < told) ids.push(id.slice(0, 60));
  }
  if (only) return only;
  if (count === 0) throw new Error(`${file.name}: expected rows of features, got an empty file.`);
  const named = `${ids.join(', ')}${count > told ? ', …' : ''}`;
  throw new Error(
    `${file.name}: none of its ${count.toLocaleString('en')} rows (${named}) is named as the picture is: give the picture the name that its row has.`,
  );
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Lines without their ends, each to be used before the next is asked for. */
async function* linesOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = () => {
    const line = join(parts, length);
    [parts, length] = [[], 0];
    return line.at(-1) === 13 ? line.subarray(0, -1) : line;
  };
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      let from = 0;
      for (;;) {
        const end = value.indexOf(10, from);
        const part = value.subarray(from, end < 0 ? undefined : end);
        parts.push(part);
        length += part.length;
        if (length > longest)
          throw new Error(
            `${file.name}: expected rows of at most ${longest / 2 ** 20} MB, got a longer one: is it a file of features?`,
          );
        if (end < 0) break;
        yield take();
        from = end + 1;
      }
    }
    if (length > 0) yield take();
  } finally {
    await reader.cancel();
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
