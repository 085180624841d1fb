import * as v from 'valibot';
import { readZip, zipLimits } from '../../containers/unzip';
import { writeZip } from '../../containers/zip';

/** A session in a file: what its address holds, and the files that an address cannot hold. */
export interface Saved {
  /** Version of the page that saved it, e.g. "0.1.0". */
  page: string;
  /** As in an address, without "#". */
  view: string;
  /** The visitor's own picture as it was given. */
  picture: File | null;
  /** The one beside it, for models that read two. */
  second?: File | null;
  /** What a detector elsewhere made of the picture. */
  features?: File | null;
  /** Runs from files that panels show. */
  runs: readonly File[];
  /** Models of the panels: where they lie, and what they are to the byte. */
  models: readonly { folder: string; name: string; identity: string }[];
}

/** The newest version: of sessions with a second picture, which older pages do not know, as those of version 1 do not know the features of version 2. */
const version = 3;
const format = 'vlpm session';

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const held = v.strictObject({ member: text(200), name: text(200), type: text(100) });

const schema = v.strictObject({
  format: v.literal(format),
  version: v.picklist([1, 2, version]),
  page: text(40),
  view: text(100_000),
  picture: v.nullable(held),
  second: v.optional(held),
  features: v.optional(held),
  runs: v.pipe(v.array(held), v.maxLength(8)),
  models: v.pipe(
    v.array(v.strictObject({ folder: text(200), name: text(200), identity: text(10_000) })),
    v.maxLength(8),
  ),
});

/** The file that `readSession` reads back: a ZIP file of session.json and the files as they were given. @throws Error from 4 GB on */
export async function writeSession(saved: Saved): Promise<Uint8Array<ArrayBuffer>> {
  const members = new Map<string, Uint8Array>();
  const put = async (member: string, file: File) => {
    const { name, type } = file;
    const ending = /\.[a-z0-9]{1,12}$/i.exec(name)?.[0].toLowerCase() ?? '';
    members.set(member + ending, new Uint8Array(await file.arrayBuffer()));
    return { member: member + ending, name: name.slice(0, 200), type: type.slice(0, 100) };
  };
  const picture = saved.picture && (await put('picture', saved.picture));
  const second = saved.second && (await put('second', saved.second));
  const features = saved.features && (await put('features', saved.features));
  const runs = [];
  for (const [place, run] of saved.runs.entries()) runs.push(await put(`run-${place + 1}`, run));
  const { page, view, models } = saved;
  const said = {
    format,
    version: second ? version : features ? 2 : 1,
    page,
    view,
    picture,
    ...(second && { second }),
    ...(features && { features }),
  };
  const json = JSON.stringify({ ...said, runs, models }, null, 2);
  return writeZip(new Map([['session.json', new TextEncoder().encode(json)], ...members]));
}

/**
 * Reads a session file.
 * @throws Error of one sentence when it is none, is damaged, too large, of a newer page, or lacks a file that it speaks of
 */
export async function readSession(bytes: Uint8Array<ArrayBuffer>, limits = zipLimits): Promise<Saved> {
  const members = await readZip(bytes, limits);
  const description = members.get('session.json');
  if (!description) throw new Error('Expected a session file, got a ZIP file without session.json.');
  const { page, view, picture, second, features, runs, models } = check(
    parse(new TextDecoder().decode(description)),
  );
  const take = ({ member, name, type }: v.InferOutput<typeof held>) => {
    const content = members.get(member);
    if (!content) throw new Error(`The session speaks of a file ${member}, which it does not hold.`);
    return new File([content], name, { type });
  };
  return {
    page,
    view,
    picture: picture && take(picture),
    ...(second && { second: take(second) }),
    ...(features && { features: take(features) }),
    runs: runs.map(take),
    models,
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`Expected JSON in session.json, got ${JSON.stringify(json.slice(0, 40))}.`);
  }
}

function check(json: unknown): v.InferOutput<typeof schema> {
  const named = v.safeParse(v.object({ format: v.literal(format), version: v.number() }), json);
  if (named.success && named.output.version > version)
    throw new Error(
      `Expected a session of version ${version}, got version ${named.output.version}: it was saved by a newer page. Reload this page, or open it where it was saved.`,
    );
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const got = issue.received.length > 60 ? `${issue.received.slice(0, 60)}…` : issue.received;
  throw new Error(
    `session.json, field ${v.getDotPath(issue) ?? '(root)'}: expected ${issue.expected}, got ${got}.`,
  );
}
