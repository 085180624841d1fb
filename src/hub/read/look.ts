import { listFiles, modelInfo } from '@huggingface/hub';
import type { Wanted } from '../../runtime/own/disk';
import type { Asked } from './id';
import { choicesOf, tokenizerOf, type Choice } from './plan';
import { refusal } from './refusals';

/** What the Hub says of a repository, before any file of it is fetched. */
export interface Found {
  repo: string;
  /** 40 hexadecimal digits: what is fetched later is this and nothing newer. */
  commit: string;
  /** As its card states it, null where it states none. */
  licence: string | null;
  /** Whether its makers ask for an agreement first, which this page cannot give. */
  gated: boolean;
  /** `model_type` and class of config.json as the Hub read them, empty where it says nothing. */
  type: string;
  architecture: string;
  choices: Choice[];
  /** Repository that the tokenizer is taken from, where that is another. */
  borrowed: string | null;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Asks the Hub about a repository: two short requests, none for a file.
 * @param hub address of the Hub, without a slash at its end
 * @param borrow repository to take a tokenizer from, where this one has none
 * @throws Error of one sentence, or what `signal` was aborted with
 */
export async function look(
  { repo, revision }: Asked,
  hub: string,
  borrow: string | null,
  fetcher: typeof fetch,
): Promise<Found> {
  try {
    const { info, files } = await ask(repo, revision, hub, fetcher);
    const lacks = borrow !== null && tokenizerOf(files).length === 0;
    const lent = lacks ? tokenizerOf((await ask(borrow, 'main', hub, fetcher)).files) : [];
    const config = (info.config ?? {}) as Json;
    const [architecture] = (Array.isArray(config.architectures) ? config.architectures : []) as unknown[];
    return {
      repo: info.name,
      commit: info.sha,
      licence: licenceOf(info.cardData as Json | undefined, info.tags),
      gated: info.gated !== false && info.gated !== undefined,
      type: textOf(config.model_type),
      architecture: textOf(architecture),
      choices: choicesOf([...files, ...lent]),
      borrowed: lent.length > 0 ? borrow : null,
    };
  } catch (error) {
    throw refusal(error, repo, revision);
  }
}

async function ask(repo: string, revision: string, hubUrl: string, fetcher: typeof fetch) {
  const additionalFields: ('sha' | 'cardData' | 'tags' | 'config')[] = ['sha', 'cardData', 'tags', 'config'];
  const info = await modelInfo({ name: repo, revision, hubUrl, fetch: fetcher, additionalFields });
  const files: Wanted[] = [];
  for await (const { type, path, size, oid, lfs } of listFiles({
    repo: { type: 'model', name: repo },
    revision: info.sha,
    recursive: true,
    hubUrl,
    fetch: fetcher,
  }))
    if (type === 'file')
      files.push({
        repo: info.name,
        commit: info.sha,
        path,
        bytes: lfs?.size ?? size,
        sha256: lfs?.oid ?? null,
        oid: lfs ? null : (oid ?? null),
      });
  return { info, files };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** Licences stand in a card's head, and as a tag. */
function licenceOf(card: Json | undefined, tags: readonly string[] = []): string | null {
  const stated = card?.license ?? tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  const named = textOf(card?.license_name);
  const text = Array.isArray(stated) ? stated.join(', ') : textOf(stated);
  return text === 'other' && named ? named : text || null;
}
